"""The generic webhook: signed JSON from any system. No Django."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from intake.channels.base import Adapter, Door, Item, RawRequest, Receipt, verify_signed
from intake.channels.payload import (
    Fields,
    load_object,
    read_attachments,
    read_media,
    read_order,
    required_id,
    required_text,
)
from intake.channels.reading import child
from intake.channels.reading import text as text_of
from intake.errors import BadBody, Unreadable
from tickets.records import IncomingMessage

CHANNELS = frozenset(
    {"chat", "wechat", "whatsapp", "phone", "review", "form", "email", "sms", "generic"}
)
LONGEST_TEXT = 1_000_000
_RECEIPTS = frozenset({"delivered", "read", "failed"})
# A sender's clock may be ahead a little; a time beyond that is a mistake.
_FUTURE = timedelta(minutes=5)


class GenericAdapter(Adapter):
    """Headers X-Redress-Timestamp and X-Redress-Signature; a body with ``id`` and ``text``."""

    def verify(self, request: RawRequest, door: Door) -> str:
        """Check the signature over the raw body."""
        return verify_signed(request, door)

    def external_id(self, request: RawRequest, door: Door) -> str:
        """Return ``id``; a body without a usable id or text is refused with the reason."""
        value = load_object(request.body)
        if "receipt" in value:
            _receipt_of(value)
            return ""
        required_text(value)
        return required_id(value)

    def parse(
        self, body: bytes, received_at: datetime, door: Door, headers: Mapping[str, str]
    ) -> Sequence[Item]:
        """Return the one message of the body, or what it says of a reply of ours."""
        try:
            value = load_object(body)
            if "receipt" in value:
                return [_receipt(value, received_at)]
            text, external_id = required_text(value), required_id(value)
        except BadBody as error:
            raise Unreadable(str(error)) from error
        return [read_message(Fields(value), text, external_id, received_at, door, verified=True)]


def _receipt_of(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return ``receipt``. Raises BadBody: who sends it can mend it."""
    said = child(value, "receipt")
    if not text_of(said, "message"):
        raise BadBody(why="“receipt.message” must be the id that we gave to the reply")
    if text_of(said, "state", 20) not in _RECEIPTS:
        raise BadBody(why="“receipt.state” must be delivered, read or failed")
    return said


def _receipt(value: Mapping[str, Any], received_at: datetime) -> Receipt:
    said = _receipt_of(value)
    sent_at = Fields(said).moment("at")
    state = text_of(said, "state", 20)
    return Receipt(
        state=state,
        external_id=text_of(said, "message"),
        at=min(sent_at, received_at) if sent_at else received_at,
        code="refused" if state == "failed" else "",
        why=text_of(said, "reason", 1000),
    )


def read_message(
    fields: Fields,
    text: str,
    external_id: str,
    received_at: datetime,
    door: Door,
    *,
    verified: bool,
    channel: str = "",
) -> IncomingMessage:
    """Turn the fields into a message; ``verified``: the source vouches for the customer."""
    customer = fields.child("customer")
    sent_at = fields.moment("sent_at")
    if sent_at is not None and sent_at > received_at + _FUTURE:
        fields.left_out.append("sent_at")
        sent_at = None
    order = read_order(fields)
    attachments = read_attachments(fields)
    person = customer.text("id", 255)
    named_channel = fields.text("channel", 20)
    rating = fields.integer("rating", 1, 5)
    followers = customer.integer("followers", 0, 2_000_000_000)
    message = IncomingMessage(
        source=door.slug,
        channel=channel or (named_channel if named_channel in CHANNELS else "generic"),
        external_id=external_id,
        text=text[:LONGEST_TEXT],
        received_at=received_at,
        html=fields.text("html", LONGEST_TEXT),
        subject=fields.text("subject", 300) or _first_line(text),
        language=_language(fields.text("language", 20)),
        sent_at=sent_at,
        thread=fields.text("thread", 255),
        from_name=customer.text("name", 200),
        emails=(customer.text("email", 320),) if customer.text("email") else (),
        phones=(customer.text("phone", 40),) if customer.text("phone") else (),
        external_ids=(person,) if person else (),
        identity_verified=verified,
        vip=customer.flag("vip"),
        order=order,
        attachments=attachments,
        rating=rating,
        url=fields.text("url", 2000),
    )
    left_out = fields.left_out + [f"customer.{name}" for name in customer.left_out]
    if len(text) > LONGEST_TEXT:
        left_out.append("text after 1,000,000 characters")
    if left_out:
        message.meta["left_out"] = list(dict.fromkeys(left_out))
    media = read_media(fields)
    if media:
        message.meta["media"] = media
    if followers is not None:
        message.meta["followers"] = followers
    if fields.flag("public"):
        message.meta["public"] = True
    return message


def _first_line(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= 80 else f"{line[:79]}…"


def _language(tag: str) -> str:
    code = tag.replace("_", "-").split("-")[0].lower()
    return code if 2 <= len(code) <= 3 and code.isascii() and code.isalpha() else ""
