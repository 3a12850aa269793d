"""The date of a mail, in all forms that RFC 822, its successors and its violators use."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar january janv enero gen", "feb februar february févr fev",
            "mar march märz mär mars mrt maart marzo", "apr april avr abr",
            "may mai mei maj mag mayo",
            "jun june juni juin giu", "jul july juli juil lug", "aug august août aout ago",
            "sep sept september set", "oct okt october oktober ott out", "nov november",
            "dec dez dic december dezember déc",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_WORDS = re.compile(
    r"(\d{1,2})[.\s-]+([^\W\d]{3,9})\.?[\s-]+(\d{2,4})"
    r"(?:[,\s]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?)?"
)
_ZONE = re.compile(r"([+-])(\d{2}):?(\d{2})\b")


def parse(value: str) -> datetime | None:
    """The moment the mail says it was written, with its offset (UTC when it names none)."""
    value = value[:200].strip()
    if not value:
        return None
    try:
        fields = None if _ISO.match(value) else parsedate_tz(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        fields = None
    if fields:
        made = _made(
            fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[9] or 0
        )
        if made:
            return made
    found = _ISO.search(value)
    if found:
        year, month, day, hour, minute, second = (int(group or 0) for group in found.groups())
        return _made(year, month, day, hour, minute, second, _offset(value[found.end() :]))
    words = _WORDS.search(value)
    if words and words[2].lower() in _MONTHS:
        year = int(words[3])
        year += (2000 if year < 69 else 1900) if year < 100 else 0
        hour, minute, second = (int(words[index] or 0) for index in (4, 5, 6))
        return _made(
            year,
            _MONTHS[words[2].lower()],
            int(words[1]),
            hour,
            minute,
            second,
            _offset(value[words.end() :]),
        )
    return None


def _offset(rest: str) -> int:
    zone = _ZONE.search(rest)
    if not zone:
        return 0
    seconds = int(zone[2]) * 3600 + int(zone[3]) * 60
    return -seconds if zone[1] == "-" else seconds


def _made(
    year: int, month: int, day: int, hour: int, minute: int, second: int, offset: int
) -> datetime | None:
    zone = timezone(timedelta(seconds=offset)) if abs(offset) < 86_400 else UTC
    try:
        made = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
        made.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return made
