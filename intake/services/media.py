"""Fetch the files that messages name: once, within bounds, with what went wrong in plain sight."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts.models import User
from common.file_types import sniff
from common.text import storable
from intake import signals
from intake.media import (
    Fetched,
    MediaLater,
    MediaRef,
    MediaRefused,
    Net,
    Problem,
    read_references,
    recipe_for,
)
from intake.media.problems import MediaError
from intake.media.types import name_for, suits
from intake.models import MediaFile, MediaStatus, Source
from intake.services.sources import door_of
from tickets import services as tickets
from tickets.models import Message
from tickets.records import IncomingAttachment

log = structlog.get_logger(__name__)

# Within this time a fetch has ended one way or another; a worker that died is not waited for.
LEASE = timedelta(minutes=5)
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 1800, 7200))
MOST_ATTEMPTS = len(PAUSES) + 1
LONGEST_PAUSE = timedelta(hours=6)


def expect_files(*, message: Message, source: Source, now: datetime) -> int:
    """Write down the files that a new message names, and wake a worker; return how many.

    Call it in the transaction that files the message: both are there, or neither.
    """
    refs = read_references(message.meta)
    if not refs:
        return 0
    keeps = recipe_for(source.kind).keeps
    began = message.sent_at or message.received_at
    rows = [
        MediaFile(
            source=source,
            message=message,
            position=position,
            kind=ref.kind,
            platform_id=ref.id,
            url=ref.url,
            name=ref.name,
            next_attempt_at=now,
            created_at=now,
            expires_at=began + keeps if keeps else None,
        )
        for position, ref in enumerate(refs)
    ]
    MediaFile.objects.bulk_create(rows, ignore_conflicts=True)
    _wake(message.pk)
    return len(rows)


def _wake(message_id: int) -> None:
    announced = partial(signals.files_expected.send_robust, sender=MediaFile, message_id=message_id)
    transaction.on_commit(announced, robust=True)


def waiting_media(
    *, now: datetime, message_id: int | None = None, limit: int = 200
) -> Sequence[int]:
    """Return the files that are to be fetched now, the longest waiting first."""
    rows = MediaFile.objects.filter(status=MediaStatus.WAITING, next_attempt_at__lte=now)
    if message_id is not None:
        rows = rows.filter(message_id=message_id)
    return list(rows.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:limit])


def fetch_media(*, media_id: int, now: datetime, net: Net | None = None) -> MediaFile | None:
    """Fetch one file and put it into its message; None when another worker has it or had it.

    The network is spoken to outside of any transaction. ``net`` replaces the real one.
    """
    media = _claim(media_id, now)
    if media is None:
        return None
    if media.attempts > MOST_ATTEMPTS:
        # No try came to an end: something in it ends the worker, or it cannot be stored.
        return _give_up(media, MediaRefused(Problem.ODD_ANSWER, "no try came to an end"))
    try:
        found = _fetch(media, net)
        kind = _kind_of(media, found)
    except MediaLater as error:
        return _postpone(media, error, now)
    except MediaRefused as error:
        return _give_up(media, error)
    except Exception as error:
        # Whatever a stranger's bytes may do to a library: it is written down and tried again.
        log.exception("media_failed", media=media_id)
        return _postpone(media, MediaLater(Problem.ODD_ANSWER, type(error).__name__), now)
    return _store(media, found, kind, now)


def _claim(media_id: int, now: datetime) -> MediaFile | None:
    due = MediaFile.objects.filter(
        pk=media_id, status=MediaStatus.WAITING, next_attempt_at__lte=now
    )
    if not due.update(next_attempt_at=now + LEASE, attempts=F("attempts") + 1):
        return None
    return MediaFile.objects.select_related("source", "message").get(pk=media_id)


def _fetch(media: MediaFile, net: Net | None) -> Fetched:
    recipe, door = recipe_for(media.source.kind), door_of(media.source)
    if net is None:
        net = Net(recipe.hosts_for(door), test_places=settings.REDRESS_MEDIA_TEST_HOSTS)
    ref = MediaRef(media.kind, media.platform_id, media.name, "", media.url)
    return recipe.fetch(ref, door, net)


def _kind_of(media: MediaFile, found: Fetched) -> str:
    kind = sniff(found.content)
    if not found.content:
        raise MediaLater(Problem.ODD_ANSWER, "it is empty")
    if not suits(media.kind, kind):
        raise MediaRefused(Problem.WRONG_TYPE, kind)
    return kind


@transaction.atomic
def _store(media: MediaFile, found: Fetched, kind: str, now: datetime) -> MediaFile:
    row = MediaFile.objects.select_for_update().select_related("source").get(pk=media.pk)
    if row.status == MediaStatus.STORED:
        return row
    file = IncomingAttachment(
        name=name_for(row.kind, row.name, kind), content_type=kind, content=found.content
    )
    row.attachment = tickets.attach_file(message_id=row.message_id, file=file, now=now)
    row.status, row.problem, row.detail, row.fetched_at = MediaStatus.STORED, "", "", now
    row.save(update_fields=["attachment", "status", "problem", "detail", "fetched_at"])
    return row


def _postpone(media: MediaFile, error: MediaLater, now: datetime) -> MediaFile:
    if media.attempts >= MOST_ATTEMPTS or media.has_run_out(now):
        return _give_up(media, error)
    pause = PAUSES[min(media.attempts, len(PAUSES)) - 1]
    if error.after is not None:
        pause = min(max(pause, timedelta(seconds=error.after)), LONGEST_PAUSE)
    return _note(media, error, status=MediaStatus.WAITING, next_attempt_at=now + pause)


def _give_up(media: MediaFile, error: MediaError) -> MediaFile:
    return _note(media, error, status=MediaStatus.FAILED)


def _note(media: MediaFile, error: MediaError, **values: object) -> MediaFile:
    rows = MediaFile.objects.filter(pk=media.pk, status=MediaStatus.WAITING)
    rows.update(problem=error.problem, detail=storable(error.detail)[:300], **values)
    media.refresh_from_db()
    return media


@transaction.atomic
def retry_media(*, media_id: int, by: User, now: datetime) -> bool:
    """Try again to fetch a file that failed; False when nothing had failed."""
    count = MediaFile.objects.filter(pk=media_id, status=MediaStatus.FAILED).update(
        status=MediaStatus.WAITING, attempts=0, next_attempt_at=now
    )
    if not count:
        return False
    message_id = MediaFile.objects.values_list("message_id", flat=True).get(pk=media_id)
    log.info("media_retried", media=media_id, by=by.pk)
    _wake(message_id)
    return True
