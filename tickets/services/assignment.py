"""Who handles a ticket."""

from datetime import datetime

from django.db import transaction

from accounts.models import Team, User
from accounts.permissions import Permission, require
from tickets import queries, states
from tickets.errors import TicketClosed, TransferNoteNeeded
from tickets.models import EventKind, Ticket
from tickets.models.ticket import ActorKind
from tickets.services.clocks import rebuild_clocks
from tickets.services.escalation import note_transfer
from tickets.services.events import record, touch
from tickets.services.status import move


@transaction.atomic
def assign(*, ticket_id: int, to: User | None, by: User, now: datetime, note: str = "") -> Ticket:
    """Give an open ticket to a person, or back to the pool.

    Who hands it from one colleague to another says why. Raises TicketClosed, TransferNoteNeeded.
    """
    require(by, Permission.REPLY)
    ticket = queries.lock_ticket(ticket_id)
    if not states.is_open(ticket.status):
        raise TicketClosed(reference=ticket.reference)
    if ticket.owner_id == (to.pk if to else None):
        return ticket
    # Whoever takes it over themselves has nobody to tell.
    if ticket.owner_id is not None and to is not None and to != by:
        _need_note(note)
    set_owner(ticket, to, by=by, now=now, note=note)
    if ticket.status == states.NEW and to is not None:
        move(ticket, states.OPEN, by=by, now=now)
        rebuild_clocks(ticket)
    touch(ticket, now, "owner", "status")
    return ticket


def set_owner(
    ticket: Ticket, to: User | None, *, by: User | None, now: datetime, note: str = ""
) -> None:
    """Change the owner of a locked ticket and write it down; the caller saves."""
    data = {
        "old": ticket.owner.label if ticket.owner else "",
        "new": to.label if to else "",
        "new_id": to.pk if to else None,
        "note": note,
    }
    is_transfer = by is not None and ticket.owner is not None and to is not None
    ticket.owner = to
    record(ticket, EventKind.OWNER, at=now, by=by, data=data)
    if is_transfer:
        note_transfer(ticket, now=now)


@transaction.atomic
def set_team(*, ticket_id: int, team: Team, by: User, now: datetime, note: str = "") -> Ticket:
    """Hand a ticket to another team; its owner stays only if they are in that team.

    Raises TransferNoteNeeded where it was another team's before.
    """
    require(by, Permission.REPLY)
    ticket = queries.lock_ticket(ticket_id)
    if ticket.team_id == team.pk:
        return ticket
    if ticket.team_id is not None:
        _need_note(note)
    place_in_team(ticket, team, by=by, now=now, actor_kind="", note=note)
    if ticket.owner is not None and not ticket.owner.teams.filter(pk=team.pk).exists():
        set_owner(ticket, None, by=by, now=now)
    touch(ticket, now, "team", "owner")
    return ticket


def _need_note(note: str) -> None:
    if not note.strip():
        raise TransferNoteNeeded


def place_in_team(
    ticket: Ticket,
    team: Team | None,
    *,
    by: User | None,
    now: datetime,
    actor_kind: str = ActorKind.SYSTEM,
    note: str = "",
) -> None:
    """Change the team of a locked ticket and write it down; the caller saves."""
    data = {
        "old": ticket.team.code if ticket.team else "",
        "new": team.code if team else "",
        "note": note,
    }
    ticket.team = team
    record(ticket, EventKind.TEAM, at=now, by=by, actor_kind=actor_kind, data=data)
    if by is not None:
        note_transfer(ticket, now=now)
