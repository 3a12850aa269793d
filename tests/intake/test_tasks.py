"""Reading what waits: shared between workers, and never in circles."""

from typing import Any

import pytest

from intake import tasks


def test_what_nobody_can_read_now_is_left_to_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def leave(*, delivery_id: int, now: Any) -> None:
        asked.append(delivery_id)

    waiting = list(range(tasks.AT_ONCE))
    monkeypatch.setattr(tasks.services, "waiting_ids", lambda **_more: waiting)
    monkeypatch.setattr(tasks.services, "process_delivery", leave)
    tasks.process_waiting()
    assert asked == waiting
