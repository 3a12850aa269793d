"""A source whose platform does not accept our access any more says so."""

from datetime import timedelta
from typing import Any

import pytest

from intake import queries
from intake.templatetags.intake import reason_words
from outbox import services as outbox
from outbox.models import Outgoing
from tests.factories import MONDAY_TEN, make_source

pytestmark = pytest.mark.django_db


def left(scope: str, number: int, **state: Any) -> None:
    outgoing = outbox.queue(
        kind="platform",
        scope=scope,
        address="1",
        dedupe_key=f"{scope} {number}",
        body="x",
        now=MONDAY_TEN,
    )
    Outgoing.objects.filter(pk=outgoing.pk).update(**state)


def codes(source: Any) -> dict[str, str]:
    health = queries.health_of(source, now=MONDAY_TEN + timedelta(hours=1))
    return {reason.code: reason.tone for reason in health.reasons}


def test_refused_access_turns_the_light_red_until_something_is_sent_again() -> None:
    source: Any = make_source(kind="whatsapp")
    refused = {"status": "failed", "error_code": "credentials", "status_at": MONDAY_TEN}
    left(source.slug, 1, **refused)
    assert codes(source) == {"no_access": "bad", "failing": "warn"}
    health = queries.health_of(source, now=MONDAY_TEN + timedelta(hours=1))
    assert health.state == "bad"
    assert "renew the access token" in reason_words(health.reasons[0])
    later = MONDAY_TEN + timedelta(minutes=5)
    left(source.slug, 2, status="sent", sent_at=later, status_at=later)
    assert codes(source) == {"failing": "warn"}


def test_a_customer_who_blocked_us_is_no_fault_of_the_channel() -> None:
    source: Any = make_source(kind="whatsapp")
    left(source.slug, 1, status="failed", error_code="blocked", status_at=MONDAY_TEN)
    assert codes(source) == {"failing": "warn"}
