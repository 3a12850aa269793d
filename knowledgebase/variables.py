"""The typed variables that a reply may carry, and how they are filled in. Pure.

A variable is written ``{name}``. What is not known stays in the text as ``{name}`` and is
listed, so that a half-filled reply can be seen, and held back, by whoever sends it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from difflib import get_close_matches

PATTERN = re.compile(r"\{([a-z_]+)\}")

BRACES = re.compile(r"\{[^{}\n]*\}|[{}]")
_SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}
_CURRENCY_ZH = {"CNY": "人民币", "USD": "美元", "EUR": "欧元", "GBP": "英镑"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Variable:
    """One slot: what kind of value it takes and where the value normally comes from."""

    name: str
    kind: str  # text | money | date | moment | address | link
    source: str  # customer | agent | shop | ticket | order | typed
    label_en: str
    label_zh: str

    def label(self, language: str) -> str:
        """Return what to call this slot, in ``zh`` or ``en``."""
        return self.label_zh if language == "zh" else self.label_en


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its currency: never one without the other."""

    amount: Decimal
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class Filled:
    """A text after filling: what was put in, what is missing, what does not exist."""

    text: str
    used: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]


_ROWS = """
customer_name text customer|customer's name|客户称呼
honorific text customer|form of address|尊称
agent_name text agent|your name|客服姓名
shop_name text shop|shop name|店铺名称
case_no text ticket|case number|工单号
order_no text order|order number|订单号
order_date date order|order date|下单日期
product_name text order|product|商品名称
sku text order|SKU|货号
amount money order|order amount|订单金额
currency text order|currency|币种
refund_amount money typed|refund amount|退款金额
refund_channel text typed|refund channel|退款渠道
refund_eta date typed|refund arrives by|退款到账日期
carrier text order|carrier|快递公司
tracking_no text order|tracking number|运单号
last_scan text order|last scan|最近轨迹
last_scan_time moment order|time of last scan|最近轨迹时间
promised_date date order|promised date|承诺日期
new_eta date order|new delivery date|新的预计送达
coupon_value money typed|coupon value|优惠券面额
coupon_expiry date typed|coupon valid until|优惠券有效期
compensation text typed|compensation|补偿内容
return_address address typed|return address|退货地址
return_deadline date typed|return by|退货截止
evidence_needed text typed|evidence needed|所需凭证
callback_time moment typed|call-back time|回电时间
owner_name text ticket|owner|负责人
next_update_at moment ticket|next update|下次回复时间
invoice_title text typed|invoice title|发票抬头
incident_name text typed|incident|事件名称
policy_name text typed|name of the rule|规则名称
survey_link link typed|survey link|调查链接
"""


def _read_rows() -> dict[str, Variable]:
    known = {}
    for row in _ROWS.strip().splitlines():
        head, label_en, label_zh = row.split("|")
        name, kind, source = head.split(" ")
        known[name] = Variable(name, kind, source, label_en, label_zh)
    return known


VARIABLES: dict[str, Variable] = _read_rows()
TIME_VARIABLES = frozenset(
    name for name, variable in VARIABLES.items() if variable.kind in {"date", "moment"}
) - {"order_date", "last_scan_time", "coupon_expiry"}
PEOPLE_VARIABLES = frozenset({"agent_name", "owner_name"})


def names_in(text: str) -> list[str]:
    """Variable names of a text in order of first use, each once, known or not."""
    return list(dict.fromkeys(PATTERN.findall(text)))


@dataclass(frozen=True, slots=True)
class Fault:
    """Braces that name no variable: what stands there, where, and what may have been meant."""

    text: str
    line: int
    column: int
    meant: str = ""


