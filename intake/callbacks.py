"""Replies to sources that gave a callback address: a signed POST, the mirror of the webhook."""

import json
from datetime import UTC, datetime

import httpx

from intake.channels.base import sign
from intake.models import Source
from intake.sending import delivery
from outbox import senders
from outbox.errors import PermanentFailure, TemporaryFailure
from outbox.models import Outgoing
from tickets import routes
from tickets.models import Message, Ticket
from tickets.routes import Route

TIMEOUT_SECONDS = 10.0
_LATER = frozenset({408, 425, 429})


def callback_route(ticket: Ticket, message: Message) -> Route | None:
    """Answer by callback when the ticket's source has one."""
    source = Source.objects.filter(slug=ticket.source).first()
    url = str(source.settings.get("callback_url", "")) if source else ""
    if not url:
        return None
    payload = {
        "id": f"message-{message.pk}",
        "ticket": ticket.reference,
        "thread": ticket.thread_key,
        "in_reply_to": ticket.external_id,
        "text": message.text,
        "sent_at": message.created_at.astimezone(UTC).isoformat(),
    }
    return Route(kind="callback", scope=ticket.source, address=ticket.source, payload=payload)


def send_callback(outgoing: Outgoing) -> str:
    """POST the reply; its id lets the other side drop a second copy."""
    source = Source.objects.filter(slug=outgoing.address).first()
    url = str(source.settings.get("callback_url", "")) if source else ""
    if source is None or not url:
        raise PermanentFailure("The source has no callback address any more.")
    body = json.dumps(outgoing.payload, ensure_ascii=False).encode()
    timestamp = str(int(datetime.now(UTC).timestamp()))
    headers = {
        "Content-Type": "application/json",
        "X-Redress-Timestamp": timestamp,
        "X-Redress-Signature": sign(source.secret, timestamp, body),
        "Idempotency-Key": outgoing.dedupe_key,
    }
    try:
        response = httpx.post(url, content=body, headers=headers, timeout=TIMEOUT_SECONDS)
    except httpx.HTTPError as error:
        raise TemporaryFailure(f"{type(error).__name__}: {error}") from error
    return _outcome(response)


def _outcome(response: httpx.Response) -> str:
    if response.is_success:
        return str(response.headers.get("X-Message-Id", ""))[:255]
    why = f"The callback answered {response.status_code}."
    if response.is_server_error or response.status_code in _LATER:
        after = response.headers.get("Retry-After", "")
        raise TemporaryFailure(why, float(after) if after.isdecimal() else None)
    raise PermanentFailure(why)


def way_back(ticket: Ticket, message: Message) -> Route | None:
    """Answer on the platform itself, else by callback."""
    return delivery.platform_route(ticket, message) or callback_route(ticket, message)


# A channel may come from the platform itself or from a system that speaks for it.
_CHANNELS = (
    "generic",
    "chat",
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
        routes.register(channel, way_back)


register()
