"""Delivery reports: which mail of ours they are about, to whom, and how it ended. No Django.

The reader says that a mail is a report. Reports have as many shapes as there are mail servers, so
everything that can name our mail is collected: the ids that it answers, the Message-ID in what was
returned, the keyed addresses, and the address that could not be reached.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message

from intake.mail import Mail
from tickets.mail_threading import key_in_address

FAILED = "failed"
DELAYED = "delayed"
DELIVERED = "delivered"

_LONGEST = 2_000_000
_MOST_PARTS = 100
_ID = re.compile(r"<([^<>@\s]{1,200}@[^<>@\s]{1,200})>")
_ID_LINE = re.compile(r"^[> \t]*message-id:\s*<([^<>\s]{3,400})>", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(r"^([A-Za-z-]{3,40}):[ \t]*(.*(?:\r?\n[ \t].*)*)", re.MULTILINE)
_KEY = re.compile(r"rd\.\d{1,18}\.\d{1,18}\.[0-9a-f]{20}", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,255}\w", re.ASCII)
_DELAY = re.compile(
    r"\b(?:delayed|delay notification|delivery (?:is |has been )?(?:delayed|deferred)"
    r"|will (?:be retried|keep trying|continue to (?:be tried|try))|not yet been delivered"
    r"|still (?:being )?(?:retried|trying)|this is a warning message only)\b"
    r"|延迟|推迟投递|尚未送达",
    re.IGNORECASE,
)
_ENDED = re.compile(
    r"permanent|giving up|given up|returned to sender|undeliver|could not be delivered"
    r"|delivery (?:has )?failed|failure notice|永久|退信",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Report:
    """What a delivery report says. ``ids`` are without brackets, the surest first."""

    action: str
    ids: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    status: str = ""
    why: str = ""


def read_report(raw: bytes, mail: Mail) -> Report:
    """Return what a report says; any bytes are read as far as they go."""
    groups = [_fields(text) for text in _status_parts(raw)]
    returned = _returned_ids(raw, mail)
    answered = [one.strip("<> ") for one in (mail.in_reply_to, *reversed(mail.references))]
    recipients = [a for fields in groups for a in _recipients(fields)]
    recipients += _ADDRESS.findall(mail.header("x-failed-recipients"))
    addresses = [*mail.to, *mail.cc]
    keys = [key_in_address(address.email) for address in addresses]
    # The returned part may be cut or odd; our own ids are told by their form, wherever they are.
    keys += [found.lower() for found in _KEY.findall(raw[:_LONGEST].decode("latin-1"))]
    return Report(
        action=_action(groups, mail),
        ids=_distinct([*returned, *answered])[:50],
        keys=_distinct(keys)[:20],
        recipients=_distinct([a.lower() for a in recipients or _named(mail)])[:20],
        status=next((f["status"] for f in groups if f.get("status")), "")[:20],
        why=_why(groups, mail),
    )


def _action(groups: list[dict[str, str]], mail: Mail) -> str:
    """Failed for one of several recipients is failed; without a word of it, the text decides."""
    said = {fields["action"].split()[0].lower() for fields in groups if fields.get("action")}
    if FAILED in said:
        return FAILED
    if said & {"delayed"}:
        return DELAYED
    if said & {"delivered", "relayed", "expanded"}:
        return DELIVERED
    words = f"{mail.subject}\n{mail.text[:3000]}"
    return DELAYED if _DELAY.search(words) and not _ENDED.search(words) else FAILED


def _parts(raw: bytes) -> Iterator[Message]:
    try:
        message = message_from_bytes(raw[:_LONGEST], policy=policy.compat32)
        for number, part in enumerate(message.walk()):
            if number >= _MOST_PARTS:
                return
            yield part
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # What cannot be taken apart is still searched as text.
        return


def _status_parts(raw: bytes) -> list[str]:
    """Return each group of fields of the delivery status: one of the mail, one a recipient."""
    found: list[str] = []
    for part in _parts(raw):
        if part.get_content_type() in {"message/delivery-status", "message/global-delivery-status"}:
            inner = part.get_payload()
            blocks = inner if isinstance(inner, list) else []
            found += [one.as_string() for one in blocks if isinstance(one, Message)]
    return found


def _fields(text: str) -> dict[str, str]:
    pairs = _FIELD.findall(text[:50_000])
    return {name.lower(): " ".join(value.split()) for name, value in reversed(pairs)}


def _recipients(fields: dict[str, str]) -> list[str]:
    for name in ("original-recipient", "final-recipient"):
        found = _ADDRESS.findall(fields.get(name, "").partition(";")[2])
        if found:
            return found[:1]
    return []


def _returned_ids(raw: bytes, mail: Mail) -> list[str]:
    found: list[str] = []
    for number, part in enumerate(_parts(raw)):
        is_inner = number > 0
        if part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            text = payload.decode("latin-1") if isinstance(payload, bytes) else ""
            found += _ID_LINE.findall(text[:100_000])
        elif is_inner and part.get("message-id"):
            found += _ID.findall(str(part.get("message-id")))
    return found + _ID_LINE.findall(mail.text[:100_000])


def _named(mail: Mail) -> list[str]:
    """Return the addresses in a report without fields: those in the beginning of its text."""
    own = {address.email.lower() for address in (*mail.to, *mail.cc)} | {mail.from_address.lower()}
    named = _ADDRESS.findall(mail.text[:2000])
    return [a for a in named if a.lower() not in own and not _KEY.match(a.partition("+")[2])][:5]


def _why(groups: list[dict[str, str]], mail: Mail) -> str:
    for fields in groups:
        said = fields.get("diagnostic-code", "").partition(";")[2].strip()
        if said or fields.get("status"):
            return (said or fields["status"])[:500]
    return mail.subject[:200]


def _distinct(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
