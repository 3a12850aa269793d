"""Turn stored deliveries into messages, and keep the ledger straight."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import QuerySet

from common.text import storable
from intake import reasons, signals
from intake.channels import adapter_for
from intake.channels.base import Ignored, Item, Receipt
from intake.errors import NotDead, Unreadable
from intake.models import DeliveryStatus, RawDelivery, SourceKind
from intake.services import media, unreadable
from intake.services.receipts import file_receipt, receipt_scope
from intake.services.sources import door_of
from tickets import services as tickets
from tickets.records import BouncedMail

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=15)
MOST_AT_ONCE = 1000

# Counted and committed before the work: a delivery that ends its worker ends as a dead letter too.
# A line of a chat lets the lines before it go first, unless those have failed and wait for long.
_CLAIM = """
UPDATE intake_rawdelivery
SET attempts = attempts + 1, next_attempt_at = %s + %s * power(4, attempts) * interval '1 second'
WHERE id = (
    SELECT d.id FROM intake_rawdelivery d JOIN intake_source s ON s.id = d.source_id
    WHERE d.id = %s AND d.status = 'received' AND d.next_attempt_at <= %s AND s.is_enabled
        AND NOT EXISTS (
            SELECT 1 FROM intake_chatline l
            JOIN intake_chatline e ON e.conversation_id = l.conversation_id AND e.number < l.number
            JOIN intake_rawdelivery w ON w.id = e.delivery_id
            WHERE l.delivery_id = d.id AND w.status = 'received' AND w.attempts < 2
        )
    FOR UPDATE OF d
)
RETURNING attempts
"""


def process_delivery(*, delivery_id: int, now: datetime) -> RawDelivery | None:
    """Turn one stored delivery into messages, in one transaction; None when nothing was to do.

    Safe at any time and twice: a row that another worker holds is left to it, and what is filed
    stays filed. A fault is tried again with growing pauses and ends as a dead letter.
    """
    attempt = _claim(delivery_id, now)
    if attempt is None:
        return None
    if attempt > MAX_ATTEMPTS:
        return _bury(delivery_id, f"reading it ended the worker {MAX_ATTEMPTS} times", now)
    return _read(delivery_id, attempt, now)


def _read(delivery_id: int, attempt: int, now: datetime) -> RawDelivery | None:
    try:
        # Parsed without a lock: whoever sends the same again meanwhile is answered at once.
        items = _parse(delivery_id, attempt)
        with transaction.atomic():
            delivery = _lock_claimed(delivery_id, attempt)
            if delivery is None:
                return None
            _file(delivery, items, now)
            return delivery
    except Unreadable as error:
        return _bury(delivery_id, str(error), now)
    except Exception as error:
        log.exception("delivery_failed", delivery=delivery_id)
        reason = f"{type(error).__name__}: {error}"
        if attempt >= MAX_ATTEMPTS:
            return _bury(delivery_id, reason, now)
        return _postpone(delivery_id, attempt, reason)


def _claim(delivery_id: int, now: datetime) -> int | None:
    """Count a try and take the delivery for a while; None when it is not to be read now."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [now, FIRST_PAUSE.total_seconds(), delivery_id, now])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _parse(delivery_id: int, attempt: int) -> Sequence[Item]:
    delivery = _claimed(delivery_id, attempt).first()
    if delivery is None:
        return ()
    return adapter_for(delivery.source.kind).parse(
        bytes(delivery.body), delivery.received_at, door_of(delivery.source), delivery.headers
    )


def _lock_claimed(delivery_id: int, attempt: int) -> RawDelivery | None:
    rows = _claimed(delivery_id, attempt).select_for_update(of=("self",))
    return rows.defer("body").first()


def _claimed(delivery_id: int, attempt: int) -> QuerySet[RawDelivery]:
    """Return the row as long as this try is the last one: another has the number of its own."""
    waiting = RawDelivery.objects.filter(status=DeliveryStatus.RECEIVED, attempts=attempt)
    return waiting.select_related("source").filter(pk=delivery_id)


def _file(delivery: RawDelivery, items: Sequence[Item], now: datetime) -> None:
    source = delivery.source
    steps = [_file_one(item, delivery, now) for item in items]
    delivery.trail = [*delivery.trail, *(reasons.with_code(step) for step in steps)]
    is_filed = any(step["step"] in {"filed", "duplicate"} for step in steps)
    delivery.status = DeliveryStatus.DONE if is_filed else DeliveryStatus.IGNORED
    delivery.reason = "" if is_filed else "; ".join(str(step["why"]) for step in steps)
    delivery.processed_at = now
    delivery.save(update_fields=["trail", "status", "reason", "processed_at", "message_ids"])
    if source.kind == SourceKind.CHAT:
        # The next line may have waited for this one.
        _wake(delivery.pk)


