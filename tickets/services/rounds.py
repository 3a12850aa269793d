"""Handling rounds: when a resolved problem comes back."""

from datetime import datetime

from accounts.models import User
from tickets import signals, states
from tickets.models import EventKind, Ticket
from tickets.models.ticket import ActorKind
from tickets.services.escalation import note_round
from tickets.services.events import announce, record


def begin_round(
    ticket: Ticket, *, now: datetime, cause: str, keep_owner: bool, by: User | None = None
) -> None:
    """Open the next round; the caller has locked the ticket, saves it and rebuilds its clocks.

    ``cause`` is one of customer_wrote, low_score, not_solved, quality_check, supervisor.
    """
    old = ticket.status
    ticket.round += 1
    ticket.status = states.OPEN
    ticket.resolved_at = None
    ticket.snoozed_until = None
    who = "" if by else ActorKind.CUSTOMER
    data = {"old": old, "new": states.OPEN}
    record(ticket, EventKind.STATUS, at=now, by=by, actor_kind=who, data=data)
    record(
        ticket,
        EventKind.ROUND,
        at=now,
        by=by,
        actor_kind=who,
        data={"round": ticket.round, "cause": cause, "keeps_owner": keep_owner},
    )
    note_round(ticket, now=now)
    announce(signals.ticket_reopened, ticket_id=ticket.pk)
    announce(signals.round_started, ticket_id=ticket.pk, round=ticket.round)
