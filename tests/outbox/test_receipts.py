"""What platforms say of our messages: late, early, twice, in any order."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import permutations
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from outbox import senders, services
from outbox.models import HeldReceipt, Outgoing, OutgoingStatus
from outbox.services import sending
from tests.factories import MONDAY_TEN

pytestmark = pytest.mark.django_db
KIND = "trial"


@pytest.fixture(autouse=True)
def _line() -> Iterator[None]:
    senders.register(KIND, lambda outgoing: f"id of {outgoing.body}")
    yield
    del senders._senders[KIND]


def queued(body: str = "hello", **more: Any) -> Outgoing:
    values: dict[str, Any] = {
        "kind": KIND,
        "scope": "shop",
        "address": "anna",
        "dedupe_key": f"key of {body}",
        "now": MONDAY_TEN,
    }
    return services.queue(body=body, **values | more)


def sent(body: str = "hello", **more: Any) -> Outgoing:
    outgoing = queued(body, **more)
    services.send_one(outgoing_id=outgoing.pk, now=MONDAY_TEN)
    return outgoing


def receipt(state: str, **more: Any) -> bool:
    values: dict[str, Any] = {
        "scope": "shop",
        "external_id": "id of hello",
        "now": MONDAY_TEN + timedelta(minutes=1),
    }
    return services.record_receipt(state=state, **values | more)


def status_of(outgoing: Outgoing) -> str:
    outgoing.refresh_from_db()
    return outgoing.status


def test_a_message_becomes_delivered_and_read() -> None:
    outgoing = sent()
    assert receipt("delivered", at=MONDAY_TEN + timedelta(seconds=9))
    assert status_of(outgoing) == "delivered"
    assert outgoing.status_at == MONDAY_TEN + timedelta(seconds=9)
    assert receipt("read")
    assert status_of(outgoing) == "read"


@pytest.mark.parametrize("order", tuple(permutations(["sent", "delivered", "read", "failed"])))
def test_the_order_in_which_receipts_come_makes_no_difference(order: tuple[str, ...]) -> None:
    outgoing = sent()
    for state in (*order, *order):
        receipt(state)
    assert status_of(outgoing) == "read"


def test_a_receipt_that_comes_twice_is_no_news() -> None:
    sent()
    assert receipt("delivered")
    assert not receipt("delivered")


def test_a_failure_tells_its_reason() -> None:
    outgoing = sent()
    assert receipt("failed", code="blocked", why="the customer has blocked us\x00")
    assert status_of(outgoing) == "failed"
    assert (outgoing.error_code, outgoing.last_error) == ("blocked", "the customer has blocked us")


def test_a_receipt_that_was_quicker_than_our_own_note_counts() -> None:
    outgoing = queued()
    assert not receipt("delivered")
    assert not receipt("delivered")
    assert status_of(outgoing) == "queued"
    after = services.send_one(outgoing_id=outgoing.pk, now=MONDAY_TEN)
    assert after is not None
    assert after.status == status_of(outgoing) == "delivered"
    assert not HeldReceipt.objects.exists()


def test_a_receipt_of_another_source_is_not_taken_for_ours() -> None:
    outgoing = sent()
    assert not receipt("read", scope="other")
    assert status_of(outgoing) == "sent"


def test_the_marker_finds_a_message_whose_worker_died_before_it_noted_the_id() -> None:
    outgoing = queued()
    assert sending._claim(outgoing.pk, MONDAY_TEN) is not None
    assert receipt("sent", marker=outgoing.dedupe_key)
    assert status_of(outgoing) == "sent"
    assert outgoing.external_id == "id of hello"
    later = MONDAY_TEN + timedelta(hours=1)
    assert services.send_one(outgoing_id=outgoing.pk, now=later) is None


def test_a_late_failure_of_the_first_try_does_not_fail_the_second() -> None:
    outgoing = sent()
    receipt("failed")
    services.retry(outgoing_id=outgoing.pk, now=MONDAY_TEN)
    assert not receipt("failed", marker=outgoing.dedupe_key)
    assert status_of(outgoing) == "queued"


def test_a_watermark_covers_all_that_was_sent_by_then() -> None:
    early, other, late = sent("one"), sent("two", address="ben"), queued("three")
    services.send_one(outgoing_id=late.pk, now=MONDAY_TEN + timedelta(seconds=50))
    at = MONDAY_TEN + timedelta(seconds=20)
    assert receipt("read", external_id="", address="anna", at=at)
    assert [status_of(one) for one in (early, other, late)] == ["read", "sent", "sent"]


def test_a_watermark_that_comes_before_our_own_note_counts() -> None:
    outgoing = queued()
    assert not receipt("read", external_id="", address="anna", at=MONDAY_TEN)
    assert not receipt("read", external_id="", address="anna", at=MONDAY_TEN - timedelta(hours=1))
    assert HeldReceipt.objects.get().at == MONDAY_TEN
    services.send_one(outgoing_id=outgoing.pk, now=MONDAY_TEN)
    assert status_of(outgoing) == "read"
    late = queued("later")
    services.send_one(outgoing_id=late.pk, now=MONDAY_TEN + timedelta(minutes=1))
    assert status_of(late) == "sent"


def test_what_never_turns_out_to_be_ours_is_forgotten() -> None:
    receipt("read")
    assert services.forget_held(now=MONDAY_TEN + timedelta(days=6)) == 0
    assert services.forget_held(now=MONDAY_TEN + timedelta(days=8)) == 1


def test_a_cancelled_message_stays_cancelled() -> None:
    outgoing = queued()
    services.cancel(outgoing_id=outgoing.pk)
    receipt("delivered", marker=outgoing.dedupe_key)
    assert status_of(outgoing) == "cancelled"


@pytest.mark.django_db(transaction=True)
def test_a_receipt_and_our_own_note_at_the_same_moment_never_miss_each_other() -> None:
    outgoings = [queued(f"message {number}") for number in range(8)]
    for outgoing in outgoings:
        together = Barrier(2)

        def note(outgoing: Outgoing = outgoing, gate: Barrier = together) -> None:
            claimed = sending._claim(outgoing.pk, MONDAY_TEN)
            assert claimed is not None
            gate.wait(timeout=30)
            name = f"id of {outgoing.body}"
            sending._finish(claimed, OutgoingStatus.SENT, MONDAY_TEN, external_id=name)
            connections.close_all()

        def tell(outgoing: Outgoing = outgoing, gate: Barrier = together) -> None:
            gate.wait(timeout=30)
            receipt("delivered", external_id=f"id of {outgoing.body}")
            connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(note), pool.submit(tell)]:
                done.result()
    assert [status_of(outgoing) for outgoing in outgoings] == ["delivered"] * 8
    assert not HeldReceipt.objects.exists()
