"""Clocks rebuilt from the moments of a ticket (domain guide, sections 1 and 3).

Nothing is counted while it happens: each change replays the whole history, so a late event, a
new policy or a mended bug gives the right figures without a repair script.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tickets.sla.calendars import Calendar
from tickets.sla.policy import FIRST, NEXT, RESOLVE, calendar_name, target_seconds

RAISE_GRACE = timedelta(minutes=15)
_PAUSING = frozenset({"waiting_customer", "scheduled"})
_ENDING = frozenset({"merged", "rejected"})


class MomentKind(StrEnum):
    """What can move a clock."""

    OPENED = "opened"
    CUSTOMER = "customer"
    REPLY = "reply"
    STATUS = "status"
    PRIORITY = "priority"
    ROUND = "round"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that moves clocks.

    ``needs_reply`` is False for customer messages, the first one too, that ask for nothing.
    ``status`` is the new status, ``priority`` and ``category`` the new values where the kind
    changes them; ``by_hand`` marks a priority that a person set or that came after one did.
    """

    kind: MomentKind
    at: datetime
    needs_reply: bool = True
    status: str = ""
    priority: int = 3
    category: str = ""
    by_hand: bool = False
    round: int = 1


@dataclass(slots=True)
class Clock:
    """One promise: ``due_at`` is None while it is paused; ``state`` as tickets.SlaClock."""

    metric: str
    round: int
    sequence: int
    started_at: datetime
    target_seconds: int
    priority: int
    due_at: datetime | None
    state: str = "running"
    stopped_at: datetime | None = None
    left_seconds: float = 0.0

    @property
    def is_live(self) -> bool:
        """Whether the clock has not stopped."""
        return self.state in {"running", "paused"}


class _Replay:
    def __init__(self, calendars: Mapping[str, Calendar], service_calendar: str) -> None:
        self.calendars = calendars
        self.service_calendar = service_calendar
        self.clocks: list[Clock] = []
        self.priority = 3
        self.category = ""
        self.round = 1
        self.sequence = 0
        self.replied_in_round = False
        self.resolved = False

    def calendar(self, priority: int) -> Calendar:
        name = calendar_name(priority=priority, service_calendar=self.service_calendar)
        return self.calendars[name]

    def target(self, metric: str) -> int:
        return target_seconds(
            metric, priority=self.priority, handling_round=self.round, category=self.category
        )

    def start(self, metric: str, at: datetime) -> None:
        seconds = self.target(metric)
        due = self.calendar(self.priority).add(at, seconds)
        sequence = self.sequence if metric == NEXT else 0
        self.clocks.append(Clock(metric, self.round, sequence, at, seconds, self.priority, due))

    def live(self, *metrics: str) -> Iterable[Clock]:
        return [c for c in self.clocks if c.is_live and (not metrics or c.metric in metrics)]

    def stop(self, at: datetime, *metrics: str) -> None:
        for clock in self.live(*metrics):
            clock.stopped_at = at
            met = clock.due_at is None or at <= clock.due_at
            clock.state = "met" if met else "missed"

    def cancel(self, at: datetime) -> None:
        for clock in self.live():
            clock.stopped_at, clock.state = at, "cancelled"

    def begin_round(self, at: datetime, number: int) -> None:
        self.round, self.sequence = number, 0
        self.replied_in_round = self.resolved = False
        self.start(FIRST, at)
        self.start(RESOLVE, at)

    def opened(self, moment: Moment) -> None:
        self.priority, self.category = moment.priority, moment.category
        if moment.needs_reply:
            self.begin_round(moment.at, 1)
        else:
            # An old message that is kept for the record: only what comes later is waited for.
            self.replied_in_round = True

    def customer(self, moment: Moment) -> None:
        self.resume(moment.at)
        waits = any(c.metric in {FIRST, NEXT} for c in self.live())
        if moment.needs_reply and self.replied_in_round and not waits and not self.resolved:
            self.sequence += 1
            self.start(NEXT, moment.at)

    def reply(self, moment: Moment) -> None:
        self.stop(moment.at, FIRST, NEXT)
        self.replied_in_round = True

    def status(self, moment: Moment) -> None:
        if moment.status in _ENDING:
            self.cancel(moment.at)
        elif moment.status in {"resolved", "closed"}:
            self.stop(moment.at)
            self.resolved = True
        elif moment.status in _PAUSING:
            self.pause(moment.at)
        else:
            self.resume(moment.at)

    def pause(self, at: datetime) -> None:
        for clock in self.live(NEXT, RESOLVE):
            # A missed clock stays missed: a pause cannot mend it.
            if clock.due_at is not None and at < clock.due_at:
                clock.left_seconds = self.calendar(clock.priority).between(at, clock.due_at)
                clock.due_at, clock.state = None, "paused"

    def resume(self, at: datetime) -> None:
        for clock in self.live():
            if clock.state == "paused":
                clock.due_at = self.calendar(clock.priority).add(at, clock.left_seconds)
                clock.state = "running"

    def changed_priority(self, moment: Moment) -> None:
        raised = moment.priority < self.priority
        self.priority, self.category = moment.priority, moment.category or self.category
        for clock in self.live():
            self._retarget(clock, moment, raised)

    def _retarget(self, clock: Clock, moment: Moment, raised: bool) -> None:
        seconds = self.target(clock.metric)
        if moment.by_hand and not raised:
            return
        if clock.due_at is None:
            spent = clock.target_seconds - clock.left_seconds
            clock.left_seconds = max(seconds - spent, 0.0)
        else:
            fresh = self.calendar(self.priority).add(clock.started_at, seconds)
            if raised:
                # Never later than before: a target that was missed stays missed.
                fresh = min(clock.due_at, max(fresh, moment.at + RAISE_GRACE))
            clock.due_at = fresh
        clock.target_seconds, clock.priority = seconds, self.priority

    def handle(self, moment: Moment) -> None:
        if moment.kind == MomentKind.ROUND:
            self.cancel(moment.at)
            self.begin_round(moment.at, moment.round)
            return
        handlers = {
            MomentKind.OPENED: self.opened,
            MomentKind.CUSTOMER: self.customer,
            MomentKind.REPLY: self.reply,
            MomentKind.STATUS: self.status,
            MomentKind.PRIORITY: self.changed_priority,
        }
        handlers[moment.kind](moment)


