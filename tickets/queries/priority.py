"""What the pool knows beyond the words of a message: the facts of the points table."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from tickets import states
from tickets.models import Ticket
from tickets.records import PriorityFacts
from tickets.taxonomy import NON_COMPLAINT, is_complaint

REPEAT_WINDOW = timedelta(days=14)
# The same problem sent twice within this time is one complaint on two channels.
TECHNICAL_DUPLICATE = timedelta(minutes=30)
MOST_REPEATS = 10


def earlier_complaints(ticket: Ticket, *, category: str) -> QuerySet[Ticket]:
    """Return the complaints that this one repeats (domain guide, "repeat-complaint rate").

    Same confirmed customer on any channel, same order or same sub-category, still open when
    this one came or resolved at most 14 days before.
    """
    if ticket.customer_id is None or not is_complaint(category):
        return Ticket.objects.none()
    same = Q(category=category) if category else Q(pk__in=[])
    if ticket.order_number:
        same |= Q(order_number=ticket.order_number)
    since, opens = ticket.opened_at - REPEAT_WINDOW, sorted(states.OPEN_STATES)
    still = Q(status__in=opens) | Q(resolved_at__gte=since)
    # A merged ticket was a complaint when it came; merging must not hide a repeat. It lasts as
    # long as the ticket that it is part of.
    survives = Q(merged_into__status__in=opens) | Q(merged_into__resolved_at__gte=since)
    still |= Q(status=states.MERGED) & survives
    return (
        Ticket.objects.filter(
            same,
            still,
            customer_id=ticket.customer_id,
            opened_at__lt=ticket.opened_at - TECHNICAL_DUPLICATE,
            is_test=False,
        )
        .exclude(pk=ticket.pk)
        .exclude(status=states.REJECTED)
        .exclude(category__startswith=f"{NON_COMPLAINT}.")
        .order_by("-opened_at")
    )


def priority_facts(ticket: Ticket, *, category: str, now: datetime) -> PriorityFacts:
    """Return what the points table needs to know of this ticket; at most three statements."""
    waiting = now - ticket.unanswered_since if ticket.unanswered_since else timedelta()
    order, customer = ticket.order, ticket.customer
    repeats = earlier_complaints(ticket, category=category).values_list("pk", flat=True)
    ids = tuple(repeats[:MOST_REPEATS])
    return PriorityFacts(
        round=ticket.round,
        earlier_complaints=len(ids),
        repeats=ids,
        order_amount=order.amount if order else None,
        order_currency=order.currency if order else "CNY",
        vip=bool(customer and customer.vip),
        oldest_unanswered_hours=waiting.total_seconds() / 3600,
        is_public=ticket.is_public,
        author_followers=customer.followers if customer else 0,
    )
