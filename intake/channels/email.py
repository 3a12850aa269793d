"""E-mail: raw RFC 5322, posted or read from files. No Django."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from intake.channels.base import Adapter, Door, Ignored, RawRequest, verify_signed
from intake.errors import BadBody, Refused
from intake.mail import Mail, read_mail
from tickets.mail_threading import key_in_address
from tickets.records import IncomingAttachment, IncomingMessage

NO_TEXT = "(no text)"


class EmailAdapter(Adapter):
    """A mail as bytes; verified by signature, or by the source's secret as a bearer token."""

    def verify(self, request: RawRequest, door: Door) -> str:
        """Accept a signed request, or one that bears the secret (mail pipes cannot sign)."""
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
    ) -> Sequence[IncomingMessage | Ignored]:
        """Return the mail as a message. The reader takes any bytes, so nothing is unreadable."""
        return [message_of(read_mail(body), received_at, door)]


def message_of(mail: Mail, received_at: datetime, door: Door) -> IncomingMessage:
    """Turn a mail that was read into an incoming message."""
    references = (mail.in_reply_to, *reversed(mail.references))
    return IncomingMessage(
        source=door.slug,
        channel="email",
        external_id=(mail.message_id.strip("<> ") or mail.content_digest)[:255],
        text=mail.text or ("" if mail.attachments else NO_TEXT),
        received_at=received_at,
        reply_text=mail.reply_text if mail.reply_text != mail.text else "",
        html=mail.raw_html,
        subject=mail.subject[:300],
        sent_at=_sent_at(mail.date, received_at),
        references=tuple(dict.fromkeys(r.strip("<> ") for r in references if r.strip("<> "))),
        reply_key=_reply_key(mail),
        from_name=mail.from_name[:200],
        emails=(mail.from_address,) if mail.from_address else (),
        identity_verified=bool(mail.from_address),
        attachments=tuple(
            IncomingAttachment(a.name, a.content_type, a.content, a.content_id, a.inline)
            for a in mail.attachments
        ),
        is_auto=mail.is_auto_reply,
        is_bounce=mail.is_bounce,
        meta={
            "from_address": mail.from_address,
            "to": [address.email for address in mail.to][:100],
            "cc": [address.email for address in mail.cc][:100],
            "may_acknowledge": mail.may_acknowledge,
            "defects": list(mail.defects)[:50],
        },
    )


def _reply_key(mail: Mail) -> str:
    return next((key for a in (*mail.to, *mail.cc) if (key := key_in_address(a.email))), "")


def _sent_at(date: datetime | None, received_at: datetime) -> datetime | None:
    """Return when the mail was sent, by its own word; never later than it came."""
    if date is None:
        return None
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)
    return min(aware.astimezone(UTC), received_at)