def faults(text: str) -> list[Fault]:
    """Return everything in braces that nothing can fill, and braces that are never closed."""
    found = []
    for match in BRACES.finditer(text):
        name = match[0].strip("{} ")
        if match[0] == f"{{{name}}}" and name in VARIABLES:
            continue
        before = text[: match.start()]
        close = get_close_matches(name.lower().replace("-", "_"), VARIABLES, n=1, cutoff=0.6)
        found.append(
            Fault(
                text=match[0],
                line=before.count("\n") + 1,
                column=len(before) - before.rfind("\n"),
                meant=f"{{{close[0]}}}" if name and close else "",
            )
        )
    return found


def format_value(
    value: object, *, language: str, zone: tzinfo | None = None, this_year: int | None = None
) -> str:
    """Return a value as it is written to a customer in ``language`` ("zh" or "en")."""
    if isinstance(value, Money):
        return _format_money(value)
    if isinstance(value, datetime):
        local = value.astimezone(zone) if zone and value.tzinfo else value
        return f"{_format_date(local, language, this_year)} {local:%H:%M}"
    if isinstance(value, date):
        return _format_date(value, language, this_year)
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return str(value).strip()


def currency_name(code: str, language: str) -> str:
    """Return what a currency is called: 人民币 in Chinese, its code elsewhere."""
    return _CURRENCY_ZH.get(code, code) if language == "zh" else code


def fill(
    text: str,
    values: Mapping[str, object],
    *,
    language: str,
    zone: tzinfo | None = None,
    this_year: int | None = None,
) -> Filled:
    """Put ``values`` into ``text``; what has no value stays as it stands and is listed."""
    known = {name: value for name, value in values.items() if value not in (None, "")}
    text = _one_currency_sign(text, known)
    if "honorific" not in known:
        text = text.replace("{honorific}", "")
    if "customer_name" not in known:
        text = _without_name(text, language)
    names = names_in(text)
    used = tuple(name for name in names if name in VARIABLES and name in known)

    def put(match: re.Match[str]) -> str:
        name = match[1]
        if name not in used:
            return match[0]
        shown = format_value(known[name], language=language, zone=zone, this_year=this_year)
        return shown or match[0]

    return Filled(
        text=PATTERN.sub(put, text),
        used=used,
        missing=tuple(name for name in names if name in VARIABLES and name not in known),
        unknown=tuple(name for name in names if name not in VARIABLES),
    )


def _format_money(money: Money) -> str:
    sign = _SYMBOLS.get(money.currency)
    shown = f"{money.amount:,.2f}".removesuffix(".00")
    return f"{sign}{shown}" if sign else f"{money.currency} {shown}"


def _format_date(day: date, language: str, this_year: int | None) -> str:
    other_year = this_year is not None and day.year != this_year
    if language == "zh":
        return (
            f"{day.year}年{day.month}月{day.day}日" if other_year else f"{day.month}月{day.day}日"
        )
    shown = f"{day.day} {MONTHS[day.month - 1]}"
    return f"{shown} {day.year}" if other_year else shown


def _one_currency_sign(text: str, known: Mapping[str, object]) -> str:
    """Money brings its sign along, so "¥{amount}" and "{currency} {amount}" must not double it."""
    for name, value in known.items():
        if isinstance(value, Money):
            text = re.sub(rf"(?:[¥￥$€£]|\{{currency\}})\s*\{{{name}\}}\s*元?", f"{{{name}}}", text)
            text = re.sub(rf"\{{{name}\}}\s*(?:\{{currency\}}|元)", f"{{{name}}}", text)
    return text


def _without_name(text: str, language: str) -> str:
    """Greet without a name when none is known, rather than leaving a hole in line one."""
    if language == "zh":
        return re.sub(
            r"^(\s*)(?:尊敬的)?\{customer_name\}[，,：:]?\s*(您好)?", r"\1您好", text, count=1
        )
    text = re.sub(r"^(\s*(?:Hello|Hi|Dear|Thank you|Thanks)),? \{customer_name\}", r"\1", text)
    opened = re.sub(r"^\s*\{customer_name\}[,:]?\s*", "", text)
    return opened[:1].upper() + opened[1:] if opened != text else text
