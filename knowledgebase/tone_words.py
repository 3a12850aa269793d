"""The words and patterns behind the tone checker. Pure data, no logic."""

import re

_I = re.IGNORECASE

# T1: slots of any style that were left open.
SLOT = re.compile(
    r"\{[^{}\n]{0,40}\}|｛[^｛｝\n]{0,40}｝"
    r"|\[(?:name|order(?: number)?|date|amount|customer|agent|product|tracking)[^\]\n]{0,20}\]"
    r"|【(?:姓名|称呼|订单号|单号|日期|金额|商品|客服|时间|请?填写)[^】\n]{0,10}】"
    r"|(?<![A-Za-z])[Xx]{3,}(?![A-Za-z])|_{3,}",
    _I,
)

# T2: personal numbers in full.
CN_MOBILE = re.compile(r"(?<![\d.])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![\d.]*\d)")
INTL_PHONE = re.compile(r"(?<![\w+])\+\d{1,3}(?:[- ]?\(?\d{2,4}\)?){2,5}(?!\d)")
CN_ID = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dA-Za-z])")
CARD = re.compile(r"(?<![\dA-Za-z])(?:\d[ -]?){12,18}\d(?![\dA-Za-z])")

# T3: asking for secrets in the conversation.
ASK_ZH = re.compile(
    r"(?:提供|发送|发来|发给|发我|告诉|告知|回复|输入|报一?下|给我|补充|填写|上传|拍照"
    r"|说一下|留下|核对)"
    r"[^。！？；\n]{0,22}?"
    r"(?P<what>支付密码|登录密码|密码|验证码|动态码|校验码|身份证(?:号码?|正反面|照片"
    r"|复印件|原件)"
    r"|完整(?:的)?(?:身份证|银行卡)|CVV|银行卡号|(?<!信用)卡号|安全码)"
)
ASK_BACK_ZH = re.compile(
    r"(?P<what>支付密码|登录密码|密码|验证码|动态码|身份证号码?|身份证照片|身份证正反面"
    r"|银行卡号|CVV|安全码)"
    r"[^。！？；\n]{0,10}?(?:发给|发来|发送给|告诉|告知|提供给|报给|发我|给我)"
)
ASK_EN = re.compile(
    r"\b(?:send|share|tell|give|provide|reply with|confirm|enter|type|read out|message"
    r"|forward|upload|need)\b"
    r"[^.!?\n]{0,50}?"
    r"(?P<what>\bpasswords?\b|passcode|\bPIN\b|one[- ]time (?:code|password|passcode)|\bOTP\b"
    r"|verification code|security code|\bCVV\b|\bCVC\b|(?:full |bank |credit |debit )?card number"
    r"|passport number|(?:copy|photo|scan|picture) of your (?:ID|passport)|\bID (?:card )?number"
    r"|social security number|full ID\b)",
    _I,
)
NOT_ASKING_ZH = re.compile(
    r"不要|请勿|切勿|勿|不会|不需要?|无需|别|不用|绝不|从不|不得|任何(?:人|理由)|遮(?:挡|盖"
    r"|住)|打码"
)
NOT_ASKING_EN = re.compile(
    r"\b(?:never|not|don['’]t|won['’]t|no need|without|nobody|no one|anyone who"
    r"|if (?:anyone|someone))\b",
    _I,
)
PARTIAL = re.compile(r"后四位|尾号|后4位|末四位|last (?:four|4)|final four", _I)

# T4: promises of money.
MONEY = re.compile(
    r"(?P<cur>[¥￥$€£]|RMB ?|CNY ?|USD ?|EUR ?|GBP ?)(?P<a>\d[\d,]*(?:\.\d+)?)"
    r"|(?P<b>\d[\d,]*(?:\.\d+)?) ?(?:元|块钱?|yuan|dollars|euros|pounds|RMB|CNY|USD|EUR"
    r"|GBP)(?![a-z])",
    _I,
)
GOODWILL = re.compile(
    r"赔付|补偿|赔偿|赔您|补贴|优惠券|代金券|红包|关怀|礼金|现金券|无门槛|心意"
    r"|compensat|goodwill|voucher|coupon|store credit|gesture|credit of",
    _I,
)
REFUND = re.compile(
    r"退款|退回|退还|退给|退您|全额退|补差|返还|refund|money back|reimburse|pay back", _I
)
MULTIPLE = re.compile(
    r"(?:我们(?:将|会|同意|愿意|承诺|决定)|(?:为|给)您|按|同意)[^。！？；\n]{0,8}?"
    r"(?:退一赔[三十]|假一赔[三十]|[三四五十]倍(?:赔|退)|赔(?:付|偿)?[三四五十]倍)"
    r"|\bwe (?:will|shall|agree to|can|['’]ll)\b[^.!?\n]{0,40}?"
    r"\b(?:three|ten|3|10)[- ]?(?:times|x|fold)\b"
    r"|终身(?:免费|质保)|永久免费|\blifetime (?:free|replacement)|\bfree for life\b",
    _I,
)
UNDECIDED = re.compile(
    r"审核|评估|核查|诉求|主张|要求|是否|条件|法务|your (?:claim|request)|whether|review"
    r"|assess",
    _I,
)

