"""Slack Events API. No Django.

Secrets: ``signing_secret`` (a plain secret is this one) and ``bot_token`` for replies. Setting
``bot_user_id`` names our own bot, so that what it writes is not taken for a customer's words.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from intake.channels import reading
from intake.channels.base import Adapter, Answer, Door, Ignored, RawRequest
from intake.channels.reading import bracket, child, children, medium, text
from intake.errors import Refused
from tickets.records import IncomingMessage

# Other subtypes are the channel's own news: joined, renamed, pinned.
_SPOKEN = frozenset({"", "file_share", "thread_broadcast", "me_message"})
_LINK = re.compile(r"<((?:https?|mailto|tel):[^<>|]{1,2000})(?:\|([^<>|]{0,2000}))?>")


class SlackAdapter(Adapter):
    """One event a call."""

    def shake_hands(self, request: RawRequest, door: Door) -> Answer | None:
        """Echo the challenge of url_verification, which is signed as everything else."""
        if b"url_verification" not in request.body:
            return None
        value = reading.load_or_empty(request.body)
        if text(value, "type", 40) != "url_verification":
            return None
        self.verify(request, door)
        return Answer(text(value, "challenge", 1000))

    def verify(self, request: RawRequest, door: Door) -> str:
        """Check X-Slack-Signature: v0=hex of HMAC-SHA256(secret, v0:timestamp:body)."""
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            raise Refused(why="X-Slack-Request-Timestamp must be Unix seconds")
        secret = door.secret_named("signing_secret", alone=True)
        signed = b"v0:" + timestamp.encode() + b":" + request.body
        expected = f"v0={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"
        given = request.headers.get("x-slack-signature", "")
        if not secret or not reading.same(expected, given):
            raise Refused(why="X-Slack-Signature is not that of this body")
        reading.refuse_old(timestamp, request, door)
        return "signature"

    def external_id(self, request: RawRequest, door: Door) -> str:
        """Return event_id, which is the same on a retry."""
        value = reading.load_or_empty(request.body)
        return reading.one_id([text(value, "event_id")], prefix="event")

    def parse(
        self, body: bytes, received_at: datetime, door: Door, headers: Mapping[str, str]
    ) -> Sequence[IncomingMessage | Ignored]:
        """Return the event's message, or why it is none."""
        value = reading.load(body)
        event = child(value, "event")
        kind, subtype = text(event, "type", 60), text(event, "subtype", 60)
        if kind not in {"message", "app_mention"}:
            return [Ignored(f"an event that is no message: {kind or text(value, 'type', 60)}")]
        if subtype == "message_changed":
            return [_changed(event, received_at, door)]
        if subtype == "message_deleted":
            return [_withdrawn(event, received_at, door)]
        if subtype not in _SPOKEN:
            return [Ignored(f"a message of the channel itself: {subtype}")]
        return [_read(event, event, received_at, door)]

    def answer(self, request: RawRequest, door: Door) -> Answer | None:
        """Say an empty 200."""
        return reading.OK


def _read(
    event: Mapping[str, Any],
    message: Mapping[str, Any],
    received_at: datetime,
    door: Door,
    *,
    words: str = "",
    note: str = "",
) -> IncomingMessage | Ignored:
    """Read a message, or a note on one: ``event`` names the channel, ``message`` the writer."""
    person, room, ts = text(message, "user"), text(event, "channel"), text(message, "ts")
    if text(message, "bot_id") or text(message, "subtype") == "bot_message":
        return Ignored("written by a bot")
    if not person or not room or not ts:
        return Ignored("a message without writer, channel or time")
    if person == door.setting("bot_user_id"):
        return Ignored("written by ourselves")
    spoken, media = _words(message)
    is_direct = text(event, "channel_type", 20) == "im"
    root = text(message, "thread_ts") or ("" if is_direct else ts)
    return reading.chat_message(
        door,
        channel="slack",
        # A mention in a channel comes twice, as message and as app_mention.
        external_id=f"{room}:{ts}" + (f":{note}:{text(event, 'event_ts')}" if note else ""),
        words=words or reading.lines("[changed an earlier message]" if note else "", spoken),
        received_at=received_at,
        sent_at=reading.moment(*((event, "event_ts") if note else (message, "ts")), received_at),
        thread=f"{room}:{root}:{person}",
        person=person,
        to=f"{room}:{root}" if root else room,
        media=[] if note else media,
        note=f"{note} of {room}:{ts}" if note else "",
        is_note=bool(note),
    )


def _changed(
    event: Mapping[str, Any], received_at: datetime, door: Door
) -> IncomingMessage | Ignored:
    message, before = child(event, "message"), child(event, "previous_message")
    if text(message, "text", reading.LONGEST_TEXT) == text(before, "text", reading.LONGEST_TEXT):
        return Ignored("a preview was added to an earlier message")
    return _read(event, message, received_at, door, note="edit")


def _withdrawn(
    event: Mapping[str, Any], received_at: datetime, door: Door
) -> IncomingMessage | Ignored:
    words = "[withdrew an earlier message]"
    before = child(event, "previous_message")
    return _read(event, before, received_at, door, words=words, note="withdrawal")


def _words(message: Mapping[str, Any]) -> tuple[str, list[Any]]:
    shown, media = [], []
    for file in children(message, "files"):
        name, content_type = text(file, "name"), text(file, "mimetype")
        kind = content_type.split("/")[0] if content_type else "file"
        kind = kind if kind in {"image", "audio", "video"} else "file"
        shown.append(bracket(kind, name))
        url = text(file, "url_private", 2000)
        media.append(medium(kind, text(file, "id"), name=name, content_type=content_type, url=url))
    said = _plain(text(message, "text", reading.LONGEST_TEXT))
    return reading.lines(said, *shown) or "[empty message]", media


def _plain(marked: str) -> str:
    """Return the text without Slack's marks for links and its three entities."""
    plain = _LINK.sub(lambda found: _link(found[1], found[2] or ""), marked)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _link(target: str, label: str) -> str:
    shown = target.removeprefix("mailto:").removeprefix("tel:")
    return f"{label} ({shown})" if label and label != shown else shown
