"""What became of a reply, as its platform tells us: late, early, twice and in any order."""

import pytest

from intake.models import DeliveryStatus
from outbox.models import Outgoing, OutgoingStatus
from tests.intake.platforms.stage import Stage, platforms_with
from tests.intake.standins import STAND_INS
from tests.intake.standins.base import Received

WORDS = "很抱歉,今天就补发。"


def replied(stage: Stage) -> tuple[Outgoing, Received]:
    outgoing = stage.send(stage.answer(WORDS))
    assert outgoing.status == OutgoingStatus.SENT
    return outgoing, stage.platform.received[-1]


def tell(stage: Stage, sent: Received, state: str) -> None:
    call = stage.platform.receipt(sent, state)
    assert call is not None
    heard = stage.platform.deliver(call)
    assert stage.platform.is_content(heard[-1]), heard
    stage.read()
    assert not stage.deliveries.filter(status=DeliveryStatus.DEAD).exists()


@platforms_with("reply", "delivered")
def test_a_reply_that_arrived_is_delivered(stage: Stage) -> None:
    outgoing, sent = replied(stage)
    for _ in range(2):
        tell(stage, sent, "delivered")
        outgoing.refresh_from_db()
        assert outgoing.status == OutgoingStatus.DELIVERED


@platforms_with("reply", "read")
def test_a_reply_that_was_seen_is_read(stage: Stage) -> None:
    outgoing, sent = replied(stage)
    tell(stage, sent, "read")
    outgoing.refresh_from_db()
    assert outgoing.status == OutgoingStatus.READ


@platforms_with("reply", "delivered", "read")
def test_a_delivery_that_is_told_after_the_reading_changes_nothing(stage: Stage) -> None:
    outgoing, sent = replied(stage)
    tell(stage, sent, "read")
    tell(stage, sent, "delivered")
    outgoing.refresh_from_db()
    assert outgoing.status == OutgoingStatus.READ


@platforms_with("reply", "failed")
def test_a_reply_that_did_not_arrive_has_failed_with_the_reason(stage: Stage) -> None:
    outgoing, sent = replied(stage)
    tell(stage, sent, "failed")
    outgoing.refresh_from_db()
    assert outgoing.status == OutgoingStatus.FAILED
    assert outgoing.error_code
    assert outgoing.last_error


@platforms_with("reply", "delivered")
def test_a_receipt_is_no_message_of_the_customer(stage: Stage) -> None:
    _outgoing, sent = replied(stage)
    before = stage.texts
    tell(stage, sent, "delivered")
    tell(stage, Received("never-sent", sent.to, ""), "delivered")
    assert stage.texts == before


@pytest.mark.parametrize("kind", STAND_INS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("state", ["delivered", "read", "failed"])
def test_a_state_without_a_receipt_is_named_in_the_table(kind: type, state: str) -> None:
    platform = kind()
    platform.door = "http://127.0.0.1:1/intake/x/"
    has_receipt = platform.receipt(Received("1", "2", ""), state) is not None
    assert has_receipt == (state not in platform.lacks)
