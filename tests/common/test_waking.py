"""common/waking.py: a burst of rows needs few wake-ups, and the last row is never forgotten."""

from collections.abc import Callable

import pytest

from common import waking
from common.tasks import record_heartbeat


class Timers:
    """Stands in for threading.Timer: time passes when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def __call__(self, seconds: float, call: Callable[[], None]) -> "Timers":
        self.waiting.append(call)
        return self

    def start(self) -> None: ...

    def pass_pause(self) -> None:
        waiting, self.waiting = self.waiting, []
        for call in waiting:
            call()


@pytest.fixture
def timers(monkeypatch) -> Timers:
    timers = Timers()
    monkeypatch.setattr(waking.threading, "Timer", timers)
    monkeypatch.setattr(waking, "PAUSE_SECONDS", 0.05)
    return timers


def test_the_first_call_is_sent_at_once(timers, sent_tasks):
    waking.Waker(record_heartbeat).wake()
    assert len(sent_tasks) == 1


def test_a_burst_is_sent_once_more_after_its_last_call(timers, sent_tasks):
    waker = waking.Waker(record_heartbeat)
    for _ in range(10):
        waker.wake()
    timers.pass_pause()
    assert len(sent_tasks) == 2


def test_a_single_call_is_not_sent_again(timers, sent_tasks):
    waking.Waker(record_heartbeat).wake()
    timers.pass_pause()
    timers.pass_pause()
    assert len(sent_tasks) == 1


def test_a_call_after_the_pause_is_sent_at_once_again(timers, sent_tasks):
    waker = waking.Waker(record_heartbeat)
    waker.wake()
    timers.pass_pause()
    waker.wake()
    assert len(sent_tasks) == 2


def test_calls_that_never_cease_are_sent_once_in_a_pause(timers, sent_tasks):
    waker = waking.Waker(record_heartbeat)
    for _ in range(5):
        for _ in range(7):
            waker.wake()
        timers.pass_pause()
    assert len(sent_tasks) == 6
