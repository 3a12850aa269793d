"""Queue messages, take them back, and queue what failed again."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from outbox import signals
from outbox.errors import NothingToRetry
from outbox.models import Outgoing, OutgoingStatus


def queue(
    *,
    kind: str,
    address: str,
    dedupe_key: str,
    now: datetime,
    scope: str = "",
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
            "scope": scope,
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
def retry(*, outgoing_id: int, now: datetime, **fresh: Any) -> None:
    """Queue a failed message again. Raises NothingToRetry.

    ``fresh`` are fields that have changed since: address, payload, even another kind.
    """
    count = Outgoing.objects.filter(pk=outgoing_id, status=OutgoingStatus.FAILED).update(
        status=OutgoingStatus.QUEUED,
        attempts=0,
        next_attempt_at=now,
        external_id="",
        error_code="",
        last_error="",
        sent_at=None,
        status_at=now,
        **fresh,
    )
    if not count:
        raise NothingToRetry
    announce(outgoing_id)
