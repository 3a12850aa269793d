"""Raw copies are kept for a set time, then only their digest."""

from datetime import datetime, timedelta

from django.conf import settings

from intake.models import DeliveryStatus, RawDelivery

BATCH = 500
# What somebody still has to deal with stays: what waits, and what could not be read.
_ENDED = (DeliveryStatus.DONE, DeliveryStatus.IGNORED)


def remove_old_bodies(*, now: datetime, most: int = 200 * BATCH) -> int:
    """Remove the bodies of what ended long ago, in batches; return how many. Safe at any time."""
    days = settings.REDRESS_RAW_DELIVERY_DAYS
    if days <= 0:
        return 0
    removed = 0
    while removed < most:
        count = _remove_batch(now - timedelta(days=days), now)
        removed += count
        if count < BATCH:
            break
    return removed


def _remove_batch(before: datetime, now: datetime) -> int:
    old = RawDelivery.objects.filter(
        status__in=_ENDED, body_removed_at=None, processed_at__lt=before
    ).order_by("processed_at")
    ids = list(old.values_list("pk", flat=True)[:BATCH])
    rows = RawDelivery.objects.filter(pk__in=ids, status__in=_ENDED)
    return rows.update(body=b"", headers={}, body_removed_at=now)
