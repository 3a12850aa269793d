"""The scenarios that the knowledge base ships: slugs and titles. Pure.

A slug is ``sub.item`` and permanent. The English title is the slug read aloud, the Chinese
one is written out. ``general`` scenarios belong to no category and fit any of them.
"""

from dataclasses import dataclass
from functools import cache

GENERAL = "general"

# One paragraph per sub-category: top sub Chinese-name: item Chinese, item Chinese, …
_TABLE = """
logistics late-shipment 发货延迟: date-passed 超期未发, presale 预售延迟, split 拆单等待,
    label-only 有单号无揽收, urge 催发货
logistics delivery-delay 配送延误: apology 致歉, weather 天气, new-eta 新时效,
    compensation 延误赔付,
    perishable 生鲜
logistics stuck-parcel 物流停滞: no-scan 三天无更新, trace-opened 已查件
logistics lost-parcel 包裹丢失: reship 补发, refund 退款, carrier-claim 理赔中, high-value 高价值
logistics not-received 签收未收到: signed-by-other 他人代签, resolved-found 已找到
logistics wrong-delivery 派送错误: locker 擅放快递柜, station 擅放驿站, wrong-address 送错地址,
    to-door 要求上门, intercept-failed 拦截失败
logistics transit-damage 运输破损: crushed 箱破, leak 渗漏, broken 碎裂, refuse 破损拒收
logistics missing-item 少件漏发: reship 补发, empty-box 空包裹, weight-check 称重核查,
    other-parcel 分包说明
logistics wrong-item 发错货: product 错款, size-sent 错码, others-parcel 收到他人件, keep-it 免退
logistics courier-conduct 快递员服务: rude 态度差, no-call 未联系
logistics shipping-fee 运费争议: overcharged 多收, remote-area 偏远加价, free-shipping 包邮争议
logistics customs 清关关税: held 扣留, duty 关税, documents 补资料
quality defective 功能故障: on-arrival 开箱即坏, intermittent 间歇故障, troubleshoot 排查步骤,
    replace 换新, refund 退款, not-reproduced 未复现
quality cosmetic-flaw 外观瑕疵: scratch 划痕, stain 污渍, partial-refund 部分退款
quality not-as-described 与描述不符: material 材质, spec 参数, accepted-return 同意退货
quality size-colour 尺码色差: too-small 偏小, too-large 偏大, shade 色差, swap-size 换码
quality expired-spoiled 过期变质: expired 过期, spoiled 变质, foreign-object 异物, mould 发霉
quality safety-hazard 安全隐患: overheating 发热, battery 电池鼓包, shock 漏电, stop-use 停用提醒,
    recall 召回
quality injury 人身伤害: allergy 过敏, food-illness 食用不适, wound 受伤, child 儿童受伤,
    medical-cost 医疗费, follow-up 伤情回访
quality short-life 短期损坏: broke-early 早坏, fading 掉色缩水, battery-life 续航
quality missing-parts 配件缺失: accessory 缺配件, manual 缺说明书, wrong-part 配件不符
after-sales refund-delay 退款延迟: not-arrived 未到账, bank-time 银行时效, goods-returned 已退货,
    short-amount 金额不足, progress 进度
after-sales refund-refused 退款被拒: reason 拒退说明, seven-day-ok 适用七日,
    seven-day-excluded 七日例外, not-intact 商品不完好, late-claim 已过期限, need-evidence 补凭证
after-sales refund-only 仅退款纠纷: granted 同意, declined 不成立, evidence 举证,
    photo-check 图片核验
after-sales return-process 退货流程: how-to 指引, label 退货单号, pickup-failed 取件失败,
    wrong-address 地址错误, received 已签收, rejected 仓库拒收
after-sales return-freight 退货运费: who-pays 承担说明, insurance 运费险, reimbursed 已报销
after-sales exchange 换货问题: started 受理, no-stock 无货, delayed 延迟, wrong-again 又错
after-sales repair-warranty 维修保修: check 保修查询, progress 进度, failed-twice 两次未好,
    fee 费用,
    expired 过保
after-sales installation 安装服务: late 迟到, fee 收费, damage 损坏
after-sales cancel-request 取消订单: before-ship 发货前, after-ship 发货后, intercepted 已拦截,
    failed 失败
after-sales promise-broken 承诺未兑现: callback 未回电, gift 赠品, unpaid 赔付未到,
    round-two-opened 二次受理, honoured 已兑现, final-reply 终复
price price-drop 降价保价: protected 补差, not-covered 不符
price coupon-failed 优惠券问题: expired 过期, not-applied 未抵扣, give-back 返券
price promo-rule 活动规则: explained 说明, threshold 未达门槛, user-price 价格不一, deposit 定金
price gift-missing 赠品问题: resend 补寄, gone 赠完, on-return 退货赠品
price order-voided 商家砍单: oversold 超卖, price-error 标错价, make-good 补偿
payment double-charge 重复扣款: twice 重复, no-order 有付无单, eta 退回时间
payment unauthorised-charge 非本人支付: fraud 盗刷, family 家人误付, chargeback 拒付沟通
payment auto-renewal 自动续费: refund 退款, cancel 取消
payment invoice-missing 发票未开: progress 进度, resend 重发, how-to 指引
payment invoice-wrong 发票错误: title 抬头, reissue 红冲重开, vat-special 专票
account login-locked 登录封号: locked 被锁, verify 核验, stolen 被盗
account privacy-leak 信息泄露: received 受理, scam-warning 防骗提醒, progress 进展,
    confirmed 确认告知
account data-request 个人信息请求: copy 副本, delete 删除, correct 更正, close-account 注销
account marketing-harassment 营销骚扰: unsubscribe 退订, calls 骚扰电话
account minor-purchase 未成年人消费: refund 退款, proof 监护证明, livestream 直播消费
account membership-points 会员积分: missing 未到, benefit 权益失效
service slow-reply 响应慢: apology 致歉, chat 在线无人, phone 电话不通, to-human 转人工
service rude-agent 态度恶劣: apology 致歉, new-owner 换专员, call 主管回访
service passed-around 推诿转圈: one-owner 专人负责, no-retelling 免重述, cross-team 跨组进展
service wrong-info 误导答复: corrected 更正, honour 按承诺执行
authenticity counterfeit 假货: received 受理, authorisation 授权凭证, appraisal 鉴定,
    confirmed 确认赔付, genuine 鉴定为正
authenticity false-advertising 虚假宣传: checking 核查, corrected 更正, punitive-claim 退一赔三
authenticity livestream-claim 直播不符: host-promise 主播承诺, gift 赠品, price 价格
authenticity review-dispute 评价争议: public-reply 公开回复, removed 评价被删, cashback 返现投诉,
    social-reply 社媒回复
non-complaint enquiry 咨询: stock 库存, order-status 订单, usage 使用, policy 政策
non-complaint suggestion 建议: received 受理
non-complaint thanks 表扬感谢: reply 答谢
non-complaint no-reply-needed 无需回复: closing 结单
non-complaint spam 垃圾信息: business 商务转介
- general 通用: ack-open 受理, ack-closed 非工作时间, ask-order 要订单号, ask-photo 要照片,
    ask-time 约时间, update 进展, reminder 待回复提醒, auto-close 超时结单, merged 合并告知,
    escalated 升级告知, legal 法律诉求, regulator 监管转办, platform 平台介入, media 媒体询问,
    holding 危机初步声明, crisis-apology 危机致歉, incident-update 事件进展,
    incident-over 事件结束,
    self-harm 关怀求助, abusive 辱骂劝止, distressed 安抚, survey 调查邀请, low-score 低分回访
"""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One situation that has its own reply."""

    slug: str
    top: str
    sub: str
    item: str
    title_en: str
    title_zh: str

    @property
    def category(self) -> str:
        """``top.sub`` as in the taxonomy, or "" for general scenarios."""
        return f"{self.top}.{self.sub}" if self.top else ""

    def title(self, language: str) -> str:
        """Return the title in ``zh`` or ``en``."""
        return self.title_zh if language == "zh" else self.title_en


def _paragraphs() -> list[str]:
    joined: list[str] = []
    for line in _TABLE.strip().splitlines():
        if line.startswith(" "):
            joined[-1] += " " + line.strip()
        else:
            joined.append(line.strip())
    return joined


def _spoken(slug: str) -> str:
    return slug.replace("-", " ")


@cache
def all_scenarios() -> tuple[Scenario, ...]:
    """Every shipped scenario, in the order of the table."""
    found = []
    for paragraph in _paragraphs():
        head, _, rest = paragraph.partition(": ")
        top, sub, sub_zh = head.split(" ")
        for part in rest.split(","):
            item, item_zh = part.split()
            title = f"{_spoken(sub).capitalize()}: {_spoken(item)}"
            found.append(
                Scenario(
                    slug=f"{sub}.{item}",
                    top="" if top == "-" else top,
                    sub=sub,
                    item=item,
                    title_en=title,
                    title_zh=f"{sub_zh}·{item_zh}",
                )
            )
    return tuple(found)


@cache
def by_slug() -> dict[str, Scenario]:
    """Scenarios by slug."""
    return {scenario.slug: scenario for scenario in all_scenarios()}


def category_of(slug: str) -> str:
    """``top.sub`` of a shipped scenario, "" for general and unknown ones."""
    scenario = by_slug().get(slug)
    return scenario.category if scenario else ""
