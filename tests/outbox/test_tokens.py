"""Access tokens: one worker asks, all of them use it, and in time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier, Lock
from time import sleep
from typing import Any

import pytest
from django.db import connections

from outbox import services
from outbox.errors import TemporaryFailure
from outbox.models import AccessToken
from outbox.services import Fetched, tokens
from tests.factories import MONDAY_TEN

pytestmark = pytest.mark.django_db


class Platform:
    """Gives a new token each time; ``asked`` are the questions."""

    def __init__(self, seconds: float = 7200) -> None:
        self.seconds = seconds
        self.asked: list[tuple[str, bool]] = []

    def __call__(self, refresh: str, was_refused: bool) -> Fetched:
        self.asked.append((refresh, was_refused))
        number = len(self.asked)
        return Fetched(f"token {number}", self.seconds, f"refresh {number}")


def get(platform: Any, at: datetime = MONDAY_TEN) -> str:
    return services.get_token(name="shop", fetch=platform, now=lambda: at)


def test_a_token_is_asked_for_once_and_kept_encrypted() -> None:
    platform = Platform()
    assert get(platform) == get(platform) == "token 1"
    assert platform.asked == [("", False)]
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT value FROM outbox_accesstoken")
        assert "token 1" not in cursor.fetchone()[0]


def test_the_next_one_is_asked_for_before_it_runs_out() -> None:
    platform = Platform()
    get(platform)
    early = MONDAY_TEN + timedelta(seconds=7200) - timedelta(minutes=4)
    assert get(platform, early) == "token 2"
    assert platform.asked[1] == ("refresh 1", False)


def test_while_another_worker_asks_the_old_one_serves() -> None:
    platform = Platform()
    get(platform)
    AccessToken.objects.update(fetching_until=MONDAY_TEN + timedelta(hours=3))
    assert get(platform, MONDAY_TEN + timedelta(minutes=118)) == "token 1"


def test_who_waits_for_another_worker_in_vain_comes_back_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tokens, "WAIT_SECONDS", 0.0)
    AccessToken.objects.create(name="shop", fetching_until=MONDAY_TEN + timedelta(seconds=9))
    with pytest.raises(TemporaryFailure):
        get(Platform())
    assert get(Platform(), MONDAY_TEN + timedelta(seconds=10)) == "token 1"


def test_a_fault_of_the_platform_holds_nobody_up() -> None:
    def broken(_refresh: str, _was_refused: bool) -> Fetched:
        raise TemporaryFailure("down")

    with pytest.raises(TemporaryFailure, match="down"):
        get(broken)
    assert get(Platform()) == "token 1"


def test_a_token_that_was_refused_is_replaced_and_only_once_in_a_while() -> None:
    platform = Platform()

    def renew(refused: str) -> str:
        return services.renew_token(
            name="shop", refused=refused, fetch=platform, now=lambda: MONDAY_TEN
        )

    get(platform)
    assert renew("token 1") == "token 2"
    assert renew("token 1") == "token 2"
    assert platform.asked == [("", False), ("refresh 1", True)]
    with pytest.raises(TemporaryFailure, match="just given"):
        renew("token 2")


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_ask_at_once() -> None:
    together, guard, platform = Barrier(4), Lock(), Platform()
    busy: list[int] = []

    def slow(refresh: str, was_refused: bool) -> Fetched:
        with guard:
            busy.append(1)
            assert len(busy) == 1
        sleep(0.3)
        with guard:
            busy.pop()
        return platform(refresh, was_refused)

    def work(_number: int) -> str:
        together.wait(timeout=30)
        try:
            return get(slow)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(work, range(4))) == {"token 1"}
    assert len(platform.asked) == 1
