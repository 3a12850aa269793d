"""LINE Messaging API. No Django.

Secrets: ``channel_secret`` (a plain secret is this one) and ``access_token`` for replies. The
signature covers no time; ``webhookEventId`` is the same on redelivery and decides what was here.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from intake.channels import reading
from intake.channels.base import Adapter, Answer, Door, Ignored, RawRequest
from intake.channels.reading import bracket, child, children, medium, text
from intake.errors import Refused
from tickets.records import IncomingMessage


class LineAdapter(Adapter):
    """Several events in one call."""

    refusal_is_final = True

    def verify(self, request: RawRequest, door: Door) -> str:
        """Check X-Line-Signature: base64 of HMAC-SHA256(channel secret, raw body)."""
        secret = door.secret_named("channel_secret", alone=True)
        mac = hmac.new(secret.encode(), request.body, hashlib.sha256).digest()
        given = request.headers.get("x-line-signature", "")
        if not secret or not reading.same(base64.b64encode(mac).decode(), given):
            raise Refused(why="X-Line-Signature is not that of this body")
        return "signature"

    def external_id(self, request: RawRequest, door: Door) -> str:
        """Return webhookEventId, or a digest of several."""
        events = children(reading.load_or_empty(request.body), "events")
        return reading.one_id((text(event, "webhookEventId") for event in events), prefix="event")

    def parse(
        self, body: bytes, received_at: datetime, door: Door, headers: Mapping[str, str]
    ) -> Sequence[IncomingMessage | Ignored]:
        """Return each event's message, or why it is none."""
        events = children(reading.load(body), "events")
        if not events:
            return [Ignored("no events: the platform tries the address")]
        return [_read(event, received_at, door) for event in events]

    def answer(self, request: RawRequest, door: Door) -> Answer | None:
        """Say an empty 200."""
        return reading.OK


def _read(event: Mapping[str, Any], received_at: datetime, door: Door) -> IncomingMessage | Ignored:
    kind = text(event, "type", 40)
    if text(event, "mode", 20) == "standby":
        return Ignored("standby: another system has the chat")
    if kind not in {"message", "unsend"}:
        return Ignored(f"an event that is no message: {kind}")
    source, message = child(event, "source"), child(event, kind)
    person = text(source, "userId")
    room = text(source, "groupId") or text(source, "roomId") or person
    if not room:
        return Ignored("a message without a sender")
    is_note = kind == "unsend"
    words, media = ("[withdrew an earlier message]", []) if is_note else _words(message)
    number = text(message, "messageId" if is_note else "id")
    return reading.chat_message(
        door,
        channel="line",
        external_id=text(event, "webhookEventId") or f"{kind}:{number}",
        words=words,
        received_at=received_at,
        sent_at=reading.moment(event, "timestamp", received_at, milliseconds=True),
        thread=f"{room}:{person}",
        person=person or f"someone in {room}",
        to=room,
        media=media,
        note=f"withdrawal of {number}" if is_note else "",
        is_note=is_note,
    )


def _words(message: Mapping[str, Any]) -> tuple[str, list[Any]]:
    kind = text(message, "type", 20)
    if kind == "text":
        return text(message, "text", reading.LONGEST_TEXT) or "[empty message]", []
    if kind == "location":
        point = (reading.number(message, "latitude"), reading.number(message, "longitude"))
        return reading.place(*point, text(message, "title"), text(message, "address")), []
    if kind == "sticker":
        meaning = message.get("keywords")
        first = meaning[0] if isinstance(meaning, list) and meaning else ""
        named = {"first": first, "text": text(message, "text", 80)}
        return bracket("sticker", text(named, "text") or text(named, "first", 80)), []
    shown = {"audio": "voice"}.get(kind, kind or "message")
    name, milliseconds = text(message, "fileName"), reading.number(message, "duration")
    length = reading.clock(milliseconds / 1000) if milliseconds is not None else ""
    provider = child(message, "contentProvider")
    url = text(provider, "originalContentUrl", 2000)
    ref = medium(shown, text(message, "id"), name=name, url=url)
    return bracket(shown, length, name), [ref]
