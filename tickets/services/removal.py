"""Take tickets back that should never have been opened, while nobody has worked on them."""

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import Q

from tickets import states
from tickets.errors import AlreadyWorked
from tickets.models import Customer, Draft, Message, Order, Ticket, TicketEvent, TicketLink
from tickets.models.ticket import ActorKind

CHUNK = 500


@transaction.atomic
def remove_unworked(*, message_ids: Sequence[int]) -> int:
    """Remove the tickets of these messages, all or none; return how many there were.

    Raises AlreadyWorked with the first ticket that a person touched, or that holds more than
    these messages. Customers and orders that were known by nothing else go with their tickets.
    """
    ids = sorted(
        set(Message.objects.filter(pk__in=message_ids).values_list("ticket_id", flat=True))
    )
    locked = list(Ticket.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    _refuse_worked(ids, message_ids)
    customers = {ticket.customer_id for ticket in locked if ticket.customer_id}
    orders = {ticket.order_id for ticket in locked if ticket.order_id}
    for start in range(0, len(ids), CHUNK):
        Ticket.objects.filter(pk__in=ids[start : start + CHUNK]).delete()
    _remove_orphans(customers, orders)
    return len(ids)


def _refuse_worked(ids: Sequence[int], message_ids: Sequence[int]) -> None:
    tickets = Ticket.objects.filter(pk__in=ids)
    inside = Q(ticket__in=ids)
    touched = (
        ("message", Message.objects.filter(inside).exclude(pk__in=message_ids)),
        ("person", TicketEvent.objects.filter(inside, actor_kind=ActorKind.PERSON)),
        ("draft", Draft.objects.filter(inside)),
        ("link", TicketLink.objects.filter(Q(other__in=ids)).exclude(ticket__in=ids)),
    )
    for why, rows in touched:
        found = rows.order_by("pk").first()
        if found is not None:
            ticket = found.other if isinstance(found, TicketLink) else found.ticket
            raise AlreadyWorked(reference=ticket.reference, why=why)
    moved = (
        tickets.exclude(status__in=[states.NEW, states.OPEN])
        | tickets.exclude(merged_into=None)
        | tickets.filter(merged_tickets__isnull=False)
    ).first()
    if moved is not None:
        raise AlreadyWorked(reference=moved.reference, why="status")


def _remove_orphans(customers: set[int], orders: set[int]) -> None:
    """Remove orders and people that nothing else names any more."""
    Order.objects.filter(pk__in=orders, tickets=None, amount=None).delete()
    with connection.cursor() as cursor:
        # A person whom another message, ticket or order names stays.
        cursor.execute(
            "SELECT c.id FROM tickets_customer c WHERE c.id = ANY(%s)"
            " AND NOT EXISTS (SELECT 1 FROM tickets_ticket t WHERE t.customer_id = c.id)"
            " AND NOT EXISTS (SELECT 1 FROM tickets_message m WHERE m.customer_id = c.id)"
            " AND NOT EXISTS (SELECT 1 FROM tickets_order o WHERE o.customer_id = c.id)",
            [sorted(customers)],
        )
        unknown = [row[0] for row in cursor.fetchall()]
    for start in range(0, len(unknown), CHUNK):
        Customer.objects.filter(pk__in=unknown[start : start + CHUNK]).delete()
