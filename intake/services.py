"""Take deliveries in, turn them into messages, and keep the ledger straight."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import Jsonb
from django.utils.text import slugify

from common.errors import DomainError
from common.text import storable
from intake import signals
from intake.channels import adapter_for
from intake.channels.base import Answer, Door, Ignored, RawRequest, body_digest
from intake.errors import NotDead, Refused, Unreadable
from intake.models import DeliveryStatus, RawDelivery, Source
from tickets import services as tickets
from tickets.records import IncomingMessage

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=15)
# Headers worth keeping with the raw copy; never those that carry secrets.
_KEPT_HEADERS = ("content-type", "user-agent", "x-redress-timestamp", "x-request-id")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A stored delivery; ``duplicate`` when it was there already."""

    delivery_id: int
    duplicate: bool


def create_source(
    *, kind: str, name: str, options: Mapping[str, Any] | None = None, secret: str = ""
) -> Source:
    """Make a source with a slug that is free, and a new secret unless a platform gave one."""
    base = slugify(name)[:50] or kind
    slug, number = base, 1
    while Source.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return Source.objects.create(
        slug=slug,
        kind=kind,
        name=name,
        secret=secret or secrets.token_urlsafe(32),
        settings=dict(options or {}),
    )


def accept(*, source: Source, request: RawRequest) -> Accepted:
    """Verify a delivery and store it as it came. Raises Refused, BadBody."""
    adapter = adapter_for(source.kind)
    door = door_of(source)
    try:
        verified = adapter.verify(request, door)
    except Refused as error:
        _note_refusal(source, error, request.received_at)
        raise
    kept = (*_KEPT_HEADERS, *adapter.kept_headers)
    return store(
        source=source,
        body=request.body,
        external_id=storable(adapter.external_id(request, door)),
        headers={k: storable(request.headers[k][:500]) for k in kept if k in request.headers},
        verified=verified,
        now=request.received_at,
    )


def shake_hands(*, source: Source, request: RawRequest) -> Answer | None:
    """Answer a platform's question about the door; None for a delivery. Raises Refused."""
    try:
        return adapter_for(source.kind).shake_hands(request, door_of(source))
    except Refused as error:
        _note_refusal(source, error, request.received_at)
        raise


def answer_to(*, source: Source, request: RawRequest) -> Answer | None:
    """Return what the platform wants to hear once its delivery is stored."""
    return adapter_for(source.kind).answer(request, door_of(source))


def door_of(source: Source) -> Door:
    """Return what an adapter may know of the source."""
    return Door(
        slug=source.slug,
        secret=source.secret,
        window_seconds=settings.REDRESS_TIMESTAMP_WINDOW_SECONDS,
        settings=source.settings,
    )


_STORE = """
INSERT INTO intake_rawdelivery AS d (source_id, external_id, digest, headers, body, received_at,
    status, repeats, attempts, next_attempt_at, reason, trail, message_ids)
VALUES (%s, %s, %s, %s::jsonb, %s, %s, 'received', 0, 0, %s, '', %s::jsonb, '{}')
ON CONFLICT (source_id, external_id) DO UPDATE SET repeats = d.repeats + 1
RETURNING id, xmax = 0, digest
"""


def store(
    *,
    source: Source,
    body: bytes,
    external_id: str,
    verified: str,
    now: datetime,
    headers: Mapping[str, str] | None = None,
) -> Accepted:
    """Store a delivery in one durable statement and wake a worker.

    The database decides what is a duplicate, so two at once make one row. The same id with
    another body keeps that body too, as a row of its own that is ignored with the reason.
    """
    digest = body_digest(body)
    key = external_id or f"sha256:{digest}"
    trail = [{"step": "verified", "why": verified}]
    found, is_new, stored_digest = _insert(source, key, digest, body, headers or {}, trail, now)
    if is_new:
        transaction.on_commit(
            partial(signals.delivery_stored.send_robust, sender=RawDelivery, delivery_id=found),
            robust=True,
        )
    elif stored_digest != digest:
        _keep_other_body(source, found, key, digest, body, now)
    return Accepted(found, not is_new)


def _insert(
    source: Source,
    key: str,
    digest: str,
    body: bytes,
    headers: Mapping[str, str],
    trail: list[dict[str, str]],
    now: datetime,
) -> tuple[int, bool, str]:
    values = [source.pk, key, digest, Jsonb(dict(headers)), body, now, now, Jsonb(trail)]
    with connection.cursor() as cursor:
        cursor.execute(_STORE, values)
        row = cursor.fetchone()
    return int(row[0]), bool(row[1]), str(row[2])


def _keep_other_body(
    source: Source, original: int, key: str, digest: str, body: bytes, now: datetime
) -> None:
    RawDelivery.objects.get_or_create(
        source=source,
        external_id=f"{key[:240]}#sha256:{digest}",
        defaults={
            "digest": digest,
            "body": body,
            "received_at": now,
            "next_attempt_at": now,
            "processed_at": now,
            "status": DeliveryStatus.IGNORED,
            "reason": f"Same id as delivery {original}, other content.",
        },
    )


