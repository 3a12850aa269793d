"""Things that tests need: people, incoming messages, tickets, sources."""

import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Team, User
from intake.models import Source
from tickets import queries, services
from tickets.models import Ticket
from tickets.records import IncomingMessage, IncomingOrder, TriageDecision

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A Monday morning in service hours.
MONDAY_TEN = datetime(2026, 11, 16, 10, tzinfo=SHANGHAI)
_numbers = itertools.count(1)


def make_user(*, teams: str = "", **values: Any) -> User:
    """Add an agent; give ``role`` and ``teams`` (codes, such as "LQ") for others."""
    number = next(_numbers)
    defaults = {"username": f"person{number}", "display_name": f"Person {number}", "role": "agent"}
    user = User.objects.create(**(defaults | values))
    user.teams.set(Team.objects.filter(code__in=list(teams)))
    return user


def make_source(**values: Any) -> Source:
    """Add a generic webhook with a known secret."""
    defaults = {
        "slug": f"shop-{next(_numbers)}",
        "name": "Shop",
        "kind": "generic",
        "secret": "a secret for tests",
    }
    return Source.objects.create(**(defaults | values))


def incoming(**changes: Any) -> IncomingMessage:
    """Return a message from a new customer, vouched for by its source."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "source": "shop",
        "channel": "generic",
        "external_id": f"m-{number}",
        "text": "订单三天没物流更新,麻烦查下",
        "received_at": MONDAY_TEN,
        "emails": (f"customer{number}@example.com",),
        "identity_verified": True,
    }
    return IncomingMessage(**(values | changes))


def ticket(*, at: datetime = MONDAY_TEN, order_number: str = "", **changes: Any) -> Ticket:
    """File a message and return its ticket."""
    if order_number:
        changes["order"] = IncomingOrder(number=order_number)
    received = services.receive_message(incoming=incoming(received_at=at, **changes), now=at)
    assert received is not None
    return received.ticket


def decision(**changes: Any) -> TriageDecision:
    """Return a sure reading: a stuck parcel, calm, P2."""
    values: dict[str, Any] = {
        "category": "logistics.stuck-parcel",
        "category_probability": 0.93,
        "priority": 2,
        "emotion": 0,
        "language": "zh",
        "confidence": 0.93,
        "abstained": False,
        "model_version": 1,
    }
    return TriageDecision(**(values | changes))


def triaged(filed: Ticket, *, at: datetime = MONDAY_TEN, **changes: Any) -> Ticket:
    """Apply a reading to a ticket, as triage does: with what the ticket repeats."""
    said = decision(**changes)
    repeats = queries.earlier_complaints(filed, category=said.category).values_list("pk", flat=True)
    return services.apply_triage(
        ticket_id=filed.pk,
        message_id=filed.last_customer_message_id or 0,
        decision=replace(said, repeats=tuple(repeats)),
        now=at + timedelta(seconds=2),
    )


def resolved(filed: Ticket, *, by: User, at: datetime, **changes: Any) -> Ticket:
    """Resolve a ticket with everything that it takes."""
    values: dict[str, Any] = {
        "reason": "remedied",
        "responsible_party": "carrier",
        "remedy": "TR",
        "message": "已为您找到包裹,明天 12:00 前送达。",
        "root_cause": "sorting error",
    }
    return services.resolve(ticket_id=filed.pk, by=by, now=at, **(values | changes))
