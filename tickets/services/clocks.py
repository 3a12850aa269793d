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


def rebuild_clocks(ticket: Ticket, *, forget: bool = False) -> None:
    """Recompute clocks, next due time and resolution times; ``touch`` saves the ticket's part.

    Works on the events as they stand in the database, so it is safe to run at any time. With
    ``forget`` clocks that should never have run are dropped, which is needed when something is
    taken back: a merge, or a reply that did not arrive.
    """
    moments = queries.moments(ticket.pk)
    clocks = replay(moments, calendars=CALENDARS, service_calendar=ticket.calendar)
    _store(ticket, clocks)
    if forget:
        _forget_others(ticket, clocks)
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


def _forget_others(ticket: Ticket, clocks: Iterable[Clock]) -> None:
    kept = {(clock.metric, clock.round, clock.sequence) for clock in clocks}
    rows = ticket.clocks.values_list("pk", "metric", "round", "sequence")
    stale = [pk for pk, *key in rows if tuple(key) not in kept]
    ticket.clocks.filter(pk__in=stale).delete()


@transaction.atomic
def note_clock(*, clock_id: int, now: datetime) -> None:
    """Write the warning and the miss of a running clock into the history, each once.

    The ticket is held before its clock, as whoever rebuilds the clocks does: the other way round
    a reply that is being sent and this sweep would wait for each other.
    """
    seen = SlaClock.objects.filter(pk=clock_id).first()
    if seen is None or _due_event(seen, now) in {None, seen.noted}:
        return
    queries.lock_ticket(seen.ticket_id)
    clock = SlaClock.objects.filter(pk=clock_id).first()
    if clock is None:
        return
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
