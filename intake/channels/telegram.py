"""Telegram bots: updates pushed by setWebhook. No Django.

Secrets: ``webhook_secret`` (the secret_token given to setWebhook; a plain secret is this one) and
``bot_token`` for replies. Telegram signs nothing: the header repeats our secret, so there is no
timestamp to judge, and ``update_id`` decides what was here before.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from intake.channels import reading
from intake.channels.base import Adapter, Answer, Door, Ignored, RawRequest
from intake.channels.reading import bracket, child, children, medium, text
from intake.errors import Refused
from tickets.records import IncomingMessage

_EDITS = ("edited_message", "edited_business_message")
_MESSAGES = ("message", "business_message", *_EDITS)
_FILES = ("voice", "audio", "video", "video_note", "animation", "document", "sticker")


class TelegramAdapter(Adapter):
    """One update a call."""

    def verify(self, request: RawRequest, door: Door) -> str:
        """Compare X-Telegram-Bot-Api-Secret-Token with ours."""
        given = request.headers.get("x-telegram-bot-api-secret-token", "")
        if not reading.same(door.secret_named("webhook_secret", alone=True), given):
            raise Refused(why="X-Telegram-Bot-Api-Secret-Token is not the webhook's secret")
        return "secret token"

    def external_id(self, request: RawRequest, door: Door) -> str:
        """Return update_id."""
        value = reading.load_or_empty(request.body)
        return reading.one_id([text(value, "update_id")], prefix="update")

    def parse(
        self, body: bytes, received_at: datetime, door: Door, headers: Mapping[str, str]
    ) -> Sequence[IncomingMessage | Ignored]:
        """Return the message of the update, or why it is none."""
        value = reading.load(body)
        kind = next((name for name in _MESSAGES if child(value, name)), "")
        if not kind:
            other = next((name for name in value if name != "update_id"), "nothing")
            return [Ignored(f"an update that is no message: {other[:60]}")]
        return [_read(child(value, kind), received_at, door, is_edit=kind in _EDITS)]

    def answer(self, request: RawRequest, door: Door) -> Answer | None:
        """Say nothing: a body would be taken for a call of the bot's methods."""
        return reading.OK


def _read(
    message: Mapping[str, Any], received_at: datetime, door: Door, *, is_edit: bool
) -> IncomingMessage | Ignored:
    sender, chat = child(message, "from"), child(message, "chat")
    person, room, number = text(sender, "id"), text(chat, "id"), text(message, "message_id")
    if sender.get("is_bot") is True:
        return Ignored("written by a bot")
    if not person or not room or not number:
        return Ignored("a message without writer, chat or id")
    words, media = _words(message)
    if not words:
        return Ignored("a message of the chat itself, without words or files")
    if words == "/start":
        return Ignored("the start button was pressed")
    external_id, changed_at = f"{room}:{number}", text(message, "edit_date", 20)
    return reading.chat_message(
        door,
        channel="telegram",
        external_id=f"{external_id}:edit:{changed_at}" if is_edit else external_id,
        words=reading.lines("[changed an earlier message]", words) if is_edit else words,
        received_at=received_at,
        sent_at=reading.moment(message, "edit_date" if is_edit else "date", received_at),
        thread=f"{room}:{person}",
        person=person,
        to=room,
        name=f"{text(sender, 'first_name')} {text(sender, 'last_name')}".strip(),
        language=text(sender, "language_code", 20),
        phones=_own_phone(message, person),
        media=media,
        note=f"edit of {external_id}" if is_edit else "",
        is_note=is_edit,
    )


def _words(message: Mapping[str, Any]) -> tuple[str, list[Any]]:
    said = text(message, "text", reading.LONGEST_TEXT)
    caption = text(message, "caption", reading.LONGEST_TEXT)
    shown, media = _files(message)
    return reading.lines(*shown, _things(message), said or caption), media


def _files(message: Mapping[str, Any]) -> tuple[list[str], list[Any]]:
    shown, media = [], []
    sizes = children(message, "photo")
    if sizes:
        shown.append("[image]")
        # The last size is the largest.
        media.append(medium("image", text(sizes[-1], "file_id")))
    for kind in _FILES:
        file = child(message, kind)
        if not file or (kind == "document" and shown):
            continue  # Telegram repeats an animation as a document.
        length = reading.clock(reading.number(file, "duration")) if "duration" in file else ""
        name = text(file, "file_name") or text(file, "emoji", 16)
        shown.append(bracket(kind.replace("_", " "), length, name))
        ref, content_type = text(file, "file_id"), text(file, "mime_type")
        media.append(medium(kind, ref, name=text(file, "file_name"), content_type=content_type))
    return shown, media


def _things(message: Mapping[str, Any]) -> str:
    venue, contact, poll = (child(message, name) for name in ("venue", "contact", "poll"))
    where = child(venue, "location") or child(message, "location")
    parts = []
    if where:
        point = (reading.number(where, "latitude"), reading.number(where, "longitude"))
        parts.append(reading.place(*point, text(venue, "title"), text(venue, "address")))
    if contact:
        name = f"{text(contact, 'first_name')} {text(contact, 'last_name')}".strip()
        parts.append(bracket("contact", name, text(contact, "phone_number", 40)))
    if poll:
        parts.append(bracket("poll", text(poll, "question", 300)))
    if child(message, "dice"):
        parts.append(bracket("dice", text(child(message, "dice"), "value")))
    return reading.lines(*parts)


def _own_phone(message: Mapping[str, Any], person: str) -> tuple[str, ...]:
    """Return the number that somebody shared of themselves; anybody can share another's."""
    contact = child(message, "contact")
    phone = text(contact, "phone_number", 40)
    if not phone or text(contact, "user_id") != person:
        return ()
    return (phone if phone.startswith("+") else f"+{phone}",)
