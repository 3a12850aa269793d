"""Send what waits: in order, once, later when need be, and never for ever."""

import zlib
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from common.text import storable
from outbox import senders
from outbox.errors import PermanentFailure, TemporaryFailure
from outbox.models import Outgoing, OutgoingStatus
from outbox.services.queueing import announce
from outbox.services.receipts import apply_held, lock_receipts

log = structlog.get_logger(__name__)

# Pauses of 20 s, 40 s … up to an hour: a platform may be out of order for half a working day.
MAX_ATTEMPTS = 17
FIRST_PAUSE = timedelta(seconds=20)
LONGEST_PAUSE = timedelta(hours=1)
# What a platform asks for is honoured, within reason.
LONGEST_RETRY_AFTER = timedelta(hours=2)
# Each pause is longer by up to this share, so that messages of one outage do not come back at once.
JITTER = 0.25
# A row that a dead worker left in "sending" is taken again after this long.
SENDING_LEASE = timedelta(minutes=5)
LONGEST_EXTERNAL_ID = 255
DIED_EACH_TIME = "The worker died each time it tried to send this."


def send_one(*, outgoing_id: int, now: datetime) -> Outgoing | None:
    """Send one message if it is due and its turn; None when there was nothing to do.

    The claim is committed before the network call, so two workers never send the same row; if
    this process dies in between, the lease runs out and the row is taken again: at least once,
    since a complaint without an answer is worse than one with two.
    """
    outgoing = _claim(outgoing_id, now)
    if outgoing is None:
        return None
    if outgoing.attempts > MAX_ATTEMPTS:
        return _finish(outgoing, OutgoingStatus.FAILED, now, error=DIED_EACH_TIME, code="died")
    try:
        external_id = senders.sender_for(outgoing.kind)(outgoing)
    except PermanentFailure as error:
        return _finish(outgoing, OutgoingStatus.FAILED, now, error=str(error), code=error.code)
    except TemporaryFailure as error:
        return _postpone(outgoing, error, now)
    except Exception as error:
        log.exception("outgoing_failed", outgoing=outgoing.pk)
        surprise = TemporaryFailure(f"{type(error).__name__}: {error}", code="unknown")
        return _postpone(outgoing, surprise, now)
    return _finish(outgoing, OutgoingStatus.SENT, now, external_id=external_id, sent_at=now)


def due_ids(*, now: datetime, limit: int = 200) -> list[int]:
    """Return the messages that wait to be sent now, oldest first."""
    return list(_due(now).order_by("id").values_list("pk", flat=True)[:limit])


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


def _postpone(outgoing: Outgoing, error: TemporaryFailure, now: datetime) -> Outgoing:
    said = {"error": str(error), "code": error.code}
    if outgoing.attempts >= MAX_ATTEMPTS:
        return _finish(outgoing, OutgoingStatus.FAILED, now, **said)
    pause = pause_after(outgoing.attempts, seed=outgoing.pk)
    if error.retry_after_seconds is not None:
        asked = timedelta(seconds=error.retry_after_seconds)
        pause = max(pause, min(asked, LONGEST_RETRY_AFTER))
    return _finish(outgoing, OutgoingStatus.QUEUED, now, next_attempt_at=now + pause, **said)


def pause_after(attempts: int, *, seed: int) -> timedelta:
    """Return how long to wait after so many tries; ``seed`` spreads equal ones, always alike."""
    pause: timedelta = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    share = zlib.crc32(f"{seed} {attempts}".encode()) / 0xFFFFFFFF
    return pause * (1 + JITTER * share)


@transaction.atomic
def _finish(
    outgoing: Outgoing,
    status: OutgoingStatus,
    now: datetime,
    *,
    error: str = "",
    code: str = "",
    external_id: str | None = None,
    **fields: Any,
) -> Outgoing:
    """Write down how this attempt ended, unless another worker has taken the row over since.

    Whatever a platform answers must fit: a row that could not be written here would stay in
    "sending" and leave again and again.
    """
    fields |= {"status": status, "status_at": now}
    fields |= {"last_error": storable(error)[:2000], "error_code": code[:40]}
    if external_id is not None:
        fields["external_id"] = storable(external_id)[:LONGEST_EXTERNAL_ID]
        _lock_receipts(outgoing.scope, fields["external_id"], outgoing.address)
    mine = Outgoing.objects.filter(
        pk=outgoing.pk, status=OutgoingStatus.SENDING, attempts=outgoing.attempts
    )
    if mine.update(**fields):
        announce(outgoing.pk)
    outgoing.refresh_from_db()
    if external_id is not None:
        apply_held(outgoing)
    return outgoing


def _lock_receipts(scope: str, external_id: str, address: str) -> None:
    if external_id:
        lock_receipts(scope, external_id)
    if scope:
        lock_receipts(scope, address)
