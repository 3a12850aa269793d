"""Whatever becomes of a genuine delivery on its way, an adapter reads it or says why not."""

import random
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from intake.channels import ADAPTERS, adapter_for
from intake.channels.base import Door, RawRequest
from intake.errors import BadBody, Refused, Unreadable
from tests.intake.channels.test_robustness import check, mutate
from tests.intake.standins import STAND_INS, StandIn
from tests.intake.standins.base import Call

MUTANTS = 120
NOW = datetime.now(UTC)
# Nothing is posted to these but what our own pages have checked.
WITHOUT_DOOR = {"chat", "marketplace"}


def connected(kind: type[StandIn]) -> StandIn:
    platform = kind()
    platform.door = "http://127.0.0.1:8000/intake/door/"
    return platform


def plain_body(platform: StandIn, letter: Any) -> tuple[bytes, dict[str, str]]:
    """Return a body before it is signed or encrypted, and its headers."""
    kept: list[bytes] = []

    def keep(body: bytes, *_args: Any) -> Call:
        kept.append(body)
        return Call(body)

    sign, platform.signed = platform.signed, keep  # type: ignore[method-assign]
    platform.call(letter)
    platform.signed = sign  # type: ignore[method-assign]
    call = platform.call(letter)
    return (kept[0] if kept else call.body), dict(call.headers)


def request_of(platform: StandIn, call: Call) -> RawRequest:
    headers = {name.lower(): value for name, value in call.headers.items()}
    return RawRequest(call.body, headers, NOW, dict(call.query), "POST", platform.door)


def survive(platform: StandIn, request: RawRequest) -> None:
    """Go through every step of door and worker; only what the contract names may be raised."""
    adapter = adapter_for(platform.kind)
    door = Door("door", platform.secret, 300, platform.settings)
    for step in (adapter.shake_hands, adapter.verify):
        with suppress(Refused):
            step(request, door)
    with suppress(BadBody):
        assert len(adapter.external_id(request, door)) <= 320
    adapter.answer(request, door)
    with suppress(Unreadable):
        for item in adapter.parse(request.body, NOW, door, request.headers):
            check(item)


@pytest.mark.parametrize("kind", STAND_INS, ids=lambda kind: kind.name)
def test_mutants_of_genuine_deliveries_are_survived(kind: type[StandIn]) -> None:
    platform = connected(kind)
    if platform.kind == "form":
        bodies = [b'{"id": "1", "thread": "1", "text": "x", "customer": {"email": "a@b.example"}}']
    else:
        letters = [platform.letter("包裹湿了 😡"), *pictures(platform)]
        bodies = [plain_body(platform, letter)[0] for letter in letters]
    for body in bodies:
        chance = random.Random(len(body))
        for _ in range(MUTANTS):
            survive(platform, request_of(platform, signed(platform, mutate(body, chance))))


def pictures(platform: StandIn) -> list[Any]:
    return [] if "picture" in platform.lacks else [platform.picture()]


def signed(platform: StandIn, body: bytes) -> Call:
    return Call(body) if "odd body" in platform.lacks else platform.signed(body)


def test_every_kind_of_channel_has_a_stand_in() -> None:
    known = {kind.kind for kind in STAND_INS}
    # Mail has servers of its own in its tests.
    assert set(ADAPTERS) - known - WITHOUT_DOOR == {"email"}
