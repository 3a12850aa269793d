"""Raw copies are kept for a set time, then only their digest."""

from datetime import timedelta

import pytest

from common import clock
from intake import services
from intake.models import RawDelivery
from intake.services import retention
from tests.factories import make_source, make_user

pytestmark = pytest.mark.django_db


def deliver(number, *, days_ago, status):
    at = clock.now() - timedelta(days=days_ago)
    body = f"body {number}".encode()
    stored = services.store(
        source=make_source(),
        body=body,
        external_id=str(number),
        verified="",
        now=at,
        headers={"user-agent": "x"},
    )
    rows = RawDelivery.objects.filter(pk=stored.delivery_id)
    rows.update(status=status, processed_at=None if status == "received" else at)
    return rows.get()


def test_what_ended_long_ago_loses_its_body_and_nothing_else(settings):
    settings.REDRESS_RAW_DELIVERY_DAYS = 90
    rows = {
        (days, status): deliver(f"{days}{status}", days_ago=days, status=status)
        for days in (89, 91)
        for status in ("done", "ignored", "dead", "received")
    }
    assert retention.remove_old_bodies(now=clock.now()) == 2
    for (days, status), before in rows.items():
        row = RawDelivery.objects.get(pk=before.pk)
        is_gone = days == 91 and status in {"done", "ignored"}
        assert (bytes(row.body) == b"") is is_gone
        assert (row.body_removed_at is not None) is is_gone
        assert row.digest == before.digest
    assert retention.remove_old_bodies(now=clock.now()) == 0


def test_it_goes_on_batch_by_batch(settings, monkeypatch):
    settings.REDRESS_RAW_DELIVERY_DAYS = 1
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(5):
        deliver(number, days_ago=2, status="done")
    assert retention.remove_old_bodies(now=clock.now()) == 5


def test_zero_days_keep_them_for_good(settings):
    settings.REDRESS_RAW_DELIVERY_DAYS = 0
    deliver(1, days_ago=1000, status="done")
    assert retention.remove_old_bodies(now=clock.now()) == 0


def test_the_page_says_when_it_was_removed(client, settings):
    settings.REDRESS_RAW_DELIVERY_DAYS = 1
    row = deliver(1, days_ago=2, status="done")
    retention.remove_old_bodies(now=clock.now())
    client.force_login(make_user(role="supervisor"))
    page = client.get(f"/deliveries/{row.pk}/").content.decode()
    assert "The body was removed on Today" in page
    assert row.digest in page
    assert client.get(f"/deliveries/{row.pk}/raw/").status_code == 404
