"""Turns what is personal in a reply into variables, or marks it so that it is left out. Pure.

After ``slot`` a text carries no digits but those of plain spans of time ("48 hours"): every other
number has become a variable or the mark ``GONE``. A sentence with that mark is never shown.
"""

import re
import unicodedata
from collections.abc import Iterable

from knowledgebase.mining import names
from knowledgebase.mining.records import Known
from knowledgebase.variables import MONTHS

# Stands where something was that no variable can carry.
GONE = "\ufffd"
_MARKS_ZH = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
# How every proposal begins and ends, whatever its wordings did.
GREETINGS = {"zh": "{customer_name}您好，", "en": "Hello {customer_name}, "}
SIGNATURES = {"zh": "{agent_name}", "en": " {agent_name}"}

_HAN = "㐀-鿿"
_MONTH = "(?:" + "|".join(MONTHS) + ")[a-z]*"
_CLAUSE_END = "。！？!?；;\n"

_EMAIL = re.compile(r"[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)*")
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|cn|net|org|io|shop|co|example)\b(?:/\S*)?"
    r"|\b[\w-]+\.[a-z]{2,6}/\S+",
    re.IGNORECASE | re.ASCII,
)
_HANDLE = re.compile(r"(?<!\w)[@#][\w-]{2,}")
_ACCOUNT = re.compile(
    r"(?:微信|QQ|旺旺|支付宝|账号|帐号|户名|卡号|尾号|身份证|护照)[号码]*[:：为是\s]*[A-Za-z0-9_*-]{3,}"
    r"|\b(?:account|card|iban|passport|wechat|ending(?: in)?)\b[^.;,\n]{0,12}?[:#\s]\s*"
    r"[A-Z0-9*][A-Z0-9*\s-]{3,}\d",
    re.IGNORECASE | re.ASCII,
)
_ADDRESS_ZH = re.compile(
    rf"(?:[{_HAN}]{{2,8}}?(?:省|自治区))?[{_HAN}]{{1,8}}?(?:市|州|盟)[{_HAN}]{{1,10}}?(?:区|县|市|镇|旗)"
    rf"[^，。；,;!！?？\n]*"
    rf"|[{_HAN}]{{1,10}}?(?:路|街|巷|弄|大道|胡同|小区|花园|公寓|大厦|村|镇|街道)"
    rf"[{_HAN}A-Za-z]{{0,6}}?\d+(?:号|弄|栋|幢|单元|室|楼|座|-)[^，。；,;!！?？\n]*"
)
_ADDRESS_EN = re.compile(
    r"\b(?:Unit|Suite|Flat|Apt\.?|Apartment|Building|P\.? ?O\.? Box)\s+\w+[^.;\n]*"
    r"|\b\d+[A-Za-z]?,?\s+(?:[A-Z][\w'’.-]*\s+){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive"
    r"|Dr|Way|Court|Ct|Boulevard|Blvd|Close|Terrace|Square|Place|Park|Crescent)\b[^.;\n]*"
)
_CURRENCY = r"(?:元|块钱|块|人民币|CNY|RMB|USD|EUR|GBP|HKD|dollars?|euros?|pounds?|yuan)"
_MONEY = re.compile(
    rf"(?:[¥￥$€£]|\b(?:CNY|RMB|USD|EUR|GBP|HKD)\s?)\s?\d[\d,]*(?:\.\d+)?(?:\s?{_CURRENCY})?"
    rf"|(?<![A-Za-z0-9_.])\d[\d,]*(?:\.\d+)?\s?{_CURRENCY}"
    r"|[零一二两三四五六七八九十百千万]+(?:元|块钱|块)",
    re.IGNORECASE | re.ASCII,
)
_DAY = (
    r"(?:\d{4}\s?年\s?)?\d{1,2}\s?月\s?\d{1,2}\s?[日号]?"
    r"|(?<![\d-])\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?![\d-])"
    r"|(?<![\d/])\d{1,2}/\d{1,2}(?:/\d{2,4})?(?![\d/])"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b(?:,?\s+\d{{4}})?"
    rf"|\b{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}})?"
)
_RELATIVE_ZH = "(?:今天|明天|后天|今日|明日|今晚|明早|明晚|当天|本?下?周[一二三四五六日天])"
_PART_ZH = "(?:凌晨|早上|上午|中午|下午|傍晚|晚上|晚)"
_RELATIVE_EN = "(?:today|tomorrow|tonight|(?:on |next )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
_HOUR = (
    r"\d{1,2}\s?[:：]\s?\d{2}(?:\s?[ap]\.?m\b\.?)?|\d{1,2}\s?[ap]\.?m\b\.?"
    r"|(?:\d{1,2}|[一二两三四五六七八九十]{1,3})\s?点(?:半|\d{1,2}分?)?"
)
_MOMENT = re.compile(
    rf"(?:{_DAY})(?:\s*{_PART_ZH}?(?:\s*,?\s*(?:at\s+)?(?:{_HOUR}))|\s*{_PART_ZH})?"
    rf"|(?:{_RELATIVE_ZH}\s*)?{_PART_ZH}?\s*(?:{_HOUR})(?:\s+{_RELATIVE_EN})?"
    rf"|\b{_RELATIVE_EN}\s+(?:at|by)?\s*(?:{_HOUR})",
    re.IGNORECASE | re.ASCII,
)
# The only numbers that may stay: they say how long, not who or how much.
SPAN_OF_TIME = re.compile(
    r"(?<![A-Za-z0-9_])(?<!\d[.,:/-])\d{1,3}(?:\s?[-–~至到]\s?\d{1,3})?\s?"
    r"(?:个?(?:工作日|自然日|小时|分钟|星期|月)|天|周"
    r"|(?:(?:working|business|calendar)\s)?(?:hours?|minutes?|days?|weeks?|months?))(?![\d])",
    re.IGNORECASE,
)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_/.-]*\d[A-Za-z0-9_/-]*|\d+")
_DIGITS_ZH = re.compile("[〇零一二三四五六七八九幺]{5,}")

