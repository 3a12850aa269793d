"""config/pgmq_transport.py: full hands do not sleep on a notification."""

from types import SimpleNamespace
from typing import Any

import pytest
from kombu import Connection
from kombu.transport import pgmq

from config.pgmq_transport import Transport


def transport_with(*can_consume: bool) -> Transport:
    transport = Transport(Connection("pgmq://localhost", transport=Transport))
    channels: list[Any] = [
        SimpleNamespace(qos=SimpleNamespace(can_consume=lambda can=can: can)) for can in can_consume
    ]
    transport.channels = channels
    return transport


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
    """Collect the calls that may wait for a notification."""
    seen: list[float | None] = []

    def drain_events(self: Any, connection: Any, timeout: float | None = None) -> None:
        seen.append(timeout)

    monkeypatch.setattr(pgmq.Transport, "drain_events", drain_events)
    return seen


def test_with_full_hands_it_looks_again_soon(waits: list[float | None]) -> None:
    with pytest.raises(TimeoutError):
        transport_with(False, False).drain_events(None, timeout=2.0)
    assert waits == []


@pytest.mark.parametrize("hands", [(True,), (False, True), ()])
def test_with_a_free_hand_it_waits_for_news(
    waits: list[float | None], hands: tuple[bool, ...]
) -> None:
    transport_with(*hands).drain_events(None, timeout=2.0)
    assert waits == [2.0]
