"""A raw mail read into a record. The one way in: `read_mail`."""

from __future__ import annotations

import hashlib
import logging
import re

from intake.mail import (
    addresses,
    bodies,
    charsets,
    classify,
    dates,
    html_text,
    limits,
    sanitising,
    structure,
    trimming,
)
from intake.mail.headers import Headers
from intake.mail.record import Address, Attachment, Mail
from intake.mail.structure import Part, Reading

logger = logging.getLogger(__name__)
_ID = re.compile(r"<[^<>]{1,1000}>")
_EMPTY = Mail(
    (),
    "",
    "",
    (),
    (),
    (),
    (),
    "",
    "",
    "",
    (),
    None,
    "",
    "",
    "",
    "",
    (),
    False,
    False,
    False,
    False,
    "",
    (),
)


def read_mail(raw: bytes) -> Mail:
    """Read any bytes as a mail, as far as it goes. Never raises; what was wrong is in `defects`."""
    reading = Reading()
    try:
        return _read(_prepared(raw, reading), reading)
    except Exception as error:  # a mail must never be lost to a bug in its reading
        logger.exception("mail could not be read")
        return _last_resort(raw, f"could not be read: {type(error).__name__}")


def _last_resort(raw: bytes, defect: str) -> Mail:
    """The text of a mail that could not be taken apart, so that an agent can still read it."""
    text = charsets.clean(raw[: limits.MAX_TEXT_CHARS].decode("utf-8", "replace"))
    values = {name: getattr(_EMPTY, name) for name in Mail.__slots__}
    digest = hashlib.sha256(raw).hexdigest()
    return Mail(
        **(
            values
            | {"text": text, "reply_text": text, "defects": (defect,), "content_digest": digest}
        )
    )


def _prepared(raw: bytes, reading: Reading) -> bytes:
    """The bytes within the limit, with line ends that can be told apart."""
    if len(raw) > limits.MAX_MAIL_BYTES:
        reading.defect(
            f"mail over {limits.MAX_MAIL_BYTES // 1024 // 1024} MB, the rest was left out"
        )
        raw = raw[: limits.MAX_MAIL_BYTES]
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\x00" in raw[:200]:
        reading.defect("mail stored as UTF-16")
        raw = raw.decode("utf-16", "replace").encode("utf-8")
    head = raw[:20_000]
    if b"\n" not in head and b"\r" in head:
        reading.defect("line ends are CR alone")
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return raw


def _read(data: bytes, reading: Reading) -> Mail:
    root = structure.read(data, reading)
    headers = root.headers
    marked, page, files = bodies.read(root, reading)
    text = html_text.without_marks(marked).strip("\n").rstrip()
    safe_page, defect = sanitising.sanitise(page)
    reading.defect(defect)
    subject = headers.text("subject")
    sender, senders = _sender(headers, reading)
    kind = classify.classify(
        root, from_address=sender.email, from_name=sender.name, subject=subject, text=text
    )
    date_text = headers.text("date")
    date = dates.parse(date_text)
    if date_text and date is None:
        reading.defect(f"unreadable date {date_text[:60]!r}")
    message_id = _first_id(headers.unfolded("message-id"))
    return Mail(
        headers=tuple(headers.decoded()),
        from_address=sender.email,
        from_name=sender.name,
        senders=tuple(senders),
        reply_to=tuple(_mailboxes(headers, "reply-to")),
        to=tuple(_mailboxes(headers, "to")),
        cc=tuple(_mailboxes(headers, "cc")),
        subject=subject,
        message_id=message_id,
        in_reply_to=_first_id(headers.unfolded("in-reply-to")),
        references=tuple(_ids(headers.unfolded("references"))),
        date=date,
        text=text,
        reply_text=trimming.trim(marked, subject=subject),
        html=safe_page,
        raw_html=page[: limits.MAX_HTML_CHARS],
        attachments=tuple(files),
        is_auto_reply=kind.is_auto_reply,
        is_bounce=kind.is_bounce,
        is_bulk=kind.is_bulk,
        may_acknowledge=kind.may_acknowledge,
        content_digest=_digest(root, sender, subject, message_id, date_text, text, page, files),
        defects=tuple(reading.defects),
    )


def _sender(headers: Headers, reading: Reading) -> tuple[Address, list[Address]]:
    """The first mailbox of From; Sender when From names none."""
    values = headers.all_unfolded("from")
    senders = [mailbox for value in values for mailbox in addresses.parse(value)][
        : limits.MAX_ADDRESSES
    ]
    if len(senders) > 1:
        reading.defect("several senders")
    usable = next(
        (mailbox for mailbox in senders if "@" in mailbox.email), senders[0] if senders else None
    )
    if usable:
        return usable, senders
    reading.defect("no sender")
    name = addresses.name_only(values[0]) if values else ""
    fallback = addresses.parse(headers.unfolded("sender"))
    if fallback:
        return Address(name or fallback[0].name, fallback[0].email), fallback[:1]
    return Address(name, ""), []


def _mailboxes(headers: Headers, name: str) -> list[Address]:
    """All mailboxes of a field, also when it is there several times."""
    found = [
        mailbox for value in headers.all_unfolded(name)[:20] for mailbox in addresses.parse(value)
    ]
    return found[: limits.MAX_ADDRESSES]


def _ids(value: str) -> list[str]:
    """Message ids in angle brackets; bare ones get them."""
    found = _ID.findall(value)
    if not found:
        found = [f"<{word.strip('<>,;')}>" for word in value.split() if "@" in word]
    return [re.sub(r"\s+", "", one) for one in found[: limits.MAX_REFERENCES]]


def _first_id(value: str) -> str:
    found = _ids(value)
    if found:
        return found[0]
    return (
        f"<{value.strip('<> ')}>"
        if value and " " not in value and len(value) < 1000 and value.strip("<> ")
        else ""
    )


def _digest(
    root: Part,
    sender: Address,
    subject: str,
    message_id: str,
    date: str,
    text: str,
    page: str,
    files: list[Attachment],
) -> str:
    """The same for two deliveries of one mail, whatever hosts added on the way."""
    seen = hashlib.sha256()
    for piece in (
        sender.email.lower(),
        subject,
        message_id,
        date,
        text,
        page,
        *(f"{f.name}\x1f{f.sha256}" for f in files),
    ):
        seen.update(piece.encode("utf-8", "replace") + b"\x1e")
    return seen.hexdigest()
