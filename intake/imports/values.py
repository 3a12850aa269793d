"""What stands in cells: times, stars, numbers and yes, in the usual Chinese and English shapes.

No Django.
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june",
            "jul july", "aug august", "sep sept september", "oct october", "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_CLOCK = re.compile(
    r"(?P<half1>上午|下午|中午|凌晨|早上|晚上)?\s*"
    r"(?P<h>\d{1,2})\s*[:时點点]\s*(?P<m>\d{1,2})?\s*(?:[:分]\s*(?P<s>\d{1,2})?)?(?:\.\d+)?\s*秒?"
    r"\s*(?P<half2>[ap]\.?m\.?)?",
    re.IGNORECASE,
)
_YMD = re.compile(r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?")
_NUMBERS = re.compile(r"(?P<a>\d{1,2})\s*[-/.]\s*(?P<b>\d{1,2})\s*[-/.]\s*(?P<y>\d{4}|\d{2})\b")
_NAMED = re.compile(
    r"(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?\s+(?P<n1>[a-z]{3,9})\.?,?"
    r"|(?P<n2>[a-z]{3,9})\.?\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?)\s+(?P<y>\d{4})",
    re.IGNORECASE,
)
_ZONED = re.compile(r"(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})\s*$", re.IGNORECASE)
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's days have no zone
_OLDEST_YEAR, _NEWEST_YEAR = 2000, 2100


def parse_moment(text: str, zone: ZoneInfo, *, day_first: bool = False) -> datetime | None:
    """Return an aware time in UTC, None for what is none.

    A time without a zone is in ``zone``; ``day_first`` tells what 03/04/2026 means. A day without
    a time is its beginning.
    """
    plain = unicodedata.normalize("NFKC", text).strip()[:60]
    try:
        found = _machine(plain, zone) or _written(plain, zone, day_first=day_first)
    except (ValueError, OverflowError):
        return None
    if found is None or not _OLDEST_YEAR <= found.year <= _NEWEST_YEAR:
        return None
    return found.astimezone(UTC)


def _machine(text: str, zone: ZoneInfo) -> datetime | None:
    """Read what only machines write: 14 digits, Unix time, days since 1900."""
    if re.fullmatch(r"\d{14}", text):
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=zone)
    if re.fullmatch(r"\d{13}", text):
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    if re.fullmatch(r"\d{10}", text):
        return datetime.fromtimestamp(int(text), UTC)
    if re.fullmatch(r"20\d{6}", text):
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=zone)
    if re.fullmatch(r"[3-7]\d{4}(\.\d+)?", text):
        moment = _EXCEL_EPOCH + timedelta(seconds=round(float(text) * 86400))
        return moment.replace(tzinfo=zone)
    return None


def _written(text: str, zone: ZoneInfo, *, day_first: bool) -> datetime | None:
    day, rest = _day(text, day_first=day_first)
    if day is None:
        return None
    told = _ZONED.search(rest)
    rest = rest[: told.start()] if told else rest
    rest = rest.strip(" ,T星期周一二三四五六日天").strip()
    hour, minute, second = _time_of_day(rest)
    moment = datetime(*day, hour, minute, second, tzinfo=zone)
    if told is None:
        return moment
    offset = told["zone"].upper().replace(":", "")
    if offset in {"Z", "UTC", "GMT"}:
        return moment.replace(tzinfo=UTC)
    minutes = int(offset[1:3]) * 60 + int(offset[3:5])
    away = timedelta(minutes=minutes if offset[0] == "+" else -minutes)
    return moment.replace(tzinfo=UTC) - away


def _day(text: str, *, day_first: bool) -> tuple[tuple[int, int, int] | None, str]:
    found = _YMD.match(text)
    if found:
        return (int(found["y"]), int(found["m"]), int(found["d"])), text[found.end() :]
    found = _NUMBERS.match(text)
    if found:
        year, a, b = int(found["y"]), int(found["a"]), int(found["b"])
        year = year + 2000 if year < 100 else year
        first = day_first if a <= 12 else True
        first = False if b > 12 else first
        return (year, b, a) if first else (year, a, b), text[found.end() :]
    found = _NAMED.search(text)
    if found:
        month = _MONTHS.get((found["n1"] or found["n2"]).lower())
        if month is None:
            return None, ""
        day = int(found["d1"] or found["d2"])
        before = re.sub(r"^\s*[a-z]+,?\s*$", "", text[: found.start()], flags=re.IGNORECASE)
        return (int(found["y"]), month, day), f"{before} {text[found.end() :]}"
    return None, ""


def _time_of_day(text: str) -> tuple[int, int, int]:
    text = re.sub(r"^at\s+", "", text.strip(), flags=re.IGNORECASE)
    if not text:
        return 0, 0, 0
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise ValueError(text)
    hour = int(found["h"])
    half = (found["half1"] or found["half2"] or "").lower().replace(".", "")
    if half in {"pm", "下午", "晚上", "中午"} and hour < 12:
        hour = hour + 12 if half != "中午" or hour < 11 else hour
    if half in {"am", "上午", "凌晨"} and hour == 12:
        hour = 0
    return hour, int(found["m"] or 0), int(found["s"] or 0)


def guess_day_first(texts: list[str]) -> bool | None:
    """Tell whether 03/04 is the third of April, as the column shows; None: unclear."""
    for text in texts:
        found = _NUMBERS.match(unicodedata.normalize("NFKC", text).strip())
        if found and int(found["a"]) > 12:
            return True
        if found and int(found["b"]) > 12:
            return False
    return None


_RATING_WORDS = {
    "好评": 5, "非常满意": 5, "很满意": 5, "满意": 4, "中评": 3, "一般": 3, "不满意": 2,
    "差评": 1, "非常不满意": 1, "很不满意": 1, "positive": 5, "good": 5, "excellent": 5,
    "neutral": 3, "negative": 1, "bad": 1, "poor": 2, "terrible": 1,
}  # fmt: skip
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}


def parse_rating(text: str) -> int | None:
    """Return 1 to 5 stars, None for what is no rating."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if plain in _RATING_WORDS:
        return _RATING_WORDS[plain]
    full = plain.count("★") or plain.count("⭐")
    if full and not plain.strip("★☆⭐ "):
        return full if full <= 5 else None
    found = re.fullmatch(r"(\d(?:\.\d+)?)\s*(?:/\s*5|星|颗星|分|stars?|points?|out of 5)?", plain)
    if found:
        stars = round(float(found[1]) + 1e-9)
        return stars if 1 <= stars <= 5 else None
    spelled = re.fullmatch(r"([一二两三四五])(?:颗?星|分)", plain)
    return _DIGITS[spelled[1]] if spelled else None


