"""Replies to sources that gave a callback address: a signed POST, the mirror of the webhook."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
from django.core.files.storage import default_storage

from intake.channels.base import sign
from intake.models import Source
from intake.sending import chat, delivery
from intake.sending.wire import trusted
from outbox import senders
from outbox.errors import PermanentFailure, TemporaryFailure
from outbox.models import Outgoing
from tickets import routes
from tickets.models import Message, Ticket
from tickets.routes import Route

TIMEOUT_SECONDS = 10.0
TOO_MANY = 429
_LATER = frozenset({408, 425, TOO_MANY})
_NOT_ALLOWED = frozenset({401, 403})


def callback_route(ticket: Ticket, message: Message) -> Route | None:
    """Answer by callback when the ticket's source has one."""
    source = Source.objects.filter(slug=ticket.source).first()
    url = str(source.settings.get("callback_url", "")) if source else ""
    if not url:
        return None
    # A message that is not written yet is asked for too, to say how it would leave.
    written_at = message.created_at if message.pk else datetime.now(UTC)
    payload = {
        "id": f"message-{message.pk}",
        "ticket": ticket.reference,
        "thread": ticket.thread_key,
        "in_reply_to": ticket.external_id,
        "text": message.text,
        "sent_at": written_at.astimezone(UTC).isoformat(),
    }
    return Route(kind="callback", scope=ticket.source, address=ticket.source, payload=payload)


def send_callback(outgoing: Outgoing) -> str:
    """POST the reply; its id lets the other side drop a second copy."""
    source = Source.objects.filter(slug=outgoing.address).first()
    url = str(source.settings.get("callback_url", "")) if source else ""
    if source is None or not url:
        why = "The source has no callback address any more."
        raise PermanentFailure(why, code="not_set_up")
    body = json.dumps(_said(outgoing), ensure_ascii=False).encode()
    timestamp = str(int(datetime.now(UTC).timestamp()))
    headers = {
        "Content-Type": "application/json",
        "X-Redress-Timestamp": timestamp,
        "X-Redress-Signature": sign(source.secret, timestamp, body),
        "Idempotency-Key": outgoing.dedupe_key,
    }
    try:
        response = httpx.post(
            url, content=body, headers=headers, timeout=TIMEOUT_SECONDS, verify=trusted()
        )
    except httpx.HTTPError as error:
        raise TemporaryFailure(f"{type(error).__name__}: {error}") from error
    _check(response)
    # The id that we gave: the one that a receipt will name.
    return str(outgoing.payload.get("id", ""))[:255]


def _said(outgoing: Outgoing) -> dict[str, Any]:
    """Return the body; files are read when it leaves, so that the queue stays small."""
    said = {name: value for name, value in outgoing.payload.items() if name != "files"}
    files = outgoing.payload.get("files")
    return said | ({"attachments": [_file(file) for file in files]} if files else {})


def _file(file: Mapping[str, str]) -> dict[str, str]:
    with default_storage.open(file["path"]) as content:
        encoded = base64.b64encode(content.read()).decode()
    return {"name": file["name"], "type": file["type"], "content_base64": encoded}


def _check(response: httpx.Response) -> None:
    if response.is_success:
        return
    status = response.status_code
    why = f"The callback answered {status}."
    if response.is_server_error or status in _LATER:
        after = response.headers.get("Retry-After", "")
        seconds = float(after) if after.isascii() and after.isdecimal() and len(after) < 8 else None
        code = "rate_limited" if status == TOO_MANY else "unreachable"
        raise TemporaryFailure(why, seconds, code=code)
    raise PermanentFailure(why, code="credentials" if status in _NOT_ALLOWED else "refused")


def way_back(ticket: Ticket, message: Message) -> Route | None:
    """Answer on the platform itself, else by callback."""
    return delivery.platform_route(ticket, message) or callback_route(ticket, message)


def chat_way_back(ticket: Ticket, message: Message) -> Route | None:
    """Answer in our own chat; a system that speaks for another one has its callback."""
    return chat.chat_route(ticket, message) or way_back(ticket, message)


# A channel may come from the platform itself or from a system that speaks for it.
_CHANNELS = (
    "generic",
    "wechat",
    "wecom",
    "whatsapp",
    "phone",
    "review",
    "sms",
    "telegram",
    "line",
    "slack",
    "messenger",
    "instagram",
    "douyin",
    "shopify",
)


def register() -> None:
    """Make these the ways back for every channel that a source may name."""
    senders.register("callback", send_callback)
    senders.register(delivery.KIND, delivery.send_reply)
    for channel in _CHANNELS:
        routes.register(channel, way_back, delivery.platform_means)
    senders.register(chat.KIND, chat.send_chat)
    routes.register("chat", chat_way_back)


register()
