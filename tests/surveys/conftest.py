"""Tickets that came in and were resolved, by the hub's own verbs.

Django is imported inside: this file is read before it is set up.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from accounts.models import User
    from tickets.models import Ticket

RESOLVED_AT = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)


def _person(code: str, **fields: Any) -> "User":
    from accounts.models import Team
    from tests.factories import make_user

    Team.objects.get_or_create(code=code, defaults={"name_en": code, "name_zh": code})
    return make_user(teams=code, **fields)


@pytest.fixture
def agent(db) -> "User":
    return _person("L", display_name="Ada")


@pytest.fixture
def senior(db) -> "User":
    return _person("S", display_name="Sam", role="senior")


@pytest.fixture
def make_ticket(db) -> "Callable[..., Ticket]":
    """Return a function that files a complaint by mail; same e-mail, same customer."""
    from tests import factories
    from tickets.models import Ticket

    count = 0

    def make(*, category: str = "logistics.lost-parcel", flags: Any = (), **more: Any) -> Ticket:
        nonlocal count
        count += 1
        fields = {
            "channel": "email",
            "text": "My parcel never came.",
            "subject": "Parcel",
            "language": "en",
            "emails": (f"customer{count}@mail.example",),
        }
        filed = factories.ticket(at=RESOLVED_AT, **fields | more)
        Ticket.objects.filter(pk=filed.pk).update(category=category, flags=list(flags))
        filed.refresh_from_db()
        return filed

    return make


@pytest.fixture
def resolve(agent: "User") -> "Callable[..., Ticket]":
    """Return a function that resolves a ticket with everything that is needed."""
    from tests import factories

    def do(ticket: "Ticket", *, by: Any = None, now: datetime = RESOLVED_AT) -> "Ticket":
        said = {} if ticket.language == "zh" else {"message": "We found it. It comes tomorrow."}
        factories.resolved(ticket, by=by or agent, at=now, **said)
        ticket.refresh_from_db()
        return ticket

    return do
