"""Bring the stored clocks in line with the ticket's events."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from tickets import queries
from tickets.models import EventKind, SlaClock, Ticket
from tickets.models.ticket import ClockState
from tickets.services.events import record
from tickets.sla import CALENDARS, Clock, replay, resolution_seconds
from tickets.sla.policy import WARN_LEAST_SECONDS, WARN_SHARE

# A fifth of the longest target, a day.
LONGEST_WARN = timedelta(hours=5)


def rebuild_clocks(ticket: Ticket) -> None:
    """Recompute clocks, next due time and resolution times; ``touch`` saves the ticket's part.

    Works on the events as they stand in the database, so it is safe to run at any time.
    """
    moments = queries.moments(ticket.pk)
    clocks = replay(moments, calendars=CALENDARS, service_calendar=ticket.calendar)
    _store(ticket, clocks)
    ticket.due_at, ticket.due_metric = _next_due(clocks)
    seconds = resolution_seconds(moments)
    ticket.gross_seconds, ticket.net_seconds = seconds or (None, None)


def _next_due(clocks: Iterable[Clock]) -> tuple[datetime | None, str]:
    running = [(c.due_at, c.metric) for c in clocks if c.is_live and c.due_at is not None]
    return min(running, default=(None, ""))


def _store(ticket: Ticket, clocks: Iterable[Clock]) -> None:
    rows = [
        SlaClock(
            ticket=ticket,
            metric=clock.metric,
            round=clock.round,
            sequence=clock.sequence,
            started_at=clock.started_at,
            target_seconds=clock.target_seconds,
            due_at=clock.due_at,
            stopped_at=clock.stopped_at,
            state=clock.state,
            priority=clock.priority,
        )
        for clock in clocks
    ]
    SlaClock.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["ticket", "metric", "round", "sequence"],
        update_fields=[
            "started_at",
            "target_seconds",
            "due_at",
            "stopped_at",
            "state",
            "priority",
        ],
    )


@transaction.atomic
def note_clock(*, clock_id: int, now: datetime) -> None:
    """Write the warning and the miss of a running clock into the history, each once."""
    clock = SlaClock.objects.select_for_update(of=("self",)).get(pk=clock_id)
    kind = _due_event(clock, now)
    if kind is None or clock.noted in {kind, EventKind.SLA_MISSED}:
        return
    SlaClock.objects.filter(pk=clock.pk).update(noted=kind)
    due = clock.due_at.isoformat() if clock.due_at else ""
    data = {"metric": clock.metric, "round": clock.round, "due_at": due}
    record(clock.ticket, kind, at=now, data=data)


def _due_event(clock: SlaClock, now: datetime) -> EventKind | None:
    if clock.state != ClockState.RUNNING or clock.due_at is None:
        return None
    left = (clock.due_at - now).total_seconds()
    if left < 0:
        return EventKind.SLA_MISSED
    warn = max(clock.target_seconds * WARN_SHARE, WARN_LEAST_SECONDS)
    return EventKind.SLA_WARNING if left <= warn else None
