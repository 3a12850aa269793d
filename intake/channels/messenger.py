"""Messenger and Instagram: the same calls, told apart by ``object``. No Django.

Secrets: see ``meta``. Settings: ``page_id`` (needed for replies; what comes for another page of the
same app is ignored). ``message_edit`` follows general knowledge, not a checked page.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from intake.channels import reading
from intake.channels.base import Door, Ignored, Item, RawRequest, Receipt
from intake.channels.meta import MetaAdapter
from intake.channels.reading import bracket, child, children, medium, text
from tickets.records import IncomingMessage

_MOST_MIDS = 100
_OTHERS = ("delivery", "read", "reaction", "postback", "optin", "referral")


class MessengerAdapter(MetaAdapter):
    """Several pages and events in one call."""

    def external_id(self, request: RawRequest, door: Door) -> str:
        """Return the message's mid, or a digest of several; receipts have none."""
        body = reading.load_or_empty(request.body)
        messages = [child(event, "message") for _, event in _events(body, "messaging")]
        # A withdrawal has the mid of what it withdraws and must not be taken for it.
        found = [text(m, "mid") for m in messages if m.get("is_deleted") is not True]
        return reading.one_id(found, prefix="message")

    def parse(
        self, body: bytes, received_at: datetime, door: Door, headers: Mapping[str, str]
    ) -> Sequence[Item]:
        """Return each message and receipt, and why the rest is neither."""
        value = reading.load(body)
        channel = "instagram" if text(value, "object", 20) == "instagram" else "messenger"
        found: list[Item] = []
        for page, event in _events(value, "messaging"):
            receipts = _receipts(event, received_at)
            found += receipts or [_read(page, event, channel, received_at, door)]
        found += [
            Ignored("standby: another system has the chat") for _ in _events(value, "standby")
        ]
        return found or [Ignored("no message in it")]


def _events(body: Mapping[str, Any], name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for entry in children(body, "entry"):
        for event in children(entry, name):
            yield text(entry, "id"), event


def _receipts(event: Mapping[str, Any], received_at: datetime) -> list[Receipt]:
    """Return what an event says of our messages: by their ids, or by a time.

    Whoever reads has read all that came before, also where only the last message is named.
    """
    person = text(child(event, "sender"), "id")
    state = next((name for name in ("read", "delivery") if child(event, name)), "")
    if not state or not person or "message" in event:
        return []
    said, state = child(event, state), "delivered" if state == "delivery" else state
    has_time = reading.number(said, "watermark") is not None
    name, where = ("watermark", said) if has_time else ("timestamp", event)
    at = reading.moment(where, name, received_at, milliseconds=True)
    found = [Receipt(state=state, external_id=mid, at=at) for mid in _mids(said)]
    if has_time or state == "read":
        found.append(Receipt(state=state, address=person, at=at))
    return found


def _mids(said: Mapping[str, Any]) -> list[str]:
    listed = said.get("mids")
    every = [said.get("mid"), *(listed if isinstance(listed, list) else ())][:_MOST_MIDS]
    return [mid for mid in (text({"mid": one}, "mid") for one in every) if mid]


def _read(
    page: str, event: Mapping[str, Any], channel: str, received_at: datetime, door: Door
) -> IncomingMessage | Ignored:
    message, edit = child(event, "message"), child(event, "message_edit")
    person, ours = text(child(event, "sender"), "id"), door.setting("page_id")
    why = _why_not(event, message, edit)
    if why:
        return Ignored(why)
    if ours and page != ours:
        return Ignored("for another page of the same app")
    mid = text(message or edit, "mid")
    if not person or not mid:
        return Ignored("a message without sender or id")
    words, media = _words(message)
    note = "edit" if edit else "withdrawal" if message.get("is_deleted") is True else ""
    if note == "edit":
        said = text(edit, "text", reading.LONGEST_TEXT)
        words = reading.lines("[changed an earlier message]", said)
    elif note:
        words = "[withdrew an earlier message]"
    version = text(edit, "num_edit", 10)
    return reading.chat_message(
        door,
        channel=channel,
        external_id=f"{mid[:230]}:{note}{version}" if note else mid,
        words=words,
        received_at=received_at,
        sent_at=reading.moment(event, "timestamp", received_at, milliseconds=True),
        thread=person,
        person=person,
        to=person,
        media=media,
        note=f"{note} of {mid}" if note else "",
        is_note=bool(note),
    )


def _why_not(event: Mapping[str, Any], message: Mapping[str, Any], edit: Mapping[str, Any]) -> str:
    if message.get("is_echo") is True:
        return "written by ourselves"
    if message or edit:
        return ""
    kind = next((name for name in _OTHERS if name in event), "unknown")
    title = text(child(event, kind), "title", 200)
    return f"an event that is no message: {kind}" + (f", {title}" if title else "")


def _words(message: Mapping[str, Any]) -> tuple[str, list[Any]]:
    shown, media = [], []
    for file in children(message, "attachments"):
        kind, payload = text(file, "type", 40) or "file", child(file, "payload")
        if kind == "location":
            where = child(payload, "coordinates")
            point = (reading.number(where, "lat"), reading.number(where, "long"))
            shown.append(reading.place(*point, text(file, "title")))
            continue
        url = text(payload, "url", 2000) or text(file, "url", 2000)
        is_sticker = bool(text(payload, "sticker_id"))
        name = "sticker" if is_sticker else {"audio": "voice"}.get(kind, kind.replace("_", " "))
        shown.append(bracket(name, text(file, "title", 200) or text(payload, "title", 200)))
        media.append(medium(name, "", url=url))
    said = text(message, "text", reading.LONGEST_TEXT)
    return reading.lines(said, *shown) or bracket("message without words"), media
