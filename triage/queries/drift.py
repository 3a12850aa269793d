"""Reads for drift: readings by day and class, and a sample of the texts behind them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet
from django.db.models.functions import Mod, TruncDate
from django.utils import timezone

from tickets.models import Message
from triage.models import DriftReport, Prediction

_AT_ONCE = 500
_LONGEST_TEXT = 4_000


@dataclass(frozen=True, slots=True)
class SampledText:
    """A text that was read, in which language, and when."""

    ticket_id: int
    text: str
    language: str
    day: date


def latest_drift() -> DriftReport | None:
    """Return what was measured last."""
    return DriftReport.objects.select_related("model").first()


def readings_by_day(since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Return for each day with readings how many there were, how many asked, and how sure."""
    days = _readings(since, until).annotate(
        day=TruncDate("created_at", tzinfo=timezone.get_current_timezone())
    )
    found = days.order_by("day").values("day")
    counted = found.annotate(
        read=Count("id"), asked=Count("id", filter=Q(abstained=True)), confidence=Avg("confidence")
    )
    return [dict(row) for row in counted]


def classes_between(since: datetime, until: datetime) -> dict[str, int]:
    """Return how many readings named each category."""
    found = _readings(since, until).exclude(category="").order_by().values_list("category")
    return dict(found.annotate(n=Count("id")))


def sampled_texts(since: datetime, until: datetime, *, most: int) -> Iterator[SampledText]:
    """Yield at most so many texts that were read in this span, spread evenly over it."""
    readings = _readings(since, until)
    # Keys rise by one, so every n-th key is a sample without a sort.
    step = max(1, -(-readings.count() // most))
    chosen = readings.annotate(lot=Mod(F("id"), step)).filter(lot=0).order_by("id")
    rows = chosen.values_list("ticket_id", "message_id", "decision__language", "created_at")[:most]
    chunk: list[tuple[int, int, str | None, datetime]] = []
    for row in rows.iterator(chunk_size=_AT_ONCE):
        chunk.append(row)
        if len(chunk) == _AT_ONCE:
            yield from _texts(chunk)
            chunk = []
    yield from _texts(chunk)


def _texts(rows: list[tuple[int, int, str | None, datetime]]) -> Iterator[SampledText]:
    messages = Message.objects.defer("html").in_bulk([message for _, message, _, _ in rows])
    for ticket_id, message_id, language, at in rows:
        if message_id in messages:
            text = messages[message_id].shown_text[:_LONGEST_TEXT]
            yield SampledText(ticket_id, text, language or "", timezone.localdate(at))


def _readings(since: datetime, until: datetime) -> QuerySet[Prediction]:
    return Prediction.objects.filter(
        created_at__gte=since,
        created_at__lt=until,
        ticket__is_test=False,
        ticket__is_backfill=False,
    )