Slots = tuple[tuple[str, str], ...]
_FLAGS = re.IGNORECASE
_MOMENT_SLOTS: Slots = (
    ("优惠券|券|coupon|voucher", "coupon_expiry"),
    ("回电|致电|电话联系|通话|call (?:you|back)|ring you|phone you", "callback_time"),
    ("寄回|退回(?:商品|货)|回寄|send (?:it|them) back|return (?:it|them)", "return_deadline"),
    ("退款|到账|refund", "refund_eta"),
    ("送达|送到|到货|派送|配送|发出|发货|arriv|deliver|ship|dispatch", "new_eta"),
    ("下单|购买|placed|ordered|bought", "order_date"),
)
_MONEY_SLOTS: Slots = (
    ("优惠券|代金券|券|coupon|voucher", "coupon_value"),
    ("补偿|赔|关怀|红包|goodwill|compensat", "compensation"),
    ("退|refund|back to you", "refund_amount"),
)
_CODE_SLOTS: Slots = (
    ("运单|快递单|物流单|快递|单号.{0,3}$|tracking|waybill|parcel", "tracking_no"),
    ("订单|order", "order_no"),
    ("工单|案件|case|ticket|reference", "case_no"),
    ("货号|型号|sku|model", "sku"),
)
# What stands before an address and is no part of it.
_LED_IN = re.compile(
    r".{0,12}(?:寄回|退回|寄到|寄至|退到|退至|送到|送至|改为|地址[是为:：]*|位于|到|至|给|在)"
)
_RETURNED: Slots = (("退|寄|return|send", "return_address"),)
_REPEATED = re.compile(r"(\{[a-z_]+\})(?:[\s,，、]*(?:(?:on|at|by|the)\s+)?\1)+")
_FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF5B))}
_FULL_WIDTH = {code: ascii_ for code, ascii_ in _FULL_WIDTH.items() if chr(ascii_).isalnum()} | {
    0xFF20: 0x40
}


def tidy(text: str) -> str:
    """One form of letters and digits, nothing invisible in between, lines trimmed."""
    text = unicodedata.normalize("NFC", text).translate(_FULL_WIDTH).replace(GONE, " ")
    # A slot that somebody typed by hand would look like one of ours.
    text = text.replace("{", "(").replace("}", ")")
    text = "".join(
        str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c
        for c in text
        if unicodedata.category(c) not in {"Cf", "Co", "Cn"}
    )
    text = re.sub(r"[^\S\n]+", " ", text)
    return re.sub(r"\s*\n\s*", "\n", text).strip()


def slot(text: str, language: str, known: Known) -> str:
    """Return the text with variables for what is personal, greeting and signature made even."""
    text = _put_known(tidy(text), known)
    text, greeted = _greet(text, language)
    text, signed = names.strip_signature(text, language)
    signed = signed or text.rstrip().endswith("{agent_name}")
    text = text.rstrip().removesuffix("{agent_name}").rstrip(" ,，—–-")
    text = names.titled(text, language, "{customer_name}")
    text = _gone(text, names.staff_names(text, language))
    text = _put_patterns(text)
    text = _REPEATED.sub(r"\1", text)
    if language == "zh":
        text = _even_zh(text)
    if greeted:
        text = GREETINGS[language] + text.lstrip()
    if signed:
        text = text.rstrip() + SIGNATURES[language]
    return text.strip()


