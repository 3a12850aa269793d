"""E-mail: raw RFC 5322, posted, read from files, or taken out of a mailbox. No Django.

Settings: those of a mailbox (``mailbox_account.py``), and ``receiving_hosts``, the names of our
receiving servers as they write them into Received and Authentication-Results; without it those of
``REDRESS_MAIL_HOSTS`` count.
"""

import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from intake.channels import email_trace
from intake.channels.base import Adapter, Door, Ignored, Item, RawRequest, Receipt, verify_signed
from intake.channels.email_bounces import DELAYED, DELIVERED, read_report
from intake.channels.email_trace import SIZE_HEADER
from intake.errors import BadBody, Refused
from intake.mail import Mail, limits, read_mail
from tickets.mail_threading import LOOP_HEADER, key_in_address
from tickets.records import BouncedMail, IncomingAttachment, IncomingMessage

NO_TEXT = "(no text)"
# Stored with the customer's words, so in both languages.
CUT = (
    "[This mail has %(size)s MB. Only its first %(kept)s MB were taken; all of it is still in the "
    "mailbox. / 此邮件共 %(size)s MB，仅收取了前 %(kept)s MB，完整邮件仍在邮箱中。]"
)


class EmailAdapter(Adapter):
    """A mail as bytes; verified by signature, or by the source's secret as a bearer token."""

    def verify(self, request: RawRequest, door: Door) -> str:
        """Accept a signed request, or one that bears the secret (mail pipes cannot sign)."""
        if door.setting("imap_host"):
            # Its secret is the mailbox's password, which must open no other door.
            raise Refused(why="this source takes its mails from a mailbox")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return verify_signed(request, door)
        given = token.strip().encode("utf-8", "surrogateescape")
        if not door.secret or not hmac.compare_digest(door.secret.encode(), given):
            raise Refused(why="the bearer token is not this source's secret")
        return "bearer token"

    def external_id(self, request: RawRequest, door: Door) -> str:
        """Leave it to the digest of the bytes: a Message-ID can be forged to hide a real mail."""
        if not request.body.strip():
            raise BadBody(why="it is empty")
        return ""

    def parse(
        self, body: bytes, received_at: datetime, door: Door, headers: Mapping[str, str]
    ) -> Sequence[Item]:
        """Return the mail as a message. The reader takes any bytes, so nothing is unreadable."""
        return read_items(body, received_at, door, headers)


def read_items(
    raw: bytes, received_at: datetime, door: Door, headers: Mapping[str, str] | None = None
) -> Sequence[Item]:
    """Return what a raw mail is: a message, or a report about a mail of ours."""
    mail = read_mail(raw)
    if mail.is_bounce:
        return _read_report(raw, mail, door)
    return [message_of(mail, received_at, door, headers, kept_bytes=len(raw))]


def _read_report(raw: bytes, mail: Mail, door: Door) -> Sequence[Item]:
    report = read_report(raw, mail)
    if report.action == DELAYED:
        return [Ignored("a delay notice: the mail may still arrive")]
    if report.action == DELIVERED:
        found: list[Item] = [Receipt("delivered", external_id=f"<{one}>") for one in report.ids[:1]]
        return found or [Ignored("a report that a mail has arrived")]
    # Most servers repeat the status in their words.
    why = report.why if report.status in report.why else f"{report.status} {report.why}".strip()
    # A forger knows addresses, not the ids and keys of our mails: only these count then.
    is_forged = email_trace.dmarc_failed(mail, email_trace.receiving_hosts(door))
    recipients = () if is_forged else report.recipients
    return [
        BouncedMail(report.ids, report.keys, recipients, (why or mail.subject)[:500], door.slug)
    ]


def message_of(
    mail: Mail,
    received_at: datetime,
    door: Door,
    headers: Mapping[str, str] | None = None,
    *,
    kept_bytes: int = 0,
) -> IncomingMessage:
    """Turn a mail that was read into an incoming message.

    ``received_at`` of the message is when a server of ours took it: clocks run from there. The
    mail's own Date is only shown.
    """
    references = (mail.in_reply_to, *reversed(mail.references))
    hosts, kept = email_trace.receiving_hosts(door), headers or {}
    is_forged = email_trace.dmarc_failed(mail, hosts)
    cut = _cut_note(kept.get(SIZE_HEADER, ""), kept_bytes)
    text = mail.text or ("" if mail.attachments or cut else NO_TEXT)
    meta = {
        "from_address": mail.from_address,
        "to": [address.email for address in mail.to][:100],
        "cc": [address.email for address in mail.cc][:100],
        "may_acknowledge": mail.may_acknowledge and not is_forged,
        "defects": [*mail.defects, *([cut] if cut else [])][:50],
    }
    left_out = [defect for defect in mail.defects if limits.names_loss(defect)]
    return IncomingMessage(
        source=door.slug,
        channel="email",
        external_id=(mail.message_id.strip("<> ") or mail.content_digest)[:255],
        text=f"{text}\n\n{cut}".strip() if cut else text,
        received_at=email_trace.arrived_at(mail, hosts, kept, received_at),
        reply_text=mail.reply_text if mail.reply_text != mail.text and not cut else "",
        html=mail.raw_html,
        subject=mail.subject[:300],
        sent_at=_sent_at(mail.date, received_at),
        references=tuple(dict.fromkeys(r.strip("<> ") for r in references if r.strip("<> "))),
        reply_key=_reply_key(mail),
        from_name=mail.from_name[:200],
        emails=(mail.from_address,) if mail.from_address else (),
        identity_verified=bool(mail.from_address) and not is_forged,
        attachments=tuple(
            IncomingAttachment(a.name, a.content_type, a.content, a.content_id, a.inline)
            for a in mail.attachments
        ),
        is_auto=mail.is_auto_reply,
        is_forged=is_forged,
        own_key=mail.header(LOOP_HEADER)[:200],
        meta=meta
        | ({"authentication": "dmarc=fail"} if is_forged else {})
        | ({"left_out": left_out} if left_out else {}),
    )


def _cut_note(size: str, kept_bytes: int) -> str:
    if not (size.isascii() and size.isdigit()) or int(size) <= kept_bytes:
        return ""
    megabytes = {"size": f"{int(size) / 1e6:.1f}", "kept": f"{kept_bytes / 1e6:.1f}"}
    return CUT % megabytes


def _reply_key(mail: Mail) -> str:
    return next((key for a in (*mail.to, *mail.cc) if (key := key_in_address(a.email))), "")


def _sent_at(date: datetime | None, received_at: datetime) -> datetime | None:
    """Return when the mail was sent, by its own word; never later than it came."""
    if date is None:
        return None
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)
    return min(aware.astimezone(UTC), received_at)
