"""Reads of the outbox."""

from datetime import datetime

from outbox.models import Outgoing


def count_automatic(*, since: datetime, address: str = "") -> int:
    """Return how many automatic messages were queued since then, to one address or to all."""
    rows = Outgoing.objects.filter(automatic=True, created_at__gt=since)
    return (rows.filter(address__iexact=address) if address else rows).count()
