"""What waits at the triage desk, in the order in which an answer is worth most."""

from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, QuerySet

from accounts.models import User
from tickets import queries as pool
from tickets import states
from tickets.models import Ticket
from triage.models import Claim, Label, Prediction

FREQUENCY_WINDOW = timedelta(days=7)
MOST_WAITING = 400
# Whoever opens a ticket at the desk has it this long; then the next one may.
CLAIM_TIME = timedelta(minutes=3)
_RISK = {1: 4.0, 2: 1.5, 3: 1.0}
# A class that was never seen is worth an answer too.
_RARE = 0.02


def waiting_at_desk(user: User, now: datetime) -> list[Ticket]:
    """Return what waits for a person: what may be urgent first, then what teaches most.

    An answer teaches most where the model is unsure, where many tickets are alike, and where a
    mistake would hurt. Tickets that a colleague looks at just now are left out.
    """
    held = Claim.objects.filter(ticket_id=OuterRef("pk"), until__gt=now).exclude(by=user)
    waiting = _with_people(pool.view_tickets("triage", user, now)).filter(~Exists(held))
    shares = _shares(now - FREQUENCY_WINDOW)
    asked = sorted(waiting[:MOST_WAITING], key=lambda ticket: _order(ticket, shares))
    return [*asked, *_with_people(_to_check(user)).filter(~Exists(held))[:MOST_WAITING]]


def _with_people(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    return tickets.select_related("customer", "owner", "team").order_by("priority", "id")


def _to_check(user: User) -> QuerySet[Ticket]:
    """Return tickets that were filed alone, drawn by lot, and that nobody has looked at yet."""
    drawn = Prediction.objects.filter(ticket_id=OuterRef("pk"), is_check=True)
    answered = Label.objects.filter(ticket_id=OuterRef("pk"), field="category")
    return pool.visible_tickets(user).filter(
        Exists(drawn), ~Exists(answered), abstained=False, status__in=sorted(_CHECKED_STATES)
    )


_CHECKED_STATES = states.OPEN_STATES | {states.RESOLVED, states.CLOSED}


def _shares(since: datetime) -> dict[str, float]:
    counts = dict(
        Prediction.objects.filter(created_at__gte=since)
        .order_by()
        .values_list("category")
        .annotate(n=Count("id"))
    )
    total = sum(counts.values()) or 1
    return {category: count / total for category, count in counts.items()}


def _order(ticket: Ticket, shares: dict[str, float]) -> tuple[bool, float, int]:
    is_urgent = ticket.priority == 1 or bool(ticket.flags)
    doubt = 1 - (ticket.confidence or 0.0)
    worth = doubt * max(shares.get(ticket.category, 0.0), _RARE) * _RISK.get(ticket.priority, 1.0)
    return (not is_urgent, -worth, ticket.pk)


def is_check(ticket: Ticket) -> bool:
    """Tell whether the ticket is at the desk only to see whether filing alone was right."""
    return not ticket.abstained and Prediction.objects.filter(ticket=ticket, is_check=True).exists()