_YES = frozenset({"1", "y", "yes", "true", "是", "需要", "需回复", "待回复", "未回复", "要", "√"})
_NO = frozenset({"0", "n", "no", "false", "否", "不需要", "无需回复", "已回复", "不要", "×", "-"})


def parse_yes(text: str) -> bool | None:
    """Return yes or no, None for what is neither."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if plain in _YES:
        return True
    return False if plain in _NO else None


def is_rounded(text: str) -> bool:
    """Tell whether a program for tables has shortened a long number: 1.23E+18."""
    return bool(re.fullmatch(r"\d(?:\.\d+)?[eE]\+?\d{2}", text.strip()))


def is_masked(text: str) -> bool:
    """Tell whether a name was made unrecognisable: such a name belongs to many."""
    plain = text.lower()
    return any(mark in plain for mark in ("*", "＊", "…", "匿名", "anonymous"))


# What marketplaces write where the buyer wrote nothing.
_NOTHING = re.compile(
    r"(?:(?:此|该)?用户(?:没有|未)填写评[价论](?:内容)?|(?:评价方|买家)?未及时(?:做|作)出评价.*"
    r"|系统默认(?:好评|评价)?|默认好评|好评|无|暂无|-|none|n/?a|no comment)[。.!!]*",
    re.IGNORECASE,
)


def is_no_text(text: str) -> bool:
    """Tell whether a review has no words of its buyer."""
    return not text.strip() or bool(_NOTHING.fullmatch(text.strip()))
