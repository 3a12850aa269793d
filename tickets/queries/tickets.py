"""Finding single tickets, and which ones a person may see."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from accounts.models import User
from accounts.permissions import Permission, can
from common.errors import NotFound
from tickets.models import Ticket, TicketQuerySet


def visible_tickets(user: User | AnonymousUser) -> TicketQuerySet:
    """Return the tickets that the person may read: their own and their teams', or all.

    Tickets that nobody owns yet and no team has are everybody's: somebody must pick them up.
    """
    if can(user, Permission.READ_ALL_TICKETS):
        return Ticket.objects.all()
    if not can(user, Permission.READ_TICKETS) or not isinstance(user, User):
        return Ticket.objects.none()
    mine = Q(owner=user) | Q(team__in=user.team_ids) | Q(team=None)
    return Ticket.objects.filter(mine)


def get_ticket(reference: str, *, visible_to: User | AnonymousUser) -> Ticket:
    """Return one ticket with the people around it. Raises NotFound, also for hidden ones."""
    ticket = (
        visible_tickets(visible_to)
        .select_related("customer", "order", "owner", "team", "merged_into", "repeat_of")
        .filter(reference=reference.upper())
        .first()
    )
    if ticket is None:
        raise NotFound
    return ticket


def lock_ticket(ticket_id: int) -> Ticket:
    """Return a ticket and hold it until the transaction ends. Raises NotFound."""
    ticket = Ticket.objects.select_for_update().filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFound
    return ticket
