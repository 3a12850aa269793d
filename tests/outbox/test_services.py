"""Sending: in order, once, later when need be, and never for ever."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from outbox import senders, services, tasks
from outbox.errors import NothingToRetry, PermanentFailure, TemporaryFailure
from outbox.models import Outgoing, OutgoingStatus
from outbox.services import sending
from tests.factories import MONDAY_TEN

pytestmark = pytest.mark.django_db
KIND = "trial"


class Line:
    """A platform that notes what it was handed; ``answer`` decides what it says to that."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.answer: Callable[[Outgoing], str] = lambda outgoing: f"id of {outgoing.body}"

    def __call__(self, outgoing: Outgoing) -> str:
        self.bodies.append(outgoing.body)
        return self.answer(outgoing)


@pytest.fixture
def line() -> Iterator[Line]:
    taken = Line()
    senders.register(KIND, taken)
    yield taken
    del senders._senders[KIND]


def queued(body: str, **more: Any) -> Outgoing:
    values: dict[str, Any] = {
        "kind": KIND,
        "address": "a",
        "dedupe_key": f"key of {body}",
        "now": MONDAY_TEN,
    }
    return services.queue(body=body, **values | more)


def send(outgoing: Outgoing, **later: float) -> Outgoing | None:
    return services.send_one(outgoing_id=outgoing.pk, now=MONDAY_TEN + timedelta(**later))


def raising(error: Exception) -> Callable[[Outgoing], str]:
    def answer(_outgoing: Outgoing) -> str:
        raise error

    return answer


def test_a_message_is_sent_with_the_platform_s_id(line: Line) -> None:
    sent = send(queued("hello"), seconds=5)
    assert sent is not None
    assert (sent.status, sent.external_id, sent.attempts) == ("sent", "id of hello", 1)
    assert sent.sent_at == MONDAY_TEN + timedelta(seconds=5)
    assert send(sent, seconds=9) is None
    assert line.bodies == ["hello"]


def test_the_same_dedupe_key_is_queued_once() -> None:
    first, second = queued("hello"), queued("hello", address="b")
    assert first == second
    assert Outgoing.objects.get().address == "a"


def test_messages_of_one_conversation_leave_in_their_order(line: Line) -> None:
    line.answer = raising(TemporaryFailure("busy"))
    first, second = queued("first", conversation="c"), queued("second", conversation="c")
    other = queued("other", conversation="d")
    assert send(second) is None
    send(first)
    assert services.due_ids(now=MONDAY_TEN) == [other.pk]
    line.answer = lambda _outgoing: ""
    send(first, minutes=2)
    send(second, minutes=2)
    assert line.bodies == ["first", "first", "second"]


def test_a_message_that_failed_for_good_lets_the_next_one_go(line: Line) -> None:
    first, second = queued("first", conversation="c"), queued("second", conversation="c")
    line.answer = raising(PermanentFailure("no such person"))
    failed = send(first)
    assert failed is not None
    assert (failed.status, failed.last_error) == ("failed", "no such person")
    line.answer = lambda _outgoing: ""
    assert send(second) is not None


def test_what_is_due_later_waits(line: Line) -> None:
    later = queued("later", send_after=MONDAY_TEN + timedelta(minutes=5))
    assert send(later, minutes=4) is None
    assert send(later, minutes=5) is not None


def test_pauses_grow_and_end_in_a_failure(line: Line) -> None:
    line.answer = raising(TemporaryFailure("busy"))
    outgoing, now, pauses = queued("hello"), MONDAY_TEN, []
    for _ in range(services.MAX_ATTEMPTS):
        assert services.send_one(outgoing_id=outgoing.pk, now=now) is not None
        outgoing.refresh_from_db()
        pauses.append((outgoing.next_attempt_at - now).total_seconds())
        now = outgoing.next_attempt_at
    least = [20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]
    for pause, shortest in zip(pauses, least, strict=False):
        assert shortest <= pause <= shortest * (1 + sending.JITTER)
    assert now - MONDAY_TEN > timedelta(hours=6)
    assert outgoing.status == OutgoingStatus.FAILED
    assert (outgoing.error_code, outgoing.last_error) == ("unreachable", "busy")
    assert services.due_ids(now=now + timedelta(days=1)) == []


def test_messages_of_one_outage_do_not_come_back_at_once() -> None:
    pauses = {sending.pause_after(3, seed=number) for number in range(50)}
    assert len(pauses) > 40
    assert sending.pause_after(3, seed=7) == sending.pause_after(3, seed=7)


