"""Turn stored deliveries into messages, and keep the ledger straight."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from django.db import transaction

from common.text import storable
from intake import signals
from intake.channels import adapter_for
from intake.channels.base import Ignored, Item, Receipt
from intake.errors import NotDead, Unreadable
from intake.models import DeliveryStatus, RawDelivery
from intake.services.receipts import file_receipt
from intake.services.sources import door_of
from tickets import services as tickets
from tickets.records import IncomingMessage

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=15)


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


def _file_one(item: Item, delivery: RawDelivery, now: datetime) -> dict[str, Any]:
    if isinstance(item, Ignored):
        return {"step": "ignored", "why": item.why}
    if isinstance(item, Receipt):
        return file_receipt(item, scope=delivery.source.slug, now=now)
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
