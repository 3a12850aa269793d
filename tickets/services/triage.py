"""What triage says of a ticket, and what a person says of that."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Team, User
from accounts.permissions import Permission, can, require
from tickets import queries, signals, states, taxonomy
from tickets.errors import FlagNotYours, OnlyUpwards, ReasonNeeded, UnknownCategory
from tickets.models import EventKind, Ticket, TicketEvent, TriageState
from tickets.models.ticket import ActorKind
from tickets.records import TriageDecision
from tickets.services.assignment import place_in_team
from tickets.services.clocks import rebuild_clocks
from tickets.services.escalation import note_leak
from tickets.services.events import announce, record, record_all, touch

_TRIAGE_FIELDS = (
    "category",
    "also",
    "priority",
    "emotion",
    "emotion_peak",
    "distressed",
    "flags",
    "language",
    "confidence",
    "abstained",
    "triage_state",
    "team",
    "repeat_of",
    "repeat_count",
    "touched",
)


@transaction.atomic(savepoint=False)
def apply_triage(
    *, ticket_id: int, message_id: int, decision: TriageDecision, now: datetime
) -> Ticket:
    """Apply what model and rules say to the fields that no person has set.

    Before a person touched the ticket, its priority follows the reading; afterwards a job only
    raises it, and a priority that a person set only to a forced P1. A flag that forces P1 does so
    until somebody takes it off, whatever the latest message says. Flags are only added by a job.
    """
    ticket = queries.lock_ticket(ticket_id)
    before = _snapshot(ticket)
    _apply_category(ticket, decision)
    _apply_emotion(ticket, decision)
    ticket.flags = sorted(set(ticket.flags) | set(decision.flags))
    ticket.language = ticket.language or decision.language
    _apply_repeats(ticket, decision)
    _apply_priority(ticket, decision)
    if "category" not in ticket.touched:
        ticket.confidence = decision.confidence
        ticket.abstained = decision.abstained and states.is_open(ticket.status)
        ticket.triage_state = TriageState.PREDICTED
    _place(ticket, now)
    changed = _changes(ticket, before)
    events = _change_events(ticket, changed, now=now, by=None, who=_actor(decision), reason="")
    record_all([*events, _triaged_event(ticket, decision, now)])
    rebuild_clocks(ticket)
    touch(ticket, now, *_TRIAGE_FIELDS)
    note_leak(ticket, now=now)
    return ticket


def _actor(decision: TriageDecision) -> str:
    rule = "rule" in {decision.decided_by.get("priority"), decision.decided_by.get("category")}
    return ActorKind.RULE if rule else ActorKind.MODEL


def _apply_category(ticket: Ticket, decision: TriageDecision) -> None:
    if "category" in ticket.touched:
        return
    # A ticket that was read before keeps its category when a later message is unclear.
    if decision.category and (not decision.abstained or not ticket.category):
        ticket.category = decision.category
        ticket.also = list(decision.also)


def _apply_emotion(ticket: Ticket, decision: TriageDecision) -> None:
    if "emotion" not in ticket.touched:
        ticket.emotion = decision.emotion
        ticket.distressed = ticket.distressed or decision.distressed
    ticket.emotion_peak = max(ticket.emotion_peak, decision.emotion)


def _apply_priority(ticket: Ticket, decision: TriageDecision) -> None:
    if "priority" in ticket.touched:
        ticket.priority = 1 if decision.forced_p1 else ticket.priority
    elif decision.forced_p1 or set(ticket.flags) & taxonomy.FORCES_P1:
        ticket.priority = 1
    elif ticket.touched:
        ticket.priority = min(ticket.priority, decision.priority)
    else:
        ticket.priority = decision.priority


def _triaged_event(ticket: Ticket, decision: TriageDecision, now: datetime) -> TicketEvent:
    data = {"model": decision.model_version, "confidence": round(decision.confidence, 4)}
    return TicketEvent(
        ticket=ticket, kind=EventKind.TRIAGED, at=now, actor_kind=ActorKind.MODEL, data=data
    )


def _apply_repeats(ticket: Ticket, decision: TriageDecision) -> None:
    if ticket.category != decision.category:
        _note_repeat(ticket)
        return
    ticket.repeat_count = len(decision.repeats)
    ticket.repeat_of_id = decision.repeats[0] if decision.repeats else None


def _note_repeat(ticket: Ticket) -> None:
    earlier = list(queries.earlier_complaints(ticket, category=ticket.category)[:10])
    ticket.repeat_count = len(earlier)
    ticket.repeat_of = earlier[0] if earlier else None


def _place(ticket: Ticket, now: datetime, *, follow: bool = False) -> None:
    """Put the ticket into the pool of the team that owns its category."""
    if ticket.team_id is not None and not follow:
        moved = "category" in ticket.touched or ticket.owner_id is not None
        if moved:
            return
    code = taxonomy.team_code(ticket.category)
    if not code or (ticket.team is not None and ticket.team.code == code):
        return
    place_in_team(ticket, Team.objects.filter(code=code).first(), by=None, now=now)


def _snapshot(ticket: Ticket) -> dict[str, Any]:
    return {
        "category": ticket.category,
        "priority": ticket.priority,
        "emotion": ticket.emotion,
        "flags": list(ticket.flags),
    }


_KINDS = {
    "category": EventKind.CATEGORY,
    "priority": EventKind.PRIORITY,
    "emotion": EventKind.EMOTION,
    "flags": EventKind.FLAGS,
}


def _changes(ticket: Ticket, before: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    return [
        (name, old, getattr(ticket, name))
        for name, old in before.items()
        if old != getattr(ticket, name)
    ]


def _change_events(
    ticket: Ticket,
    changes: Sequence[tuple[str, Any, Any]],
    *,
    now: datetime,
    by: User | None,
    who: str,
    reason: str,
) -> list[TicketEvent]:
    shared = {
        "reason": reason,
        "priority": ticket.priority,
        "category": ticket.category,
        "by_hand": bool(by) or "priority" in ticket.touched,
    }
    return [
        TicketEvent(
            ticket=ticket,
            kind=_KINDS[name],
            at=now,
            actor=by,
            actor_kind=who,
            data={"old": old, "new": new, **shared},
        )
        for name, old, new in changes
    ]


@transaction.atomic
def correct_triage(
    *,
    ticket_id: int,
    by: User,
    now: datetime,
    category: str | None = None,
    priority: int | None = None,
    emotion: int | None = None,
    flags: Sequence[str] | None = None,
    reason: str = "",
) -> Ticket:
    """Set fields by hand; None leaves a field. What changed teaches the model.

    Raises UnknownCategory, OnlyUpwards, ReasonNeeded, FlagNotYours.
    """
    require(by, Permission.RAISE_PRIORITY)
    ticket = queries.lock_ticket(ticket_id)
    before = _snapshot(ticket)
    touched: set[str] = set()
    if category is not None:
        _set_category(ticket, category, touched)
    if emotion is not None:
        ticket.emotion = max(0, min(3, emotion))
        ticket.emotion_peak = max(ticket.emotion_peak, ticket.emotion)
        touched.add("emotion")
    if flags is not None:
        _set_flags(ticket, flags, by, reason)
    _note_repeat(ticket)
    _set_priority(ticket, priority, by, reason, touched)
    ticket.touched = sorted(set(ticket.touched) | touched)
    ticket.abstained = ticket.abstained and category is None
    if category is not None:
        ticket.triage_state = TriageState.CONFIRMED
        _place(ticket, now, follow=ticket.category != before["category"])
    changes = _changes(ticket, before)
    record_all(_change_events(ticket, changes, now=now, by=by, who=ActorKind.PERSON, reason=reason))
    rebuild_clocks(ticket)
    touch(ticket, now, *_TRIAGE_FIELDS)
    note_leak(ticket, now=now)
    for name, old, new in changes:
        announce(
            signals.triage_corrected,
            ticket_id=ticket.pk,
            field=name,
            old=old,
            new=new,
            by_id=by.pk,
        )
    if category is not None and category == before["category"]:
        announce(signals.triage_confirmed, ticket_id=ticket.pk, by_id=by.pk)
    return ticket


def _set_category(ticket: Ticket, category: str, touched: set[str]) -> None:
    if category not in taxonomy.SUBS:
        raise UnknownCategory(category=category)
    ticket.category = category
    ticket.also = [slug for slug in ticket.also if slug != category]
    touched.add("category")


def _set_flags(ticket: Ticket, flags: Sequence[str], by: User, reason: str) -> None:
    wanted = {flag for flag in flags if flag in taxonomy.FLAGS}
    if set(ticket.flags) - wanted:
        if not can(by, Permission.DROP_FLAG):
            raise FlagNotYours
        if not reason.strip():
            raise ReasonNeeded
    ticket.flags = sorted(wanted)


def _set_priority(
    ticket: Ticket, priority: int | None, by: User, reason: str, touched: set[str]
) -> None:
    if priority is not None and priority != ticket.priority:
        if priority > ticket.priority and not can(by, Permission.CHANGE_PRIORITY):
            raise OnlyUpwards
        if not reason.strip():
            raise ReasonNeeded
        ticket.priority = priority
        touched.add("priority")
        return
    # Naming a graver category or a grave flag by hand raises the priority with it.
    least = taxonomy.base_priority(ticket.category)
    if set(ticket.flags) & taxonomy.FORCES_P1:
        least = 1
    if "priority" not in ticket.touched or set(ticket.flags) & taxonomy.FORCES_P1:
        ticket.priority = min(ticket.priority, least)


@transaction.atomic
def ask_again(
    *, ticket_id: int, category: str, priority: int, emotion: int, by: User, now: datetime
) -> Ticket:
    """Put a ticket back to be decided on, as it was read; the history keeps both.

    For an answer at the triage desk that is taken back: nobody has touched the ticket then.
    """
    require(by, Permission.RAISE_PRIORITY)
    ticket = queries.lock_ticket(ticket_id)
    before = _snapshot(ticket)
    ticket.category, ticket.priority, ticket.emotion = category, priority, emotion
    ticket.touched = []
    ticket.abstained = states.is_open(ticket.status)
    ticket.triage_state = TriageState.PREDICTED
    _note_repeat(ticket)
    _place(ticket, now, follow=ticket.category != before["category"])
    changes = _changes(ticket, before)
    record_all(_change_events(ticket, changes, now=now, by=by, who=ActorKind.PERSON, reason=""))
    rebuild_clocks(ticket)
    touch(ticket, now, *_TRIAGE_FIELDS)
    return ticket


@transaction.atomic
def confirm_triage(*, ticket_id: int, by: User, now: datetime) -> Ticket:
    """Say that the reading is right: it becomes a label and leaves the triage queue."""
    require(by, Permission.RAISE_PRIORITY)
    ticket = queries.lock_ticket(ticket_id)
    if ticket.triage_state == TriageState.CONFIRMED or not ticket.category:
        return ticket
    ticket.triage_state = TriageState.CONFIRMED
    ticket.abstained = False
    ticket.touched = sorted({*ticket.touched, "category"})
    record(ticket, EventKind.TRIAGE_CONFIRMED, at=now, by=by, data={"category": ticket.category})
    touch(ticket, now, "triage_state", "abstained", "touched")
    announce(signals.triage_confirmed, ticket_id=ticket.pk, by_id=by.pk)
    return ticket
