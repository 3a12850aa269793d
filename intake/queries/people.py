"""Who calls, and what it may be about."""

from collections.abc import Sequence

from accounts.models import User
from tickets.identity import normal_phone
from tickets.models import Customer, Identity, IdentityKind, Ticket
from tickets.queries import open_tickets_of, visible_tickets

MOST_SHOWN = 20


def find_caller(number: str, *, region: str) -> Customer | None:
    """Return whom a number belongs to, however it is written; None for nobody we know."""
    normal = normal_phone(number, region)
    if not normal:
        return None
    rows = Identity.objects.select_related("customer").filter(
        kind=IdentityKind.PHONE, namespace="", value=normal
    )
    found = rows.first()
    return found.customer if found else None


def open_tickets_for(user: User, customer: Customer) -> Sequence[Ticket]:
    """Return the open tickets of a customer that this person may open, oldest first."""
    rows = open_tickets_of(customer).filter(pk__in=visible_tickets(user).values("pk"))
    return list(rows[:MOST_SHOWN])
