"""Take deliveries in: verified, then stored as they came, before anything reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import Jsonb

from common.errors import DomainError
from common.text import storable
from intake import reasons, signals
from intake.channels import adapter_for
from intake.channels.base import Answer, RawRequest, body_digest
from intake.errors import Refused
from intake.models import DeliveryStatus, RawDelivery, Source
from intake.services.alerts import clear_alert, raise_alert
from intake.services.sources import door_of

# Headers worth keeping with the raw copy; never those that carry secrets.
_KEPT_HEADERS = ("content-type", "user-agent", "x-redress-timestamp", "x-request-id")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A stored delivery; ``duplicate`` when it was there already."""

    delivery_id: int
    duplicate: bool


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
    if source.alert_since is not None:
        clear_alert(source_id=source.pk)
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


_STORE = """
INSERT INTO intake_rawdelivery AS d (source_id, external_id, digest, headers, body, received_at,
    status, repeats, attempts, next_attempt_at, reason, trail, message_ids, is_test)
VALUES (%s, %s, %s, %s::jsonb, %s, %s, 'received', 0, 0, %s, '', %s::jsonb, '{}', false)
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
    trail = [reasons.step("verified", verified)]
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
    trail: list[dict[str, Any]],
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
            "reason": (why := f"Same id as delivery {original}, other content."),
            "trail": [reasons.step("ignored", why)],
        },
    )


def _note_refusal(source: Source, error: DomainError, now: datetime) -> None:
    # At most once a second: a flood of forged requests must not become a flood of writes.
    if source.last_refused_at and now - source.last_refused_at < timedelta(seconds=1):
        return
    said = reasons.refusal_text(error.code, error.data)
    Source.objects.filter(pk=source.pk).update(
        last_refused_at=now, last_refusal=storable(said)[:200]
    )
    if adapter_for(source.kind).refusal_is_final:
        raise_alert(source_id=source.pk, now=now)