def _wake(delivery_id: int) -> None:
    transaction.on_commit(
        partial(signals.delivery_stored.send_robust, sender=RawDelivery, delivery_id=delivery_id),
        robust=True,
    )


def _file_one(item: Item, delivery: RawDelivery, now: datetime) -> dict[str, Any]:
    if isinstance(item, Ignored):
        return {"step": "ignored", "why": item.why}
    if isinstance(item, Receipt):
        return file_receipt(item, scope=receipt_scope(delivery.source), now=now)
    if isinstance(item, BouncedMail):
        return _file_bounce(item, now)
    if delivery.is_test:
        item = replace(item, meta=item.meta | {"test": True})
    noted = unreadable.noted_ticket(delivery)
    received = tickets.receive_message(incoming=item, now=now, into=noted)
    if received is None:
        return {"step": "ignored", "why": "automatic mail of no ticket, or our own mail"}
    if not received.duplicate:
        media.expect_files(message=received.message, source=delivery.source, now=now)
    if not received.duplicate or received.message.pk not in delivery.message_ids:
        delivery.message_ids = [*delivery.message_ids, received.message.pk]
    return {
        "step": "duplicate" if received.duplicate else "filed",
        "why": received.why,
        "ticket": received.ticket.reference,
        "message": received.message.pk,
    }


def _file_bounce(bounced: BouncedMail, now: datetime) -> dict[str, Any]:
    message = tickets.record_bounce(bounced=bounced, now=now)
    if message is None:
        return {"step": "ignored", "why": "a bounce of something that we did not send"}
    return {"step": "ignored", "why": "a bounce of our reply", "message": message.pk}


def _bury(delivery_id: int, reason: str, now: datetime) -> RawDelivery:
    """End as a dead letter, with a ticket that shows the raw copy; without one if that fails."""
    try:
        with transaction.atomic():
            return _end_dead(delivery_id, reason, now, with_ticket=True)
    except Exception:
        log.exception("unreadable_without_ticket", delivery=delivery_id)
    with transaction.atomic():
        return _end_dead(delivery_id, reason, now, with_ticket=False)


def _end_dead(delivery_id: int, reason: str, now: datetime, *, with_ticket: bool) -> RawDelivery:
    locked = RawDelivery.objects.select_related("source").select_for_update(of=("self",))
    delivery = locked.get(pk=delivery_id)
    if delivery.status == DeliveryStatus.RECEIVED:
        delivery.status = DeliveryStatus.DEAD
        delivery.reason = storable(reason)
        delivery.trail = [*delivery.trail, reasons.step("dead", delivery.reason)]
        delivery.processed_at = now
        if with_ticket:
            unreadable.note(delivery, now)
        delivery.save(update_fields=["status", "reason", "trail", "processed_at", "message_ids"])
    return delivery


def _postpone(delivery_id: int, attempt: int, reason: str) -> RawDelivery:
    # When it is tried again was written with the claim.
    RawDelivery.objects.filter(
        pk=delivery_id, status=DeliveryStatus.RECEIVED, attempts=attempt
    ).update(reason=storable(reason))
    return RawDelivery.objects.get(pk=delivery_id)


@transaction.atomic
def retry_dead(*, delivery_id: int, now: datetime) -> RawDelivery:
    """Try a dead letter again. Raises NotDead."""
    count = RawDelivery.objects.filter(pk=delivery_id, status=DeliveryStatus.DEAD).update(
        status=DeliveryStatus.RECEIVED, attempts=0, next_attempt_at=now, processed_at=None
    )
    if not count:
        raise NotDead
    _wake(delivery_id)
    return RawDelivery.objects.get(pk=delivery_id)


def retry_all_dead(*, source_id: int, now: datetime) -> int:
    """Try every dead letter of a source again; return how many."""
    rows = RawDelivery.objects.filter(source=source_id, status=DeliveryStatus.DEAD)
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
    count = 0
    for delivery_id in ids:
        try:
            retry_dead(delivery_id=delivery_id, now=now)
        except NotDead:
            # Somebody else was quicker.
            continue
        count += 1
    return count


def waiting_ids(*, now: datetime, limit: int = 500) -> Sequence[int]:
    """Return the deliveries that wait to be read, oldest first."""
    waiting = RawDelivery.objects.filter(
        status=DeliveryStatus.RECEIVED, next_attempt_at__lte=now, source__is_enabled=True
    ).order_by("next_attempt_at")
    return list(waiting.values_list("pk", flat=True)[:limit])
