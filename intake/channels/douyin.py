"""Douyin (抖音) open platform. No Django.

Secret: ``client_secret`` (a plain secret is this one). The signature is a plain SHA-1 over secret
and body, as the platform has it, and covers no time; ``Msg-Id`` decides what was here before. The
names of the fields of messages and comments follow general knowledge, not a checked page: what is
not found is ignored with the reason, and the raw body stays.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from intake.channels import reading
from intake.channels.base import Adapter, Answer, Door, Ignored, RawRequest
from intake.channels.reading import bracket, child, children, medium, text
from intake.errors import Refused
from tickets.records import IncomingMessage

_MESSAGE, _COMMENT = "im_receive_msg", "item_comment_reply"


class DouyinAdapter(Adapter):
    """One event a call."""

    def shake_hands(self, request: RawRequest, door: Door) -> Answer | None:
        """Answer verify_webhook with its challenge; it is signed as everything else."""
        if b"verify_webhook" not in request.body:
            return None
        value = reading.load_or_empty(request.body)
        if text(value, "event", 60) != "verify_webhook":
            return None
        self.verify(request, door)
        challenge = _content(value).get("challenge")
        is_plain = isinstance(challenge, int | str) and not isinstance(challenge, bool)
        return reading.json_answer({"challenge": challenge if is_plain else ""})

    def verify(self, request: RawRequest, door: Door) -> str:
        """Check X-Douyin-Signature: hex SHA-1 of the secret followed by the raw body."""
        secret = door.secret_named("client_secret", alone=True)
        # The platform's own scheme; there is none with a keyed hash.
        digest = hashlib.sha1(secret.encode() + request.body, usedforsecurity=False).hexdigest()
        if not secret or not reading.same(digest, request.headers.get("x-douyin-signature", "")):
            raise Refused(why="X-Douyin-Signature is not that of this body")
        return "signature"

    def external_id(self, request: RawRequest, door: Door) -> str:
        """Return the Msg-Id header."""
        given = {"id": request.headers.get("msg-id", "")}
        return reading.one_id([text(given, "id", 200)], prefix="message")

    def parse(
        self, body: bytes, received_at: datetime, door: Door, headers: Mapping[str, str]
    ) -> Sequence[IncomingMessage | Ignored]:
        """Return the message or comment, or why it is neither."""
        value = reading.load(body)
        kind, content, person = (
            text(value, "event", 60),
            _content(value),
            text(value, "from_user_id"),
        )
        if kind not in {_MESSAGE, _COMMENT}:
            return [Ignored(f"an event that is no message: {kind}")]
        name = "server_message_id" if kind == _MESSAGE else "comment_id"
        if not person or not text(content, name):
            return [Ignored(f"a message without sender or {name}")]
        words, media = _words(content)
        number, ours = text(content, name), text(value, "to_user_id")
        return [_read(content, words, media, person, number, ours, received_at, door)]

    def answer(self, request: RawRequest, door: Door) -> Answer | None:
        """Say an empty 200."""
        return reading.OK


def _content(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return ``content``, which is an object, or one as text."""
    found = value.get("content")
    if isinstance(found, str):
        return reading.load_or_empty(found.encode("utf-8", "replace"))
    return child(value, "content")


def _read(
    content: Mapping[str, Any],
    words: str,
    media: list[Any],
    person: str,
    number: str,
    ours: str,
    received_at: datetime,
    door: Door,
) -> IncomingMessage:
    talk = text(content, "conversation_short_id") or text(content, "item_id")
    names = [
        text(user, "nick_name")
        for user in children(content, "user_infos")
        if text(user, "open_id") == person
    ]
    message = reading.chat_message(
        door,
        channel="douyin",
        external_id=number,
        words=words,
        received_at=received_at,
        sent_at=reading.moment(content, "create_time", received_at, milliseconds=True),
        thread=f"{talk}:{person}",
        person=person,
        to=person,
        name=next((name for name in names if name), ""),
        media=media,
    )
    chat = text(content, "conversation_short_id")
    if chat:
        # A reply names what it answers; comments have no conversation and cannot be answered.
        about = {"conversation_id": chat, "message_id": number, "our_id": ours}
        message.meta["about"] = about
    return message


def _words(content: Mapping[str, Any]) -> tuple[str, list[Any]]:
    said = text(content, "text", reading.LONGEST_TEXT) or text(
        content, "content", reading.LONGEST_TEXT
    )
    kind = text(content, "message_type", 40) or "text"
    if kind == "text":
        return said or "[empty message]", []
    url = text(content, "resource_url", 2000)
    return reading.lines(bracket(kind), said), [medium(kind, text(content, "item_id"), url=url)]
