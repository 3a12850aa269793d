"""Resolving, closing, reopening, and second handling."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.permissions import Permission, Role, require
from tickets import final_reply, guards, queries, signals, states, taxonomy
from tickets.errors import (
    FinalReplyNeeded,
    FinalReplyNotYours,
    MoveNotAllowed,
    ResolveIncomplete,
    TicketClosed,
)
from tickets.models import EventKind, Status, Ticket, TriageState
from tickets.models.ticket import ActorKind
from tickets.services.approvals import check_limit
from tickets.services.assignment import place_in_team, set_owner
from tickets.services.clocks import rebuild_clocks
from tickets.services.events import announce, record, touch
from tickets.services.replies import write_out
from tickets.services.rounds import begin_round
from tickets.services.status import move

CLOSE_AFTER = timedelta(days=7)
REOPEN_CLOSED_WITHIN = timedelta(days=30)
_RESOLUTION = (
    "status",
    "resolved_at",
    "first_resolved_at",
    "resolved_by",
    "resolution_reason",
    "remedy",
    "remedy_amount",
    "responsible_party",
    "root_cause",
    "abstained",
    "unanswered_since",
    "first_replied_at",
    "message_count",
    "last_message_preview",
    "snoozed_until",
    "triage_state",
    "touched",
    "unread",
    "owner",
)


@transaction.atomic
def resolve(
    *,
    ticket_id: int,
    by: User,
    now: datetime,
    reason: str,
    responsible_party: str,
    remedy: str = taxonomy.NO_REMEDY,
    message: str = "",
    root_cause: str = "",
    remedy_amount: Decimal | None = None,
    confirm_category: bool = True,
) -> Ticket:
    """Resolve a ticket: what was decided, by whom, for which reason.

    ``message`` is the public closing message; it may be left out when the customer has already
    been answered in this round. Raises ResolveIncomplete with what is missing, ApprovalNeeded,
    TicketClosed, and from the third round on FinalReplyNotYours, FinalReplyNeeded.
    """
    require(by, Permission.RESOLVE)
    ticket = queries.lock_ticket(ticket_id)
    if ticket.status == states.RESOLVED:
        return ticket
    if not states.can_move(ticket.status, states.RESOLVED):
        raise TicketClosed(reference=ticket.reference)
    _check_complete(ticket, reason, responsible_party, remedy, message, root_cause, by)
    _check_final(ticket, reason, message, by)
    check_limit(ticket, remedy, remedy_amount, by, now)
    if message.strip():
        guards.check_reply(ticket, message, by)
        write_out(ticket, message, by=by, now=now)
        ticket.first_replied_at = ticket.first_replied_at or now
    ticket.owner = ticket.owner or by
    ticket.resolution_reason = reason
    ticket.remedy = remedy
    ticket.remedy_amount = remedy_amount
    ticket.responsible_party = responsible_party
    ticket.root_cause = root_cause
    if confirm_category and ticket.triage_state != TriageState.CONFIRMED:
        ticket.triage_state = TriageState.CONFIRMED
        ticket.touched = sorted({*ticket.touched, "category"})
        announce(signals.triage_confirmed, ticket_id=ticket.pk, by_id=by.pk)
    finish(ticket, by=by, now=now)
    return ticket


def _check_complete(
    ticket: Ticket,
    reason: str,
    responsible_party: str,
    remedy: str,
    message: str,
    root_cause: str,
    by: User,
) -> None:
    if reason == "abuse-refused":
        require(by, Permission.MASS_REPLY)  # a lead's decision (domain guide, section 8)
    answered = ticket.messages.filter(kind="reply", round=ticket.round).exists()
    needs = {
        _("a reason"): reason in taxonomy.RESOLUTION_REASONS,
        _("a category"): bool(ticket.category),
        _("a remedy, or “none”"): remedy == taxonomy.NO_REMEDY or remedy in taxonomy.REMEDIES,
        _("the responsible party"): responsible_party in taxonomy.RESPONSIBLE_PARTIES,
        _("a closing message to the customer"): bool(message.strip()) or answered,
        _("the root cause"): bool(root_cause.strip()) or (ticket.priority > 1 and ticket.round < 2),
    }
    missing = [name for name, there in needs.items() if not there]
    if missing:
        raise ResolveIncomplete(missing=", ".join(missing))


def _check_final(ticket: Ticket, reason: str, message: str, by: User) -> None:
    if ticket.round < final_reply.ROUND:
        return
    if by.role != Role.SUPERVISOR:
        raise FinalReplyNotYours(round=ticket.round)
    written = ticket.messages.filter(
        kind="reply", round=ticket.round, author__role=Role.SUPERVISOR
    ).values_list("text", flat=True)
    told = any(final_reply.names_outside_route(text) for text in [message, *written])
    if reason not in final_reply.WITHOUT_DECISION and not told:
        raise FinalReplyNeeded(round=ticket.round)


def finish(ticket: Ticket, *, by: User | None, now: datetime, actor_kind: str = "") -> None:
    """Resolve a locked ticket whose reason, remedy and party are set, and save it."""
    move(ticket, states.RESOLVED, by=by, now=now, actor_kind=actor_kind)
    ticket.resolved_at = now
    ticket.first_resolved_at = ticket.first_resolved_at or now
    ticket.resolved_by = by
    ticket.unanswered_since = None
    ticket.snoozed_until = None
    ticket.abstained = False
    ticket.unread = False
    data = {
        "reason": ticket.resolution_reason,
        "remedy": ticket.remedy,
        "amount": str(ticket.remedy_amount) if ticket.remedy_amount is not None else "",
        "responsible_party": ticket.responsible_party,
        "round": ticket.round,
    }
    record(ticket, EventKind.RESOLVED, at=now, by=by, actor_kind=actor_kind, data=data)
    rebuild_clocks(ticket)
    touch(ticket, now, *_RESOLUTION)
    announce(signals.ticket_resolved, ticket_id=ticket.pk, round=ticket.round)


@transaction.atomic
def resolve_alone(*, ticket_id: int, now: datetime) -> bool:
    """End a bare thank-you or "no reply needed" that triage is sure of; tell whether it did."""
    ticket = queries.lock_ticket(ticket_id)
    sure = not ticket.abstained and not ticket.flags and not ticket.touched
    if not sure or ticket.status != states.NEW or ticket.category not in taxonomy.MAY_END_ALONE:
        return False
    ticket.resolution_reason = "explained"
    ticket.remedy = taxonomy.NO_REMEDY
    ticket.responsible_party = "nobody"
    finish(ticket, by=None, now=now, actor_kind=ActorKind.RULE)
    return True


@transaction.atomic
def close_resolved(*, ticket_id: int, now: datetime) -> bool:
    """Close a ticket that has been resolved for seven days; tell whether it did."""
    ticket = queries.lock_ticket(ticket_id)
    too_young = ticket.resolved_at is None or ticket.resolved_at > now - CLOSE_AFTER
    if ticket.status != states.RESOLVED or too_young:
        return False
    move(ticket, states.CLOSED, by=None, now=now)
    ticket.closed_at = now
    touch(ticket, now, "status", "closed_at")
    return True


@transaction.atomic
def reopen(*, ticket_id: int, by: User, now: datetime) -> Ticket:
    """Take a resolution back; a closed ticket only by a supervisor and within 30 days."""
    require(by, Permission.RESOLVE)
    ticket = queries.lock_ticket(ticket_id)
    if ticket.status == states.CLOSED:
        require(by, Permission.REOPEN_CLOSED)
        if ticket.closed_at is None or now - ticket.closed_at > REOPEN_CLOSED_WITHIN:
            raise TicketClosed(reference=ticket.reference)
    elif ticket.status != states.RESOLVED:
        raise MoveNotAllowed(
            reference=ticket.reference,
            old=Status(ticket.status).label,
            new=Status(states.OPEN).label,
        )
    begin_round(ticket, now=now, cause="supervisor", keep_owner=True, by=by)
    rebuild_clocks(ticket)
    touch(ticket, now, "status", "round", "resolved_at", "snoozed_until")
    return ticket


@transaction.atomic
def start_second_handling(
    *, ticket_id: int, cause: str, now: datetime, by: User | None = None
) -> Ticket:
    """Give a resolved problem that was not solved to another person of the second line.

    ``cause``: low_score, not_solved, disputed, quality_check, supervisor. Does nothing to a
    ticket that is already being handled again. At least P2, with clocks of its own.
    """
    ticket = queries.lock_ticket(ticket_id)
    if ticket.status not in {states.RESOLVED, states.CLOSED}:
        return ticket
    begin_round(ticket, now=now, cause=cause, keep_owner=False, by=by)
    team = Team.objects.filter(code=taxonomy.SECOND_LINE).first()
    if team is not None and ticket.team_id != team.pk:
        place_in_team(ticket, team, by=by, now=now)
    set_owner(ticket, _other_owner(ticket, team), by=by, now=now)
    _raise_to_p2(ticket, now)
    rebuild_clocks(ticket)
    touch(
        ticket, now, "status", "round", "resolved_at", "snoozed_until", "team", "owner", "priority"
    )
    return ticket


def _other_owner(ticket: Ticket, team: Team | None) -> User | None:
    """Return the present second-line person with the fewest open tickets, never the last owner."""
    if team is None:
        return None
    handlers = ticket.events.filter(kind=EventKind.RESOLVED).values("actor_id")
    people = team.members.filter(is_active=True, is_away=False, role__in=[Role.SENIOR, Role.LEAD])
    people = people.exclude(pk=ticket.owner_id or 0).exclude(pk__in=handlers)
    counted = sorted(people, key=lambda user: (user.tickets.all().open().count(), user.pk))
    return counted[0] if counted else None


def _raise_to_p2(ticket: Ticket, now: datetime) -> None:
    if ticket.priority <= 2:
        return
    data = {
        "old": ticket.priority,
        "new": 2,
        "priority": 2,
        "category": ticket.category,
        "by_hand": True,
        "reason": "round",
    }
    ticket.priority = 2
    record(ticket, EventKind.PRIORITY, at=now, actor_kind=ActorKind.RULE, data=data)