def _note_refusal(source: Source, error: DomainError, now: datetime) -> None:
    # At most once a second: a flood of forged requests must not become a flood of writes.
    if source.last_refused_at and now - source.last_refused_at < timedelta(seconds=1):
        return
    Source.objects.filter(pk=source.pk).update(
        last_refused_at=now, last_refusal=f"{error.code}: {error}"[:200]
    )


def process_delivery(*, delivery_id: int, now: datetime) -> RawDelivery | None:
    """Turn one stored delivery into messages, in one transaction; None when nothing was to do.

    Safe at any time and twice: a row that another worker holds is left to it, and what is filed
    stays filed. A fault is tried again with growing pauses and ends as a dead letter.
    """
    try:
        with transaction.atomic():
            delivery = _lock_waiting(delivery_id, now)
            if delivery is None:
                return None
            _file(delivery, now)
            return delivery
    except Unreadable as error:
        return _bury(delivery_id, str(error), now)
    except Exception as error:
        log.exception("delivery_failed", delivery=delivery_id)
        return _postpone(delivery_id, f"{type(error).__name__}: {error}", now)


def _lock_waiting(delivery_id: int, now: datetime) -> RawDelivery | None:
    return (
        RawDelivery.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("source")
        .filter(pk=delivery_id, status=DeliveryStatus.RECEIVED, next_attempt_at__lte=now)
        .first()
    )


def _file(delivery: RawDelivery, now: datetime) -> None:
    source = delivery.source
    items = adapter_for(source.kind).parse(
        bytes(delivery.body), delivery.received_at, door_of(source), delivery.headers
    )
    for item in items:
        step = _file_one(item, delivery, now)
        delivery.trail = [*delivery.trail, step]
    delivery.status = DeliveryStatus.DONE if delivery.message_ids else DeliveryStatus.IGNORED
    if delivery.status == DeliveryStatus.IGNORED:
        delivery.reason = "; ".join(str(step["why"]) for step in delivery.trail[1:])
    delivery.processed_at = now
    delivery.save(update_fields=["trail", "status", "reason", "processed_at", "message_ids"])


def _file_one(
    item: IncomingMessage | Ignored, delivery: RawDelivery, now: datetime
) -> dict[str, Any]:
    if isinstance(item, Ignored):
        return {"step": "ignored", "why": item.why}
    if item.is_bounce:
        return _file_bounce(item, now)
    received = tickets.receive_message(incoming=item, now=now)
    if received is None:
        return {"step": "ignored", "why": "automatic mail of no ticket, or our own mail"}
    if not received.duplicate or received.message.pk not in delivery.message_ids:
        delivery.message_ids = [*delivery.message_ids, received.message.pk]
    return {
        "step": "duplicate" if received.duplicate else "filed",
        "why": received.why,
        "ticket": received.ticket.reference,
        "message": received.message.pk,
    }


def _file_bounce(item: IncomingMessage, now: datetime) -> dict[str, Any]:
    why = f"bounce: {item.subject}"
    message = tickets.record_bounce(references=item.references, why=why, now=now)
    if message is None:
        return {"step": "ignored", "why": "a bounce of something that we did not send"}
    return {"step": "ignored", "why": "a bounce of our reply", "message": message.pk}


@transaction.atomic
def _bury(delivery_id: int, reason: str, now: datetime) -> RawDelivery:
    delivery = RawDelivery.objects.select_for_update().get(pk=delivery_id)
    if delivery.status == DeliveryStatus.RECEIVED:
        delivery.status = DeliveryStatus.DEAD
        delivery.reason = storable(reason)
        delivery.attempts += 1
        delivery.processed_at = now
        delivery.save(update_fields=["status", "reason", "attempts", "processed_at"])
    return delivery


def _postpone(delivery_id: int, reason: str, now: datetime) -> RawDelivery:
    delivery = RawDelivery.objects.get(pk=delivery_id)
    if delivery.attempts + 1 >= MAX_ATTEMPTS:
        return _bury(delivery_id, reason, now)
    pause = FIRST_PAUSE * 4**delivery.attempts
    RawDelivery.objects.filter(pk=delivery_id, status=DeliveryStatus.RECEIVED).update(
        attempts=delivery.attempts + 1, reason=storable(reason), next_attempt_at=now + pause
    )
    return delivery


@transaction.atomic
def retry_dead(*, delivery_id: int, now: datetime) -> RawDelivery:
    """Try a dead letter again. Raises NotDead."""
    count = RawDelivery.objects.filter(pk=delivery_id, status=DeliveryStatus.DEAD).update(
        status=DeliveryStatus.RECEIVED, attempts=0, next_attempt_at=now, processed_at=None
    )
    if not count:
        raise NotDead
    transaction.on_commit(
        partial(signals.delivery_stored.send_robust, sender=RawDelivery, delivery_id=delivery_id),
        robust=True,
    )
    return RawDelivery.objects.get(pk=delivery_id)


def waiting_ids(*, now: datetime, limit: int = 500) -> Sequence[int]:
    """Return the deliveries that wait to be read, oldest first."""
    waiting = RawDelivery.objects.filter(
        status=DeliveryStatus.RECEIVED, next_attempt_at__lte=now
    ).order_by("next_attempt_at")
    return list(waiting.values_list("pk", flat=True)[:limit])
