"""The webhook door: what is let in, what is refused, and that nothing is stored twice."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from common import clock
from intake import services
from intake.channels.base import sign
from intake.models import DeliveryStatus, RawDelivery, Source
from tests.factories import make_source
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def source() -> Source:
    return make_source()


def post(source: Source, body: Any, *, at: int | None = None, **headers: str) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    timestamp = str(at if at is not None else int(time.time()))
    given = {
        "X-Redress-Timestamp": timestamp,
        "X-Redress-Signature": sign(source.secret, timestamp, raw),
    } | headers
    return Client().post(
        f"/intake/{source.slug}/", raw, content_type="application/json", headers=given
    )


def process_all() -> None:
    for delivery_id in services.waiting_ids(now=clock.now()):
        services.process_delivery(delivery_id=delivery_id, now=clock.now())


def test_a_signed_delivery_is_stored_and_filed(source: Source) -> None:
    body = {"id": "1", "text": "The kettle leaks", "customer": {"email": "a@example.com"}}
    response = post(source, body)
    assert response.status_code == 202
    assert response.json() == {
        "delivery": str(RawDelivery.objects.get().pk),
        "duplicate": False,
    }
    process_all()
    delivery = RawDelivery.objects.get()
    assert delivery.status == DeliveryStatus.DONE
    assert delivery.message_ids == [Message.objects.get().pk]


def test_a_delivery_takes_three_statements_at_most(
    source: Source, django_assert_max_num_queries: Any
) -> None:
    body = {"id": "1", "text": "x"}
    with django_assert_max_num_queries(3):
        post(source, body)


def test_a_replay_is_200_and_makes_no_second_ticket(source: Source) -> None:
    body = {"id": "1", "text": "x"}
    post(source, body)
    replay = post(source, body)
    assert (replay.status_code, replay.json()["duplicate"]) == (200, True)
    process_all()
    assert Ticket.objects.count() == 1


def test_the_same_id_with_another_body_is_kept_and_ignored(source: Source) -> None:
    post(source, {"id": "1", "text": "x"})
    second = post(source, {"id": "1", "text": "y"})
    assert second.status_code == 200
    process_all()
    kept = RawDelivery.objects.get(status=DeliveryStatus.IGNORED)
    assert json.loads(bytes(kept.body))["text"] == "y"
    assert "other content" in kept.reason
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Redress-Signature": "sha256=" + "0" * 64},
        {"X-Redress-Signature": "sha256=ñ"},
        {"X-Redress-Signature": ""},
        {"X-Redress-Timestamp": "soon"},
        {"X-Redress-Timestamp": "²"},
        {"X-Redress-Timestamp": ""},
    ],
)
def test_a_wrong_signature_is_401_and_stores_nothing(
    source: Source, headers: dict[str, str]
) -> None:
    response = post(source, {"id": "1", "text": "x"}, **headers)
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert not RawDelivery.objects.exists()


@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_old_or_future_timestamp_is_401(source: Source, seconds: int) -> None:
    response = post(source, {"id": "1", "text": "x"}, at=int(time.time()) + seconds * 2)
    assert response.status_code == 401
    assert response.json()["code"] == "stale_timestamp"


def test_an_altered_body_is_401(source: Source) -> None:
    timestamp = str(int(time.time()))
    signature = sign(source.secret, timestamp, b'{"id":"1","text":"x"}')
    response = post(
        source,
        b'{"id":"1","text":"y"}',
        at=int(timestamp),
        **{"X-Redress-Signature": signature},
    )
    assert response.status_code == 401


def test_an_unknown_source_is_404_with_a_problem() -> None:
    response = Client().post("/intake/nobody/", b"{}", content_type="application/json")
    assert response.status_code == 404
    assert response.json()["code"] == "unknown_source"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"id": "1"}',
        b'{"text": "x"}',
        b'{"id": "", "text": "x"}',
        b'{"id": {}, "text": "x"}',
        b'{"id": "1", "text": 5}',
        b'{"id": "1", "text": "  "}',
    ],
)
def test_a_body_that_cannot_be_used_is_400_with_a_problem(source: Source, body: bytes) -> None:
    response = post(source, body)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert not RawDelivery.objects.exists()


def test_a_body_over_the_limit_is_413(source: Source, settings: Any) -> None:
    settings.REDRESS_MAX_BODY_BYTES = 2000
    response = post(source, {"id": "1", "text": "x" * 3000})
    assert response.status_code == 413
    assert not RawDelivery.objects.exists()


def test_get_is_405(source: Source) -> None:
    assert Client().get(f"/intake/{source.slug}/").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_the_same_delivery_eight_times_at_once_is_one_row() -> None:
    source = make_source()
    at = int(time.time())

    def send(_number: int) -> tuple[int, str]:
        try:
            response = post(source, {"id": "same", "text": "x"}, at=at)
            return response.status_code, response.json()["delivery"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert sorted(code for code, _ in answers) == [200] * 7 + [202]
    assert len({delivery for _, delivery in answers}) == 1
    process_all()
    assert Ticket.objects.count() == 1


def test_odd_optional_fields_are_left_out_and_named(source: Source) -> None:
    body = {
        "id": 7,
        "text": "bad\u0000 \ud800 text",
        "sent_at": "yesterday",
        "rating": "five",
        "customer": ["nobody"],
        "order": {"number": "D1", "amount": "1e400"},
        "attachments": [{"name": "../x", "content_base64": "!!"}, "no"],
        "language": "zh_CN",
    }
    assert post(source, body).status_code == 202
    process_all()
    message = Message.objects.get()
    assert "\x00" not in message.text
    assert message.language == "zh"
    assert set(message.meta["left_out"]) == {
        "sent_at",
        "rating",
        "customer",
        "order.amount",
        "attachments[0]",
        "attachments[1]",
    }


def test_a_fault_is_tried_again_and_ends_as_a_dead_letter(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(source, {"id": "1", "text": "x"})
    delivery = RawDelivery.objects.get()

    def fail(**_kwargs: object) -> None:
        raise RuntimeError("no disk")

    monkeypatch.setattr("intake.services.filing.tickets.receive_message", fail)
    for _ in range(services.MAX_ATTEMPTS):
        RawDelivery.objects.update(next_attempt_at=clock.now())
        services.process_delivery(delivery_id=delivery.pk, now=clock.now())
    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.DEAD
    assert "no disk" in delivery.reason
    monkeypatch.undo()
    services.retry_dead(delivery_id=delivery.pk, now=clock.now())
    process_all()
    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.DONE


def test_a_refusal_is_noted_for_the_health_light(source: Source) -> None:
    post(source, {"id": "1", "text": "x"}, **{"X-Redress-Signature": "sha256=0"})
    source.refresh_from_db()
    assert source.last_refused_at is not None
    assert source.last_refusal.startswith("bad_signature")


def test_a_secret_is_encrypted_at_rest(source: Source) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM intake_source WHERE id = %s", [source.pk])
        stored = cursor.fetchone()[0]
    assert source.secret not in stored


def test_a_raw_mail_is_filed_with_its_sender(db: None) -> None:
    source = make_source(kind="email")
    raw = (
        b"From: Ann <ann@example.com>\r\nTo: care@shop.example\r\nSubject: Broken\r\n"
        b"Message-ID: <1@example.com>\r\n\r\nThe lamp is broken.\r\n"
    )
    response = Client().post(
        f"/intake/{source.slug}/",
        raw,
        content_type="message/rfc822",
        headers={"Authorization": f"Bearer {source.secret}"},
    )
    assert response.status_code == 202
    process_all()
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.channel) == ("Broken", "email")
    assert ticket.customer is not None
    assert ticket.customer.name == "Ann"
