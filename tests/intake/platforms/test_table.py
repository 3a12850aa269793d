"""The table of scenarios and platforms: nothing is left out without a word."""

import pytest

from tests.intake.standins import STAND_INS, StandIn

SCENARIOS = {
    "handshake": "the door is tried before the first delivery",
    "after a fault": "a delivery that was not taken comes again",
    "order": "deliveries name the time of writing",
    "conversation": "what one customer writes is one talk",
    "several": "several messages in one call",
    "picture": "messages name or bring files",
    "reply": "replies have a way back",
    "delivered": "the platform tells that a reply arrived",
    "read": "the platform tells that a reply was seen",
    "failed": "the platform tells that a reply did not arrive",
    "renewal": "tokens run out and are asked for",
    "fixed token": "tokens that people renew",
    "Retry-After": "the platform says when to try again",
    "wrong key": "there is a key",
    "altered body": "the proof covers the body",
    "old timestamp": "the proof covers the time",
    "header": "the proof stands in a header or in the address",
    "odd body": "the body comes from outside as it is",
}
each_kind = pytest.mark.parametrize("kind", STAND_INS, ids=lambda kind: kind.name)


@each_kind
def test_what_a_platform_lacks_is_a_scenario_and_has_a_reason(kind: type[StandIn]) -> None:
    assert set(kind.lacks) <= set(SCENARIOS)
    assert all(len(why.split()) > 3 for why in kind.lacks.values())


@each_kind
def test_a_platform_with_a_handshake_asks_and_one_without_does_not(kind: type[StandIn]) -> None:
    assert (kind().question() is None) == ("handshake" in kind.lacks)


@each_kind
def test_a_token_is_renewed_by_us_or_by_people_or_there_is_none(kind: type[StandIn]) -> None:
    assert set(kind.lacks) & {"renewal", "fixed token"}


@each_kind
def test_where_the_proof_stands_is_said(kind: type[StandIn]) -> None:
    assert bool(kind.signature) == ("header" not in kind.lacks)


@pytest.mark.parametrize("scenario", sorted(SCENARIOS))
def test_every_scenario_exists_somewhere(scenario: str) -> None:
    assert any(scenario not in kind.lacks for kind in STAND_INS)
