"""What is known of a customer."""

from django.db.models import QuerySet

from tickets.models import Customer, Order, Ticket


def customer_history(customer: Customer, *, limit: int = 50) -> QuerySet[Ticket]:
    """Return the customer's tickets over all channels, newest first."""
    return customer.tickets.select_related("owner").order_by("-opened_at", "-id")[:limit]


def open_tickets_of(customer: Customer) -> QuerySet[Ticket]:
    """Return the customer's open tickets, oldest first: the survivors of a merge."""
    return customer.tickets.all().open().order_by("opened_at", "id")


def find_order(number: str) -> Order | None:
    """Return what is known of an order, or None."""
    return Order.objects.filter(number=number).first() if number else None