@pytest.mark.parametrize(("asked", "waited"), [(300, 300), (10**9, 7200)])
def test_a_retry_after_is_kept_within_bounds(line: Line, asked: int, waited: int) -> None:
    line.answer = raising(TemporaryFailure("busy", asked))
    after = send(queued("hello"))
    assert after is not None
    assert after.next_attempt_at == MONDAY_TEN + timedelta(seconds=waited)
    line.answer = raising(TemporaryFailure("busy", 1))
    soon = send(queued("more"))
    assert soon is not None
    assert soon.next_attempt_at >= MONDAY_TEN + services.FIRST_PAUSE


def test_a_surprise_is_tried_again(line: Line) -> None:
    line.answer = raising(KeyError("surprise"))
    after = send(queued("hello"))
    assert after is not None
    assert (after.status, after.last_error) == ("queued", "KeyError: 'surprise'")
    assert after.error_code == "unknown"


def test_a_kind_that_nobody_sends_fails() -> None:
    failed = send(queued("hello", kind="pigeon"))
    assert failed is not None
    assert failed.status == OutgoingStatus.FAILED


def test_what_a_dead_worker_left_is_taken_again_after_the_lease(line: Line) -> None:
    outgoing = queued("hello")
    assert sending._claim(outgoing.pk, MONDAY_TEN) is not None
    assert send(outgoing, minutes=4) is None
    again = send(outgoing, minutes=6)
    assert again is not None
    assert (again.status, again.attempts) == ("sent", 2)


def test_a_message_that_kills_every_worker_fails_in_the_end(line: Line) -> None:
    outgoing, now = queued("hello"), MONDAY_TEN
    for _ in range(services.MAX_ATTEMPTS):
        assert sending._claim(outgoing.pk, now) is not None
        now += services.SENDING_LEASE
    last = services.send_one(outgoing_id=outgoing.pk, now=now)
    assert last is not None
    assert (last.status, last.last_error) == ("failed", sending.DIED_EACH_TIME)
    assert line.bodies == []


def test_a_worker_that_comes_back_late_changes_nothing(line: Line) -> None:
    outgoing = queued("hello")

    def slow(_outgoing: Outgoing) -> str:
        line.answer = lambda _outgoing: "of the second"
        send(outgoing, minutes=6)
        raise TemporaryFailure("timed out")

    line.answer = slow
    late = send(outgoing)
    assert late is not None
    assert (late.status, late.external_id, late.attempts) == ("sent", "of the second", 2)


def test_whatever_the_platform_answers_can_be_kept(line: Line) -> None:
    line.answer = lambda _outgoing: "x\x00" * 400
    sent = send(queued("hello"))
    assert sent is not None
    assert (sent.status, sent.external_id) == ("sent", "x" * 255)
    line.answer = raising(TemporaryFailure("why\x00\udc80"))
    after = send(queued("more"))
    assert after is not None
    assert (after.status, after.last_error) == ("queued", "why?")


def test_only_what_has_not_left_can_be_cancelled(line: Line) -> None:
    first, second = queued("first"), queued("second")
    assert services.cancel(outgoing_id=first.pk)
    assert send(first) is None
    send(second)
    assert not services.cancel(outgoing_id=second.pk)
    second.refresh_from_db()
    assert second.status == OutgoingStatus.SENT


def test_only_a_failure_is_retried_and_starts_anew(line: Line) -> None:
    line.answer = raising(PermanentFailure("no"))
    outgoing = queued("hello")
    with pytest.raises(NothingToRetry):
        services.retry(outgoing_id=outgoing.pk, now=MONDAY_TEN)
    send(outgoing)
    services.retry(outgoing_id=outgoing.pk, now=MONDAY_TEN)
    line.answer = lambda _outgoing: ""
    sent = send(outgoing)
    assert sent is not None
    assert (sent.status, sent.attempts, sent.last_error) == ("sent", 1, "")


def test_the_sweep_sends_the_rest_when_one_cannot_be_sent(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = queued("first"), queued("second")
    whole = services.send_one

    def fragile(*, outgoing_id: int, now: Any) -> Outgoing | None:
        if outgoing_id == first.pk:
            raise RuntimeError("broken row")
        return whole(outgoing_id=outgoing_id, now=now)

    monkeypatch.setattr(services, "send_one", fragile)
    tasks.send_due()
    second.refresh_from_db()
    assert second.status == OutgoingStatus.SENT


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_a_message_once(line: Line) -> None:
    outgoings = [queued(f"message {number}") for number in range(5)]
    for outgoing in outgoings:
        together = Barrier(2)

        def work(_number: int, outgoing: Outgoing = outgoing, gate: Barrier = together) -> None:
            gate.wait(timeout=30)
            try:
                send(outgoing)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(work, range(2)))
    assert sorted(line.bodies) == [outgoing.body for outgoing in outgoings]
