"""WhatsApp Cloud API. No Django.

Secrets: see ``meta``. Settings: ``phone_number_id`` (needed for replies; what comes for another
number of the same app is ignored). The kinds ``edit`` and ``revoke`` follow general knowledge, not
a checked page; an unknown kind is shown as such and never dropped.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from intake.channels import reading
from intake.channels.base import Door, Ignored, Item, RawRequest, Receipt
from intake.channels.meta import MetaAdapter, reason_of
from intake.channels.reading import bracket, child, children, medium, text
from tickets.records import IncomingMessage

# "played" is said of voice messages; what else there may be is no step on the way.
_RECEIPTS = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}
_FILES = frozenset({"image", "audio", "video", "document", "sticker"})
_NEWS = frozenset({"reaction", "system", "request_welcome", "ephemeral"})


class WhatsAppAdapter(MetaAdapter):
    """Several numbers, messages and receipts in one call."""

    def external_id(self, request: RawRequest, door: Door) -> str:
        """Return the message's id, or a digest of several; receipts repeat it and have none."""
        found = [
            text(message, "id")
            for _, value in _changes(reading.load_or_empty(request.body))
            for message in children(value, "messages")
        ]
        return reading.one_id(found, prefix="message")

    def parse(
        self, body: bytes, received_at: datetime, door: Door, headers: Mapping[str, str]
    ) -> Sequence[Item]:
        """Return each message and receipt, and why the rest is neither."""
        found: list[Item] = []
        for field, value in _changes(reading.load(body)):
            found += _of_change(field, value, received_at, door)
        return found or [Ignored("nothing in it")]


def _changes(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for entry in children(body, "entry"):
        for change in children(entry, "changes"):
            yield text(change, "field", 60), child(change, "value")


def _of_change(
    field: str, value: Mapping[str, Any], received_at: datetime, door: Door
) -> list[Item]:
    if field != "messages":
        return [Ignored(f"a change that is no message: {field}")]
    ours, to = door.setting("phone_number_id"), text(child(value, "metadata"), "phone_number_id")
    if ours and to != ours:
        return [Ignored("for another number of the same app")]
    names = {
        text(contact, "wa_id"): text(child(contact, "profile"), "name")
        for contact in children(value, "contacts")
    }
    found: list[Item] = [_receipt(each, received_at) for each in children(value, "statuses")]
    own = "".join(c for c in text(child(value, "metadata"), "display_phone_number") if c.isdigit())
    found += [_read(m, own, names, received_at, door) for m in children(value, "messages")]
    return found or [Ignored("neither messages nor receipts in it")]


def _receipt(status: Mapping[str, Any], received_at: datetime) -> Receipt | Ignored:
    number, state = text(status, "id"), text(status, "status", 20)
    if not number or state not in _RECEIPTS:
        return Ignored(f"receipt: {number} is {state}")
    error: Mapping[str, Any] = next(iter(children(status, "errors")), {})
    said = (text(error, "title", 300), text(child(error, "error_data"), "details", 1000))
    code = reading.number(error, "code")
    return Receipt(
        state=_RECEIPTS[state],
        external_id=number,
        marker=text(status, "biz_opaque_callback_data"),
        at=reading.moment(status, "timestamp", received_at),
        code=(reason_of(code) or "refused") if state == "failed" else "",
        why=": ".join(dict.fromkeys(part for part in said if part)),
    )


def _read(
    message: Mapping[str, Any],
    own: str,
    names: Mapping[str, str],
    received_at: datetime,
    door: Door,
) -> IncomingMessage | Ignored:
    kind, person = text(message, "type", 40), text(message, "from")
    if not person or not text(message, "id"):
        return Ignored("a message without sender or id")
    if own and person == own:
        return Ignored("written by ourselves")
    if kind in _NEWS:
        return Ignored(f"no words: {kind}")
    words, media = _words(message, kind)
    is_note = kind in {"edit", "revoke"}
    about = text(child(message, kind), "original_message_id") if is_note else ""
    return reading.chat_message(
        door,
        channel="whatsapp",
        external_id=text(message, "id"),
        words=words,
        received_at=received_at,
        sent_at=reading.moment(message, "timestamp", received_at),
        thread=person,
        person=person,
        to=person,
        name=names.get(person, ""),
        phones=(f"+{person}",) if person.isascii() and person.isdigit() else (),
        media=media,
        note=f"{kind} of {about}" if is_note else "",
        is_note=is_note,
    )


def _words(message: Mapping[str, Any], kind: str) -> tuple[str, list[Any]]:
    part = child(message, kind)
    if kind in _FILES:
        return _file(part, kind)
    if kind == "edit":
        inner = child(part, "message")
        words, media = _words(inner, text(inner, "type", 40)) if inner else ("", [])
        return reading.lines("[changed an earlier message]", words), media
    if kind == "revoke":
        return "[withdrew an earlier message]", []
    if kind == "location":
        point = (reading.number(part, "latitude"), reading.number(part, "longitude"))
        return reading.place(*point, text(part, "name"), text(part, "address")), []
    said = {
        "text": text(part, "body", reading.LONGEST_TEXT),
        "button": text(part, "text", 2000),
        "interactive": _choice(part),
        "contacts": _contacts(message),
        "order": _order(part),
    }.get(kind, "")
    return said or bracket("message of the kind", kind or "unknown"), []


def _file(part: Mapping[str, Any], kind: str) -> tuple[str, list[Any]]:
    shown = "voice" if part.get("voice") is True else kind
    name, content_type = text(part, "filename"), text(part, "mime_type", 120)
    ref = medium(shown, text(part, "id"), name=name, content_type=content_type)
    return reading.lines(bracket(shown, name), text(part, "caption", reading.LONGEST_TEXT)), [ref]


def _choice(part: Mapping[str, Any]) -> str:
    chosen = child(part, "button_reply") or child(part, "list_reply")
    return reading.lines(text(chosen, "title", 300), text(chosen, "description", 1000))


def _contacts(message: Mapping[str, Any]) -> str:
    shown = []
    for contact in children(message, "contacts"):
        phones = [text(phone, "phone", 40) for phone in children(contact, "phones")]
        shown.append(bracket("contact", text(child(contact, "name"), "formatted_name"), *phones))
    return reading.lines(*shown)


def _order(part: Mapping[str, Any]) -> str:
    items = [
        f"{text(item, 'quantity', 20)} × {text(item, 'product_retailer_id')}"
        for item in children(part, "product_items")
    ]
    return reading.lines(bracket("order", ", ".join(items)), text(part, "text", 2000))