def replay(
    moments: Iterable[Moment], *, calendars: Mapping[str, Calendar], service_calendar: str
) -> list[Clock]:
    """Return every clock of a ticket, in the order in which they started.

    Parameters
    ----------
    moments : the ticket's history in order; the first one is OPENED.
    calendars : by name; must hold "always" and ``service_calendar``.
    service_calendar : the calendar of all but urgent priorities, fixed when the ticket opened.
    """
    state = _Replay(calendars, service_calendar)
    for moment in moments:
        state.handle(moment)
    return state.clocks


def resolution_seconds(moments: Iterable[Moment]) -> tuple[int, int] | None:
    """Return (gross, net) wall-clock seconds to the last resolution, None before the first.

    Gross leaves out the time spent resolved; net also leaves out the pauses that the customer
    caused (``waiting_customer`` and ``scheduled``).
    """
    start: datetime | None = None
    paused_since: datetime | None = None
    resolved_at: datetime | None = None
    paused = resolved = timedelta()
    result: tuple[int, int] | None = None
    for moment in moments:
        if moment.kind == MomentKind.OPENED:
            start = moment.at
        status = moment.status if moment.kind == MomentKind.STATUS else ""
        ends_pause = status or moment.kind == MomentKind.CUSTOMER
        if paused_since is not None and ends_pause and status not in _PAUSING:
            paused += moment.at - paused_since
            paused_since = None
        if resolved_at is not None and (
            moment.kind == MomentKind.ROUND or status in {"open", "new"} | _PAUSING
        ):
            resolved += moment.at - resolved_at
            resolved_at = None
        if status in _PAUSING and paused_since is None:
            paused_since = moment.at
        if status == "resolved" and start is not None and resolved_at is None:
            resolved_at = moment.at
            gross = moment.at - start - resolved
            result = int(gross.total_seconds()), int((gross - paused).total_seconds())
    return result
