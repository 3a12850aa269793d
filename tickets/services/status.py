"""Moves between states that need nothing more than a reason."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, require
from tickets import queries, states
from tickets.errors import MoveNotAllowed, ReplyNeededFirst
from tickets.models import EventKind, Status, Ticket
from tickets.services.clocks import rebuild_clocks
from tickets.services.events import record, touch


def move(
    ticket: Ticket,
    new: str,
    *,
    by: User | None,
    now: datetime,
    actor_kind: str = "",
    note: str = "",
) -> None:
    """Change the state of a locked ticket and write it down. Raises MoveNotAllowed."""
    old = ticket.status
    if not states.can_move(old, new):
        raise MoveNotAllowed(
            reference=ticket.reference, old=Status(old).label, new=Status(new).label
        )
    if new == states.WAITING_CUSTOMER and ticket.first_replied_at is None:
        raise ReplyNeededFirst
    ticket.status = new
    data = {"old": old, "new": new, "note": note}
    record(ticket, EventKind.STATUS, at=now, by=by, actor_kind=actor_kind, data=data)


@transaction.atomic
def change_status(
    *, ticket_id: int, status: str, by: User, now: datetime, note: str = ""
) -> Ticket:
    """Move an open ticket between its waits. Raises MoveNotAllowed, ReplyNeededFirst."""
    require(by, Permission.REPLY)
    ticket = queries.lock_ticket(ticket_id)
    if ticket.status == status:
        return ticket
    # What has ended is opened by reopen() and undo_merge() alone, which ask who may do that.
    has_ended = not states.is_open(ticket.status) and ticket.status != states.REJECTED
    if has_ended or status not in states.OPEN_STATES:
        raise MoveNotAllowed(
            reference=ticket.reference,
            old=Status(ticket.status).label,
            new=Status(status).label if status in Status.values else status,
        )
    move(ticket, status, by=by, now=now, note=note)
    rebuild_clocks(ticket)
    touch(ticket, now, "status")
    return ticket


@transaction.atomic
def reject(*, ticket_id: int, by: User | None, now: datetime, note: str = "") -> Ticket:
    """Take spam and tests out of the pool."""
    if by is not None:
        require(by, Permission.REPLY)
    ticket = queries.lock_ticket(ticket_id)
    move(ticket, states.REJECTED, by=by, now=now, note=note)
    ticket.abstained = False
    rebuild_clocks(ticket)
    touch(ticket, now, "status", "abstained")
    return ticket


@transaction.atomic
def snooze(*, ticket_id: int, until: datetime | None, by: User, now: datetime) -> Ticket:
    """Hide an open ticket until a time, or wake it; its clocks keep running."""
    require(by, Permission.REPLY)
    ticket = queries.lock_ticket(ticket_id)
    if ticket.snoozed_until == until:
        return ticket
    ticket.snoozed_until = until
    data = {"until": until.isoformat() if until else None}
    record(ticket, EventKind.SNOOZED, at=now, by=by, data=data)
    touch(ticket, now, "snoozed_until")
    return ticket


def mark_read(*, ticket_id: int) -> None:
    """Take the dot off a ticket that its handler has opened."""
    Ticket.objects.filter(pk=ticket_id, unread=True).update(unread=False)