# T5: paying for praise.
REVIEW = re.compile(
    r"好评|五星|5星|(?:删|撤|改|追)(?:除|销|掉|回|改|评)*[^。！？\n]{0,4}(?:差评|评价|评论"
    r"|投诉)|修改评价"
    r"|(?:5|five)[- ]star|(?:good|positive|better|great) (?:review|rating|feedback)"
    r"|(?:remove|delete|take down|change|edit|update|withdraw)[^.!?\n]{0,20}(?:review"
    r"|rating|post|complaint)",
    _I,
)
REWARD = re.compile(
    r"返现|红包|返您|优惠券|代金券|补偿|赔付|礼品|赠送|送您|现金|退您|奖励"
    r"|cashback|voucher|coupon|gift|discount|refund|credit|reward|in exchange|compensation"
    r"|pay you",
    _I,
)
NOT_PAYING = re.compile(
    r"不会|不能|不得|禁止|从不|不以|无关|不影响|不要求|无需|没有(?:要求|条件)"
    r"|\b(?:never|not|don['’]t|cannot|can['’]t|won['’]t|no matter|whether or not|regardless)\b",
    _I,
)

# T6: liability before a check.
ADMIT_DENY = re.compile(
    r"确(?:实|认)是假货|就是假货|我们承认|(?:我们|本店)(?:会|将)?(?:全部|完全"
    r"|全权)?(?:负全责|承担(?:全部|一切)责任)"
    r"|(?:是|属于)我们(?:的)?(?:责任|过错|错误|过失|质量问题)|责任(?:完全|全)?在(?:我们|本店)"
    r"|绝对(?:是)?(?:正品|安全|没有)|保证(?:是)?正品|百分之?百正品|100%正品|不可能(?:是|有"
    r"|会|出)?"
    r"|与(?:我们|本店|我司|产品|商品)(?:的产品|的商品|质量)?无关|(?:不是|并非)(?:我们|产品"
    r"|商品)(?:的)?(?:责任|问题|原因|质量)"
    r"|(?:是|属于)您(?:自己|个人|使用|操作)|您使用不当|您(?:自己)?体质"
    r"|\bit (?:is|was) (?:a )?(?:fake|counterfeit)|\bwe (?:admit"
    r"|accept (?:full )?(?:liability|responsibility))"
    r"|\bwe are (?:fully )?(?:liable|at fault|to blame)|\bour (?:fault|liability)\b"
    r"|\b(?:definitely|absolutely|certainly|100%|guaranteed) (?:genuine|authentic|safe)"
    r"|\b(?:is|was) (?:simply )?impossible\b|\bnothing to do with (?:us|our)"
    r"|\bnot (?:caused by|due to) our|\bnot (?:our|the product['’]s) (?:fault|problem"
    r"|responsibility)"
    r"|\byou (?:misused|used it (?:wrong|incorrectly))",
    _I,
)

# T7: insults.
INSULT = re.compile(
    r"白痴|神经病|智障|脑残|脑子(?:有病|进水)|有病(?:吧|啊)|傻[逼瓜子叉]|蠢(?:货|猪|蛋|死)"
    r"|滚(?:蛋|开|远点|出去)"
    r"|活该|无理取闹|刁民|贪小便宜|不要脸|闭嘴|废物|穷鬼|没素质|胡搅蛮缠|垃圾(?:客户|顾客|人)"
    r"|\bidiot(?:s|ic)?\b|\bstupid\b|\bmoron\b|\bshut up\b|\bpathetic\b|\bliar\b"
    r"|\bget lost\b|\bdumb\b"
    r"|\bfool(?:ish)?\b|\bwhin(?:e|ing|er)\b|\bscrounger\b|\bgo to hell\b",
    _I,
)

