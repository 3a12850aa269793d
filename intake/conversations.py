"""Reads about live chat: what one browser may see of its own conversation, and who is there."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache

from accounts.models import User
from accounts.permissions import Role
from common.errors import NotFound
from intake.channels.chat_identity import token_digest
from intake.models import ChatConversation, ChatLine, DeliveryStatus
from tickets.models import Attachment, Message

MOST_LINES = 100
MOST_PEOPLE = 3
# Who logged in this long ago and is not marked as away counts as there.
WORKING_DAY = timedelta(hours=12)
_ASKED_EVERY_SECONDS = 60


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file of a line; ``file_id`` only where it can be fetched already."""

    name: str
    size: int
    file_id: int | None = None


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line as the visitor sees it. Never more than that: no notes, no ticket, no numbers."""

    number: int
    is_own: bool
    text: str
    at: datetime
    key: str = ""
    name: str = ""
    is_mailed: bool = False
    files: list[ShownFile] = field(default_factory=list)


def find_conversation(*, token: str, source: str) -> ChatConversation | None:
    """Return the browser's conversation with its source, in one statement; None without one."""
    return (
        ChatConversation.objects.select_related("source")
        .defer("source__secret")
        .filter(token_digest=token_digest(token), source__slug=source, source__is_enabled=True)
        .first()
    )


def shown_lines(conversation: ChatConversation) -> list[ShownLine]:
    """Return the last lines, oldest first; three statements however many there are."""
    lines = list(
        conversation.lines.select_related("delivery", "message__author")
        .defer("delivery__body", "delivery__headers", "delivery__trail", "message__html")
        .order_by("-number")[:MOST_LINES]
    )[::-1]
    messages = _messages(lines)
    bodies = _bodies(line for line in lines if line.delivery and not _message_id(line))
    found = (_shown(line, messages, bodies) for line in lines)
    return [line for line in found if line is not None]


def get_file(conversation: ChatConversation, attachment_id: int) -> Attachment:
    """Return a file of the conversation's own lines. Raises NotFound."""
    attachment = Attachment.objects.filter(pk=attachment_id).first()
    if attachment is None:
        raise NotFound
    ours = conversation.lines.filter(message_id=attachment.message_id)
    theirs = conversation.lines.filter(delivery__message_ids__contains=[attachment.message_id])
    if not (ours.exists() or theirs.exists()):
        raise NotFound
    return attachment


def people_here(now: datetime) -> list[str]:
    """Return how some of those who are at the desk call themselves; asked once a minute."""
    found = cache.get("chat:people")
    if found is None:
        people = User.objects.filter(
            is_active=True,
            is_away=False,
            role__in=[Role.AGENT, Role.SENIOR, Role.LEAD],
            last_login__gte=now - WORKING_DAY,
        )
        names = people.order_by("-last_login").values_list("display_name", flat=True)[:MOST_PEOPLE]
        found = [name for name in names if name]
        cache.set("chat:people", found, _ASKED_EVERY_SECONDS)
    return list(found)


def _message_id(line: ChatLine) -> int | None:
    if line.message_id is not None:
        return line.message_id
    delivery = line.delivery
    if delivery is None or delivery.status != DeliveryStatus.DONE:
        # The message of one that could not be read is a remark to colleagues.
        return None
    # One that was read at last has the remark before its own message.
    return delivery.message_ids[-1] if delivery.message_ids else None


def _messages(lines: Iterable[ChatLine]) -> dict[int, Message]:
    ids = [found for line in lines if (found := _message_id(line))]
    rows = Message.objects.select_related("author").prefetch_related("attachments")
    return {message.pk: message for message in rows.filter(pk__in=ids)}


def _bodies(lines: Iterable[ChatLine]) -> dict[int, Mapping[str, Any]]:
    """Return what is stored but not read yet: a visitor who reloads must find it."""
    found = {}
    for line in lines:
        if line.delivery is None:
            continue
        try:
            found[line.pk] = json.loads(bytes(line.delivery.body))
        except ValueError:
            continue
    return found


def _shown(
    line: ChatLine, messages: Mapping[int, Message], bodies: Mapping[int, Mapping[str, Any]]
) -> ShownLine | None:
    message = messages.get(_message_id(line) or 0)
    if message is not None:
        author = message.author.display_name if message.author else ""
        return ShownLine(
            number=line.number,
            is_own=line.delivery_id is not None,
            text=message.text,
            at=line.created_at,
            key=line.client_key,
            name=author,
            is_mailed=line.mailed_at is not None,
            files=[ShownFile(f.name, f.size, f.pk) for f in message.attachments.all()],
        )
    body = bodies.get(line.pk)
    if body is None:
        return None
    files = [
        ShownFile(str(f["name"]), len(f["content_base64"]) * 3 // 4)
        for f in body.get("attachments", [])
    ]
    return ShownLine(
        number=line.number,
        is_own=True,
        text=str(body.get("text", "")),
        at=line.created_at,
        key=line.client_key,
        files=files,
    )
