"""What our own receiving servers wrote on a mail: when it came, and whether its sender is real.

Everything else in a mail's headers is the sender's word. No Django.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from intake.channels.base import Door
from intake.mail import Mail, dates

# Kept with a delivery from a mailbox: when it came in there, and its size where it was cut.
ARRIVED_HEADER = "x-redress-arrived"
SIZE_HEADER = "x-redress-size"
HOSTS_SETTING = "receiving_hosts"

_BY = re.compile(r"\bby\s+([\w.-]{1,255})", re.IGNORECASE)
_DMARC = re.compile(r"\bdmarc\s*=\s*([a-z]{1,20})", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]{0,500}\)")
_MOST_HEADERS = 100


def receiving_hosts(door: Door) -> tuple[str, ...]:
    """Return the names of our receiving servers, as they write them, in lower case."""
    found = door.settings.get(HOSTS_SETTING) or ()
    words = found.replace(",", " ").split() if isinstance(found, str) else found
    return tuple(str(word).lower() for word in words) if isinstance(words, list | tuple) else ()


def arrived_at(
    mail: Mail, hosts: Iterable[str], headers: Mapping[str, str], received_at: datetime
) -> datetime:
    """Return when our server took the mail; when we got it where no server of ours says.

    The mail's own Date says only what the sender likes. The topmost stamp of a server of ours
    cannot be forged: whatever came with the mail lies below it.
    """
    stamped = _stamp(mail, frozenset(hosts)) or _moment(headers.get(ARRIVED_HEADER, ""))
    return min(stamped, received_at) if stamped else received_at


def dmarc_failed(mail: Mail, hosts: Iterable[str]) -> bool:
    """Tell whether our server found the sender's address to be forged (RFC 8601).

    Results that bear another name are somebody else's word, perhaps the forger's.
    """
    ours = frozenset(hosts)
    for value in _values(mail, "authentication-results"):
        plain = _COMMENT.sub(" ", value)
        name, _, results = plain.partition(";")
        if name.strip().split(" ")[0].lower() in ours:
            found = _DMARC.search(results)
            return bool(found) and found[1].lower() == "fail" if found else False
    return False


def _stamp(mail: Mail, hosts: frozenset[str]) -> datetime | None:
    for value in _values(mail, "received") if hosts else ():
        path, _, moment = value.rpartition(";")
        by = _BY.search(path)
        if by and by[1].lower() in hosts:
            return _aware(dates.parse(moment))
    return None


def _values(mail: Mail, name: str) -> list[str]:
    found = [value for key, value in mail.headers if key.lower() == name]
    return found[:_MOST_HEADERS]


def _moment(text: str) -> datetime | None:
    try:
        return _aware(datetime.fromisoformat(text)) if text else None
    except ValueError:
        return None


def _aware(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
