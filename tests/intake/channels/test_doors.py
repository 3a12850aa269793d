"""The platforms at the real door: handshakes, the words that they wait for, the ledger."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from common import clock
from intake import services
from intake.models import DeliveryStatus, RawDelivery, Source
from tests.factories import SourceFactory
from tests.intake.channels import platforms
from tests.intake.channels.platforms import Platform
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


def source_of(platform: Platform) -> Source:
    secret = json.dumps(platform.secrets)
    made: Any = SourceFactory(kind=platform.kind, secret=secret, settings=platform.settings)
    assert isinstance(made, Source)
    return made


def post(platform: Platform, source: Source, body: bytes) -> Any:
    signed = platform.request(body, at=datetime.fromtimestamp(time.time(), UTC))
    return Client().post(
        f"/intake/{source.slug}/",
        signed.body,
        content_type=signed.headers.get("content-type", "application/json"),
        headers=dict(signed.headers),
        query_params=dict(signed.query),
    )


def process_all() -> None:
    for delivery_id in services.waiting_ids(now=clock.now()):
        services.process_delivery(delivery_id=delivery_id, now=clock.now())


def recorded(name: str) -> bytes:
    return (platforms.DATA / name).read_bytes()


def test_an_edit_joins_the_ticket_and_a_second_delivery_is_nothing_new() -> None:
    source = source_of(platforms.TELEGRAM)
    for name in ("message", "message", "edit"):
        response = post(platforms.TELEGRAM, source, recorded(f"telegram_{name}.json"))
        assert (response.status_code, response.content) == (200, b"")
    process_all()
    assert Ticket.objects.count() == 1
    assert [message.kind for message in Message.objects.order_by("pk")] == ["customer", "auto"]
    assert RawDelivery.objects.get(external_id="update:700000001").repeats == 1


def test_an_edit_alone_opens_no_ticket() -> None:
    post(platforms.TELEGRAM, source_of(platforms.TELEGRAM), recorded("telegram_edit.json"))
    process_all()
    assert not Ticket.objects.exists()
    assert RawDelivery.objects.get().status == DeliveryStatus.IGNORED


def test_line_tries_the_address_and_finds_it() -> None:
    response = post(platforms.LINE, source_of(platforms.LINE), b'{"events": []}')
    assert response.status_code == 200
    process_all()
    assert RawDelivery.objects.get().status == DeliveryStatus.IGNORED


def test_slack_gets_its_challenge_back() -> None:
    source = source_of(platforms.SLACK)
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()
    response = post(platforms.SLACK, source, body)
    assert (response.status_code, response.content) == (200, b"3eZbrw1a")
    assert not RawDelivery.objects.exists()
    forged = Client().post(f"/intake/{source.slug}/", body, content_type="application/json")
    assert forged.status_code == 401


def test_what_cannot_be_read_is_taken_and_becomes_a_dead_letter() -> None:
    assert post(platforms.SLACK, source_of(platforms.SLACK), b"not json").status_code == 200
    process_all()
    delivery = RawDelivery.objects.get()
    assert (delivery.status, delivery.reason != "") == (DeliveryStatus.DEAD, True)


def test_a_forged_delivery_is_refused_and_noted_on_the_source() -> None:
    source = source_of(platforms.LINE)
    response = Client().post(
        f"/intake/{source.slug}/",
        recorded("line_unsend.json"),
        content_type="application/json",
        headers={"X-Line-Signature": "x"},
    )
    assert response.status_code == 401
    assert not RawDelivery.objects.exists()
    source.refresh_from_db()
    assert "X-Line-Signature" in source.last_refusal


def test_a_platforms_delivery_takes_three_statements_at_most(
    django_assert_max_num_queries: Any,
) -> None:
    source = source_of(platforms.LINE)
    with django_assert_max_num_queries(3):
        post(platforms.LINE, source, recorded("line_two_events.json"))


def test_a_get_without_a_handshake_is_405() -> None:
    source = source_of(platforms.TELEGRAM)
    assert Client().get(f"/intake/{source.slug}/").status_code == 405
