"""Queue, send, cancel and retry outgoing messages."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from common.text import storable
from outbox import senders, signals
from outbox.errors import NothingToRetry, PermanentFailure, TemporaryFailure
from outbox.models import Outgoing, OutgoingStatus

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=20)
LONGEST_PAUSE = timedelta(hours=2)
# A row that a dead worker left in "sending" is taken again after this long.
SENDING_LEASE = timedelta(minutes=5)
LONGEST_EXTERNAL_ID = 255
DIED_EACH_TIME = "The worker died each time it tried to send this."


def queue(
    *,
    kind: str,
    address: str,
    dedupe_key: str,
    now: datetime,
    subject: str = "",
    body: str = "",
    html: str = "",
    headers: Mapping[str, str] | None = None,
    payload: Mapping[str, Any] | None = None,
    ref: str = "",
    conversation: str = "",
    automatic: bool = False,
    send_after: datetime | None = None,
) -> Outgoing:
    """Write the message in the caller's transaction; the same ``dedupe_key`` queues once."""
    outgoing, created = Outgoing.objects.get_or_create(
        dedupe_key=dedupe_key,
        defaults={
            "kind": kind,
            "address": address,
            "subject": subject[:500],
            "body": body,
            "html": html,
            "headers": dict(headers or {}),
            "payload": dict(payload or {}),
            "ref": ref,
            "conversation": conversation,
            "automatic": automatic,
            "created_at": now,
            "next_attempt_at": send_after or now,
        },
    )
    if created:
        announce(outgoing.pk)
    return outgoing


def announce(outgoing_id: int) -> None:
    """Tell others, once the transaction is in, that the message's status changed."""
    # Robust: a receiver's fault must not fail a caller whose transaction is in already.
    transaction.on_commit(
        partial(signals.outgoing_changed.send_robust, sender=Outgoing, outgoing_id=outgoing_id),
        robust=True,
    )


def send_one(*, outgoing_id: int, now: datetime) -> Outgoing | None:
    """Send one message if it is due and its turn; None when there was nothing to do.

    The claim is committed before the network call, so two workers never send the same row; if
    this process dies in between, the lease runs out and the row is taken again.
    """
    outgoing = _claim(outgoing_id, now)
    if outgoing is None:
        return None
    if outgoing.attempts > MAX_ATTEMPTS:
        return _finish(outgoing, OutgoingStatus.FAILED, error=DIED_EACH_TIME)
    try:
        external_id = senders.sender_for(outgoing.kind)(outgoing)
    except PermanentFailure as error:
        return _finish(outgoing, OutgoingStatus.FAILED, error=str(error))
    except TemporaryFailure as error:
        return _postpone(outgoing, str(error), now, error.retry_after_seconds)
    except Exception as error:
        log.exception("outgoing_failed", outgoing=outgoing.pk)
        return _postpone(outgoing, f"{type(error).__name__}: {error}", now, None)
    return _finish(outgoing, OutgoingStatus.SENT, external_id=external_id, sent_at=now)


def due_ids(*, now: datetime, limit: int = 200) -> list[int]:
    """Return the messages that wait to be sent now, oldest first."""
    return list(_due(now).order_by("id").values_list("pk", flat=True)[:limit])


@transaction.atomic
def cancel(*, outgoing_id: int) -> bool:
    """Take back a message that has not left yet; tell whether it was in time."""
    count = Outgoing.objects.filter(pk=outgoing_id, status=OutgoingStatus.QUEUED).update(
        status=OutgoingStatus.CANCELLED
    )
    if count:
        announce(outgoing_id)
    return bool(count)


@transaction.atomic
def retry(*, outgoing_id: int, now: datetime) -> None:
    """Queue a failed message again. Raises NothingToRetry."""
    count = Outgoing.objects.filter(pk=outgoing_id, status=OutgoingStatus.FAILED).update(
        status=OutgoingStatus.QUEUED, attempts=0, next_attempt_at=now, last_error=""
    )
    if not count:
        raise NothingToRetry
    announce(outgoing_id)


def _due(now: datetime) -> Any:
    earlier = Outgoing.objects.filter(
        conversation=OuterRef("conversation"),
        id__lt=OuterRef("id"),
        status__in=[OutgoingStatus.QUEUED, OutgoingStatus.SENDING],
    )
    return Outgoing.objects.filter(
        Q(conversation="") | ~Exists(earlier),
        status__in=[OutgoingStatus.QUEUED, OutgoingStatus.SENDING],
        next_attempt_at__lte=now,
    )


@transaction.atomic
def _claim(outgoing_id: int, now: datetime) -> Outgoing | None:
    outgoing: Outgoing | None = (
        _due(now).select_for_update(skip_locked=True).filter(pk=outgoing_id).first()
    )
    if outgoing is None:
        return None
    outgoing.status = OutgoingStatus.SENDING
    outgoing.attempts += 1
    outgoing.next_attempt_at = now + SENDING_LEASE
    outgoing.save(update_fields=["status", "attempts", "next_attempt_at"])
    return outgoing


def _postpone(outgoing: Outgoing, error: str, now: datetime, retry_after: float | None) -> Outgoing:
    if outgoing.attempts >= MAX_ATTEMPTS:
        return _finish(outgoing, OutgoingStatus.FAILED, error=error)
    pause = min(FIRST_PAUSE * 2 ** (outgoing.attempts - 1), LONGEST_PAUSE)
    if retry_after is not None:
        pause = max(pause, min(timedelta(seconds=retry_after), LONGEST_PAUSE))
    return _finish(outgoing, OutgoingStatus.QUEUED, error=error, next_attempt_at=now + pause)


@transaction.atomic
def _finish(
    outgoing: Outgoing,
    status: OutgoingStatus,
    *,
    error: str = "",
    external_id: str | None = None,
    **fields: Any,
) -> Outgoing:
    """Write down how this attempt ended, unless another worker has taken the row over since.

    Whatever a platform answers must fit: a row that could not be written here would stay in
    "sending" and leave again and again.
    """
    fields |= {"status": status, "last_error": storable(error)[:2000]}
    if external_id is not None:
        fields["external_id"] = storable(external_id)[:LONGEST_EXTERNAL_ID]
    mine = Outgoing.objects.filter(
        pk=outgoing.pk, status=OutgoingStatus.SENDING, attempts=outgoing.attempts
    )
    if mine.update(**fields):
        announce(outgoing.pk)
    outgoing.refresh_from_db()
    return outgoing