# T9: phrase, what to write instead (zh, en).
DISMISSIVE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:请您?)?(?:先)?冷静(?:一下|一点|点)?(?!柜)"), "您的感受我理解"),
    (re.compile(r"(?:请您?)?(?:别|不要)(?:太|这么)?(?:激动|生气|急躁)"), "您着急我能理解"),
    (re.compile(r"(?:这个?)?(?:不归|不属于)我们?(?:这边|部门)?(?:管|负责)"), "这件事我来跟进"),
    (re.compile(r"我们?(?:这边)?也?(?:没有?|无)(?:什么)?办法"), "我能为您做的是"),
    (
        re.compile(r"(?:是)?您自己(?:没|未|不)(?:有)?(?:看清|注意|看|说清)楚?"),
        "页面上这一点写得不够清楚",
    ),
    (re.compile(r"(?:我们的?)?系统就(?:是)?这样(?:的)?"), "目前的规则是"),
    (re.compile(r"最终解释权"), "{policy_name}"),
    (re.compile(r"\bcalm down\b", _I), "I understand why this matters"),
    (
        re.compile(r"\b(?:it['’]?s |that['’]?s |this is )?not our (?:fault|problem)\b", _I),
        "here is what I will do",
    ),
    (
        re.compile(
            r"\b(?:there is |there['’]?s )?nothing (?:more |else )?(?:that )?(?:I"
            r"|we) can do\b",
            _I,
        ),
        "what I can do is",
    ),
    (re.compile(r"\byou should(?: have|['’]ve)\b", _I), "next time it helps to"),
    (
        re.compile(
            r"\bas (?:I|we)(?:['’]ve| have)? already (?:said|told|explained|mentioned)\b", _I
        ),
        "to recap",
    ),
)

# T10: familiarity and noise.
FAMILIAR = re.compile(r"(?:^|(?<=[，。！？,.!?~\s]))亲(?=$|[，,~！!。爱]|们|您|这|我)|亲爱的|亲亲")
SHOUTING = re.compile(r"[!！]{2,}")
TILDE = re.compile(r"[~～]+")
EMOJI = re.compile("[\U0001f300-\U0001faff\U00002600-\U000027bf\U0001f1e6-\U0001f1ff]️?")

# T11: haste without a time.
HASTE = re.compile(
    r"尽快|尽早|第一时间|稍后|(?:我们?|专员|同事|为您|给您)[^，。；！？\n]{0,8}(?:马上|立刻)"
    r"|\bas soon as (?:possible|we can|I can)\b|\bASAP\b|\bshortly\b|\bvery soon\b"
    r"|\bin due course\b",
    _I,
)

# T14: what happens next.
NEXT_ZH = re.compile(
    r"将|会(?!员)|请您?|我(?:们)?(?:已|来|在|去|现在|今天)|为您|给您|安排|跟进|联系|回复"
    r"|告知|核查|补发|办理|到账|处理|回电"
)
NEXT_EN = re.compile(
    r"\b(?:will|['’]ll|shall|please|going to|next|can (?:you|we|I)|reply|send|let (?:me"
    r"|us) know|I am|we are"
    r"|I['’]m|we['’]re|has been|have (?:asked|opened|sent|arranged|booked|started|put))\b"
    r"|['’]ll\b",
    _I,
)

# T15: "the policy says".
POLICY_ZH = re.compile(
    r"(?:根据|按照?|依据|由于|因为?|基于)?(?:我们|公司|平台|店铺|本店|我司|相关)的?(?:政策"
    r"|规定|规则|制度|条款)"
)
POLICY_EN = re.compile(
    r"\b(?:our|company|store|the|per|under) (?:\w+ )?polic(?:y|ies)\b|\bpolicy\b", _I
)
RULE_NAMED = re.compile(
    r"《[^》]+》|\{policy_name\}|第\s*[\d一二三四五六七八九十百]+\s*条|七[天日]无理由|三包"
    r"|消费者权益保护法|保价|价保"
    r"|\b(?:Art(?:icle)?|Section|s)\.? ?\d+|\b\d+[- ]day|\bAct\b|\bDirective\b"
    r"|\bRegulations?\b|\bprice protection",
    _I,
)

# T16: facts of the order.
ORDER_SUM = re.compile(
    r"实付|订单金额|支付了|付款金额|订单总额|扣款|\b(?:paid|order total|order amount"
    r"|charged)\b",
    _I,
)
ORDER_DAY = re.compile(
    r"下单|订购|购买于|\b(?:ordered on|order placed|placed on|bought on|order of)\b", _I
)
PROMISE_DAY = re.compile(r"承诺|约定|原定|\b(?:promised|due|originally)\b", _I)
DATE_ZH = re.compile(r"(?:(?P<y>\d{4})[年/-])?(?P<m>\d{1,2})(?:月|[/-])(?P<d>\d{1,2})日?")
DATE_EN = re.compile(
    r"\b(?P<d>\d{1,2})(?:st|nd|rd|th)? (?P<mon>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov"
    r"|Dec)[a-z]*"
    r"|\b(?P<mon2>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* (?P<d2>\d{1,2})\b",
    _I,
)
