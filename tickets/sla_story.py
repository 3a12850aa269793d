"""Why a ticket is due when it is: the stretches of time that counted and those that did not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tickets import states
from tickets.display import hours_minutes
from tickets.models import EventKind, SlaClock, Ticket, TicketEvent
from tickets.models.ticket import ClockState
from tickets.sla import CALENDARS, Calendar
from tickets.sla.policy import FIRST, calendar_name

RAN, OFF, PAUSED = "", "off", "pause"
PAUSING = frozenset({states.WAITING_CUSTOMER, states.SCHEDULED})
# A long story is told by its last stretches.
MOST_STRETCHES = 12


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of time; ``kind`` is "" where the clock ran, else off or pause."""

    start: datetime
    end: datetime
    kind: str

    @property
    def length(self) -> str:
        """The time from start to end as h:mm."""
        return hours_minutes(self.end - self.start)


@dataclass(frozen=True, slots=True)
class Story:
    """One clock told: its target, its stretches, and what they add up to."""

    clock: SlaClock
    is_round_the_clock: bool
    stretches: Sequence[Stretch]
    skipped: int
    used: str
    target: str


def story(
    ticket: Ticket, clocks: Sequence[SlaClock], events: Iterable[TicketEvent], now: datetime
) -> Story | None:
    """Tell the clock that matters now: the next due, else a paused one, else the last."""
    clock = _main_clock(ticket, clocks)
    if clock is None:
        return None
    name = calendar_name(priority=clock.priority, service_calendar=ticket.calendar)
    end = clock.stopped_at or max(now, clock.started_at)
    # The first reply is never paused (domain guide, section 3).
    pauses = [] if clock.metric == FIRST else pauses_of(events, end)
    stretches = cut(CALENDARS[name], clock.started_at, end, pauses)
    used = sum((s.end - s.start for s in stretches if s.kind == RAN), timedelta())
    return Story(
        clock=clock,
        is_round_the_clock=CALENDARS[name].always,
        stretches=stretches[-MOST_STRETCHES:],
        skipped=max(0, len(stretches) - MOST_STRETCHES),
        used=hours_minutes(used),
        target=hours_minutes(timedelta(seconds=clock.target_seconds)),
    )


def _main_clock(ticket: Ticket, clocks: Sequence[SlaClock]) -> SlaClock | None:
    running = [c for c in clocks if c.state == ClockState.RUNNING and c.due_at is not None]
    if running:
        return min(running, key=lambda c: c.due_at or c.started_at)
    others = [c for c in clocks if c.state == ClockState.PAUSED] or list(clocks)
    return others[-1] if others else None


def pauses_of(events: Iterable[TicketEvent], end: datetime) -> list[tuple[datetime, datetime]]:
    """Return when the customer's turn stopped the clocks."""
    pauses: list[tuple[datetime, datetime]] = []
    since: datetime | None = None
    for event in events:
        if event.kind != EventKind.STATUS:
            continue
        is_pause = event.data.get("new") in PAUSING
        if since is None and is_pause:
            since = event.at
        elif since is not None and not is_pause:
            pauses.append((since, event.at))
            since = None
    if since is not None and since < end:
        pauses.append((since, end))
    return pauses


def cut(
    calendar: Calendar,
    start: datetime,
    end: datetime,
    pauses: Sequence[tuple[datetime, datetime]],
) -> list[Stretch]:
    """Cut the time from start to end into stretches that ran, were off, or were paused."""
    stretches: list[Stretch] = []
    at = start
    for paused_at, resumed_at in pauses:
        since, until = max(paused_at, at), min(resumed_at, end)
        if until <= since:
            continue
        stretches += _opening(calendar, at, since)
        stretches.append(Stretch(since, until, PAUSED))
        at = until
    return stretches + _opening(calendar, at, end)


def _opening(calendar: Calendar, start: datetime, end: datetime) -> list[Stretch]:
    stretches: list[Stretch] = []
    at = start
    for opens, closes in calendar.spans(start, end):
        if opens > at:
            stretches.append(Stretch(at, opens, OFF))
        stretches.append(Stretch(opens, closes, RAN))
        at = closes
    if at < end:
        stretches.append(Stretch(at, end, OFF))
    return stretches