def _even_zh(text: str) -> str:
    """Write the marks of Chinese between Chinese, and no spaces beside variables."""
    for plain, wide in _MARKS_ZH.items():
        text = re.sub(rf"(?<=[{_HAN}}}]){re.escape(plain)}(?=[{_HAN}{{])", wide, text)
        text = re.sub(rf"(?<=[{_HAN}}}]){re.escape(plain)}$", wide, text)
    return re.sub(rf"(?<=[{_HAN}]) (?=\{{)|(?<=\}}) (?=[{_HAN}])", "", text)


def _greet(text: str, language: str) -> tuple[str, bool]:
    rest, greeted = names.strip_greeting(text.replace("{customer_name}", names.NAME), language)
    return rest.replace(names.NAME, "{customer_name}"), greeted


def _put_known(text: str, known: Known) -> str:
    """Put variables for values that are known, the longest first."""
    values: dict[str, str] = {
        value: GONE for one in known.private for value in names.name_parts(one)
    }
    for name, told in known.slots.items():
        is_name = name in {"customer_name", "agent_name", "owner_name"}
        for one in told:
            parts = names.name_parts(one) if is_name else [" ".join(one.split())]
            values |= {part: f"{{{name}}}" for part in parts if len(part) > 1}
    for value in sorted(values, key=len, reverse=True):
        # Nothing in what is put stands for a group.
        text = _value_pattern(value).sub(values[value], text)
    return text


def _value_pattern(value: str) -> re.Pattern[str]:
    inner = re.escape(value).replace(r"\ ", r"\s+")
    before = r"(?<![A-Za-z0-9_{])" if value[0].isascii() and value[0].isalnum() else ""
    after = r"(?![A-Za-z0-9_}])" if value[-1].isascii() and value[-1].isalnum() else ""
    return re.compile(before + inner + after, re.IGNORECASE)


def _gone(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + GONE + text[end:]
    return text


def _put_patterns(text: str) -> str:
    for pattern in (_EMAIL, _LINK, _HANDLE, _ACCOUNT):
        text = pattern.sub(GONE, text)
    for pattern in (_ADDRESS_ZH, _ADDRESS_EN):
        text = pattern.sub(_address, text)
    text = _MONEY.sub(lambda m: _by_context(m, _MONEY_SLOTS, "{amount}"), text)
    text = _MOMENT.sub(_moment, text)
    kept = {}
    for number, match in enumerate(SPAN_OF_TIME.finditer(text)):
        kept[chr(0xE000 + number % 6000)] = match[0]
    marks = iter(kept)
    text = SPAN_OF_TIME.sub(lambda _m: next(marks, GONE), text)
    text = _CODE.sub(_code, text)
    text = _DIGITS_ZH.sub(GONE, text)
    return "".join(kept.get(char, char) for char in text)


def _clause(match: re.Match[str]) -> tuple[str, str]:
    """Return what stands before and after a match in its sentence."""
    whole = match.string
    start = max(whole.rfind(mark, 0, match.start()) for mark in _CLAUSE_END)
    start = max(start, whole.rfind(". ", 0, match.start()))
    stops = [at for mark in (*_CLAUSE_END, ". ") if (at := whole.find(mark, match.end())) >= 0]
    return whole[start + 1 : match.start()], whole[match.end() : min(stops, default=len(whole))]


def _by_context(match: re.Match[str], slots: Slots, otherwise: str) -> str:
    """Return the variable that the nearest words speak of: those before count, then those after."""
    before, after = _clause(match)
    return _nearest(before, slots) or _nearest(after, slots) or otherwise


def _nearest(text: str, slots: Slots) -> str:
    found = [
        (match.end(), name)
        for pattern, name in slots
        for match in re.finditer(pattern, text, _FLAGS)
    ]
    return f"{{{max(found)[1]}}}" if found else ""


def _address(match: re.Match[str]) -> str:
    led = _LED_IN.match(match[0])
    if led and _nearest(led[0], _RETURNED):
        return led[0] + "{return_address}"
    return (led[0] if led else "") + _by_context(match, _RETURNED, GONE)


def _moment(match: re.Match[str]) -> str:
    found = match[0]
    put = _by_context(match, _MOMENT_SLOTS, "{next_update_at}")
    return (" " if found[0] == " " else "") + put + (" " if found[-1] == " " else "")


def _code(match: re.Match[str]) -> str:
    if len(match[0]) < 4:
        return GONE
    return _nearest(_clause(match)[0][-16:], _CODE_SLOTS) or GONE
