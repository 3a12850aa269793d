"""Categories, emotions and risk flags: the words everything else is said in.

Source: domain guide, sections 2 to 4. Slugs are permanent; labels may be reworded.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Top:
    """A category; holds sub-categories."""

    slug: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Sub:
    """A sub-category, the leaf a ticket is filed under.

    ``priority`` is the default (1 urgent to 3 normal), ``team`` the code of the team that owns
    it ("" for nobody), ``remedies`` the codes of the usual remedies, the first one most often.
    """

    top: str
    name: str
    zh: str
    en: str
    priority: int
    team: str
    remedies: tuple[str, ...]

    @property
    def slug(self) -> str:
        """The permanent name, ``top.sub``."""
        return f"{self.top}.{self.name}"


TOPS: tuple[Top, ...] = (
    Top("logistics", "物流", "Logistics"),
    Top("quality", "质量", "Quality"),
    Top("after-sales", "售后", "After-sales"),
    Top("price", "价格促销", "Price"),
    Top("payment", "支付发票", "Payment"),
    Top("account", "账号隐私", "Account"),
    Top("service", "服务态度", "Service"),
    Top("authenticity", "真伪宣传", "Authenticity"),
    Top("non-complaint", "非客诉", "Not a complaint"),
)

# (top, sub, label zh, default priority, team, remedies)
_ROWS: tuple[tuple[str, str, str, int, str, str], ...] = (
    ("logistics", "late-shipment", "发货延迟", 3, "L", "EXP CM"),
    ("logistics", "delivery-delay", "配送延误", 3, "L", "EXP CM"),
    ("logistics", "stuck-parcel", "物流停滞", 2, "L", "TR RS"),
    ("logistics", "lost-parcel", "包裹丢失", 2, "L", "RS R"),
    ("logistics", "not-received", "签收未收到", 2, "L", "TR RS R"),
    ("logistics", "wrong-delivery", "派送错误", 3, "L", "TR AP"),
    ("logistics", "transit-damage", "运输破损", 2, "L", "RS R PR"),
    ("logistics", "missing-item", "少件漏发", 2, "L", "RS R"),
    ("logistics", "wrong-item", "发错货", 2, "L", "EX R"),
    ("logistics", "courier-conduct", "快递员服务", 3, "L", "AP"),
    ("logistics", "shipping-fee", "运费争议", 3, "L", "FRT"),
    ("logistics", "customs", "清关关税", 3, "L", "DOC R"),
    ("quality", "defective", "功能故障", 2, "Q", "EX R RP"),
    ("quality", "cosmetic-flaw", "外观瑕疵", 3, "Q", "PR EX"),
    ("quality", "not-as-described", "与描述不符", 2, "Q", "RT PR"),
    ("quality", "size-colour", "尺码色差", 3, "A", "EX RT"),
    ("quality", "expired-spoiled", "过期变质", 1, "Q", "R CM"),
    ("quality", "safety-hazard", "安全隐患", 1, "Q", "STOP R"),
    ("quality", "injury", "人身伤害", 1, "S", "STOP CB R"),
    ("quality", "short-life", "短期损坏", 3, "Q", "RP EX"),
    ("quality", "missing-parts", "配件缺失", 3, "Q", "MP"),
    ("after-sales", "refund-delay", "退款延迟", 2, "F", "R"),
    ("after-sales", "refund-refused", "退款被拒", 2, "A", "R EXPL"),
    ("after-sales", "refund-only", "仅退款纠纷", 2, "A", "PR R EXPL"),
    ("after-sales", "return-process", "退货流程", 3, "A", "RT"),
    ("after-sales", "return-freight", "退货运费", 3, "A", "FRT"),
    ("after-sales", "exchange", "换货问题", 3, "A", "EX R"),
    ("after-sales", "repair-warranty", "维修保修", 3, "A", "RP EX"),
    ("after-sales", "installation", "安装服务", 3, "A", "CM"),
    ("after-sales", "cancel-request", "取消订单", 3, "A", "R"),
    ("after-sales", "promise-broken", "承诺未兑现", 2, "S", "AP CM"),
    ("price", "price-drop", "降价保价", 3, "A", "PP"),
    ("price", "coupon-failed", "优惠券问题", 3, "A", "CP"),
    ("price", "promo-rule", "活动规则", 3, "A", "EXPL CP"),
    ("price", "gift-missing", "赠品问题", 3, "A", "RS CP"),
    ("price", "order-voided", "商家砍单", 2, "A", "R CM"),
    ("payment", "double-charge", "重复扣款", 2, "F", "R"),
    ("payment", "unauthorised-charge", "非本人支付", 1, "F", "R SEC"),
    ("payment", "auto-renewal", "自动续费", 3, "F", "R"),
    ("payment", "invoice-missing", "发票未开", 3, "F", "IN"),
    ("payment", "invoice-wrong", "发票错误", 3, "F", "IN"),
    ("account", "login-locked", "登录封号", 3, "A", "SEC"),
    ("account", "privacy-leak", "信息泄露", 1, "C", "SEC CB"),
    ("account", "data-request", "个人信息请求", 3, "C", "DATA"),
    ("account", "marketing-harassment", "营销骚扰", 3, "C", "DATA AP"),
    ("account", "minor-purchase", "未成年人消费", 1, "C", "R"),
    ("account", "membership-points", "会员积分", 3, "A", "CO"),
    ("service", "slow-reply", "响应慢", 3, "S", "AP"),
    ("service", "rude-agent", "态度恶劣", 2, "S", "AP CB"),
    ("service", "passed-around", "推诿转圈", 2, "S", "AP CB"),
    ("service", "wrong-info", "误导答复", 2, "S", "CO CM"),
    ("authenticity", "counterfeit", "假货", 1, "C", "TEST R CM"),
    ("authenticity", "false-advertising", "虚假宣传", 2, "C", "R CM CO"),
    ("authenticity", "livestream-claim", "直播不符", 2, "C", "R CM"),
    ("authenticity", "review-dispute", "评价争议", 3, "C", "CO"),
    ("non-complaint", "enquiry", "咨询", 3, "A", "EXPL"),
    ("non-complaint", "suggestion", "建议", 3, "A", ""),
    ("non-complaint", "thanks", "表扬感谢", 3, "A", ""),
    ("non-complaint", "no-reply-needed", "无需回复", 3, "", ""),
    ("non-complaint", "spam", "垃圾信息", 3, "", ""),
)

# Labels that "hyphens as spaces" would spell wrongly.
_ENGLISH = {
    "enquiry": "Enquiry",
    "size-colour": "Size or colour",
    "expired-spoiled": "Expired or spoiled",
    "after-sales": "After-sales",
    "non-complaint": "Not a complaint",
}


def _english(name: str) -> str:
    words = _ENGLISH.get(name) or name.replace("-", " ")
    return words[:1].upper() + words[1:]


SUBS: dict[str, Sub] = {
    f"{top}.{name}": Sub(top, name, zh, _english(name), priority, team, tuple(remedies.split()))
    for top, name, zh, priority, team, remedies in _ROWS
}
TOP_BY_SLUG: dict[str, Top] = {top.slug: top for top in TOPS}

TEAMS: dict[str, tuple[str, str]] = {
    "L": ("Logistics", "物流组"),
    "Q": ("Quality", "质量组"),
    "A": ("After-sales", "售后组"),
    "F": ("Finance", "财务组"),
    "C": ("Compliance", "合规组"),
    "S": ("Second line", "二线组"),
}
SECOND_LINE = "S"

EMOTIONS: tuple[tuple[str, str, str], ...] = (
    ("calm", "平静", "Calm"),
    ("annoyed", "不满", "Annoyed"),
    ("angry", "愤怒", "Angry"),
    ("threatening", "扬言升级", "Threatening"),
)

FLAGS: dict[str, tuple[str, str]] = {
    "legal": ("法律", "Legal"),
    "regulator": ("监管", "Regulator"),
    "exposure": ("曝光", "Exposure"),
    "platform": ("平台", "Platform"),
    "safety": ("安全", "Safety"),
    "injury": ("伤害", "Injury"),
    "minor": ("未成年", "Minor"),
    "privacy": ("隐私", "Privacy"),
    "abuse": ("滥用", "Abuse"),
    "violence": ("暴力", "Violence"),
    "self-harm": ("自伤", "Self-harm"),
}
# A ticket with one of these is P1 whatever the points say (domain guide, section 3).
FORCES_P1 = frozenset({"safety", "injury", "self-harm", "violence", "privacy", "minor"})

PRIORITIES: dict[int, tuple[str, str]] = {
    1: ("紧急", "Urgent"),
    2: ("重要", "High"),
    3: ("普通", "Normal"),
}

REMEDIES: dict[str, tuple[str, str]] = {
    "R": ("退款", "Refund"),
    "PR": ("部分退款", "Partial refund"),
    "RT": ("退货", "Return"),
    "EX": ("换货", "Exchange"),
    "RP": ("维修", "Repair"),
    "RS": ("补发", "Reship"),
    "MP": ("补配件", "Missing part sent"),
    "CM": ("赔付", "Compensation"),
    "CP": ("优惠券", "Coupon"),
    "FRT": ("运费", "Freight"),
    "PP": ("价格保护", "Price protection"),
    "IN": ("发票", "Invoice"),
    "AP": ("致歉", "Apology"),
    "EXP": ("催件", "Expedite"),
    "TR": ("查件", "Trace"),
    "CB": ("回访", "Call-back"),
    "CO": ("更正", "Correction"),
    "DOC": ("资料", "Documents"),
    "SEC": ("账号保护", "Account secured"),
    "STOP": ("停用", "Stop use"),
    "TEST": ("鉴定", "Appraisal"),
    "DATA": ("数据处理", "Data request"),
    "EXPL": ("说明", "Explanation"),
}
NO_REMEDY = "none"

RESOLUTION_REASONS: dict[str, tuple[str, str]] = {
    "remedied": ("已补救", "Remedied"),
    "explained": ("已说明", "Explained"),
    "withdrawn": ("客户撤回", "Withdrawn"),
    "no-customer-response": ("客户未回应", "No customer response"),
    "duplicate": ("重复", "Duplicate"),
    "out-of-scope": ("超出范围", "Out of scope"),
    "abuse-refused": ("滥用拒绝", "Abuse refused"),
}

RESPONSIBLE_PARTIES: dict[str, tuple[str, str]] = {
    "us": ("我方", "Us"),
    "carrier": ("承运商", "Carrier"),
    "supplier": ("供应商", "Supplier"),
    "platform": ("平台", "Platform"),
    "payment": ("支付机构", "Payment provider"),
    "customer": ("客户", "Customer"),
    "nobody": ("无责任方", "Nobody"),
}

NON_COMPLAINT = "non-complaint"
MAY_END_ALONE = frozenset({"non-complaint.no-reply-needed", "non-complaint.thanks"})
SPAM = "non-complaint.spam"


def is_complaint(category: str) -> bool:
    """Tell whether a ticket of this category counts in complaint metrics; unfiled ones do."""
    return not category.startswith(f"{NON_COMPLAINT}.")


def sub_label(slug: str, language: str) -> str:
    """Return the label of a sub-category ("" for an unknown slug)."""
    sub = SUBS.get(slug)
    if sub is None:
        return ""
    return sub.zh if language.startswith("zh") else sub.en


def top_label(slug: str, language: str) -> str:
    """Return the label of the category that a slug, with or without its sub, belongs to."""
    top = TOP_BY_SLUG.get(slug.partition(".")[0])
    if top is None:
        return ""
    return top.zh if language.startswith("zh") else top.en


def base_priority(category: str) -> int:
    """Return the default priority of a sub-category, 3 where it is unknown."""
    sub = SUBS.get(category)
    return sub.priority if sub else 3


def team_code(category: str) -> str:
    """Return the code of the team that owns a sub-category, "" where nobody does."""
    sub = SUBS.get(category)
    return sub.team if sub else ""
