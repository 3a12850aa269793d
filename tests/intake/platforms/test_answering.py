"""Replies on each platform, over real HTTP: who gets them, what comes back, and what goes wrong."""

import pytest

from common import clock
from outbox import services
from outbox.models import Outgoing, OutgoingStatus
from tests.intake.platforms.stage import Stage, at_once, platforms_with
from tests.intake.standins.base import Received

WORDS = "很抱歉,今天就补发 <顺丰> & 致电您。"
SHOWN = {
    # Slack has three entities; the customer sees the signs themselves.
    "slack": "很抱歉,今天就补发 &lt;顺丰&gt; &amp; 致电您。",
}
SECONDS = 1700
each_platform = platforms_with("reply")
# The library still talks to SendGrid, whose own people test it no more.
pytestmark = pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning")


def the_one(stage: Stage) -> Received:
    (received,) = stage.platform.received
    return received


def assert_received(stage: Stage) -> None:
    received = the_one(stage)
    assert received.to == stage.platform.address
    # Mail carries more than the words: a greeting, the ticket's number.
    assert SHOWN.get(stage.platform.name, WORDS) in received.text


@each_platform
def test_a_reply_reaches_the_customer_once_though_three_workers_try(stage: Stage) -> None:
    outgoing = stage.answer(WORDS)
    now = clock.now()

    def send() -> Outgoing | None:
        return services.send_one(outgoing_id=outgoing.pk, now=now)

    at_once([send, send, send])
    outgoing.refresh_from_db()
    assert (outgoing.status, outgoing.last_error) == (OutgoingStatus.SENT, "")
    assert_received(stage)


@each_platform
def test_too_many_is_tried_again_later_or_when_the_platform_says(stage: Stage) -> None:
    outgoing = stage.answer(WORDS)
    stage.platform.faults.append(stage.platform.too_many(SECONDS))
    now = clock.now()
    outgoing = stage.send_at(outgoing, now)
    assert outgoing.status == OutgoingStatus.QUEUED
    assert outgoing.last_error
    pause = (outgoing.next_attempt_at - now).total_seconds()
    assert 0 < pause < SECONDS if "Retry-After" in stage.platform.lacks else pause == SECONDS
    assert stage.send(outgoing).status == OutgoingStatus.SENT
    assert_received(stage)


@each_platform
def test_a_platform_that_is_out_of_order_gets_the_reply_when_it_is_back(stage: Stage) -> None:
    outgoing = stage.answer(WORDS)
    stage.platform.faults.extend([stage.platform.out_of_order()] * 2)
    for _ in range(2):
        outgoing = stage.send(outgoing)
        assert outgoing.status == OutgoingStatus.QUEUED
        assert stage.platform.received == []
    assert stage.send(outgoing).status == OutgoingStatus.SENT
    assert_received(stage)


@each_platform
def test_a_refusal_is_final_and_says_why(stage: Stage) -> None:
    outgoing = stage.answer(WORDS)
    stage.platform.faults.append(stage.platform.refusal())
    outgoing = stage.send(outgoing)
    assert outgoing.status == OutgoingStatus.FAILED
    assert stage.platform.refusal_words in outgoing.last_error
    assert stage.platform.received == []


@platforms_with("reply", "renewal")
def test_a_token_that_ran_out_is_renewed_and_the_reply_leaves(stage: Stage) -> None:
    outgoing = stage.answer(WORDS)
    # A first reply, so that the token is one that we hold.
    assert stage.send(outgoing).status == OutgoingStatus.SENT
    stage.platform.received.clear()
    second = stage.answer(WORDS)
    stage.platform.faults.append(stage.platform.expired())
    second = stage.send(second)
    if second.status == OutgoingStatus.QUEUED:
        second = stage.send(second)
    assert second.status == OutgoingStatus.SENT
    assert_received(stage)


@platforms_with("reply", "fixed token")
def test_a_token_that_an_administrator_must_renew_fails_readably_and_can_be_sent_again(
    stage: Stage,
) -> None:
    outgoing = stage.answer(WORDS)
    stage.platform.faults.append(stage.platform.expired())
    outgoing = stage.send(outgoing)
    assert outgoing.status == OutgoingStatus.FAILED
    for name, secret in stage.platform.secrets.items():
        assert secret not in outgoing.last_error, name
    services.retry(outgoing_id=outgoing.pk, now=clock.now())
    assert stage.send(outgoing).status == OutgoingStatus.SENT
    assert_received(stage)
