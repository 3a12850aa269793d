"""Conditions of use: only what is known of the order rules a reply out."""

from datetime import datetime

import pytest

from knowledgebase.conditions import NOTHING_KNOWN, OrderFacts, days_between, holds
from tests.factories import SHANGHAI


@pytest.mark.parametrize(
    ("wanted", "days", "fits"),
    [("<=7", 7, True), ("<=7", 8, False), (">30", 30, False), (">30", 31, True), (">=7", 7, True)],
)
def test_days_since_delivery_are_compared(wanted: str, days: int, fits: bool) -> None:
    facts = OrderFacts(days_since_delivery=days)
    assert holds({"days_since_delivery": wanted}, facts) is fits


def test_what_is_not_known_rules_nothing_out() -> None:
    strict = {"order_state": ["delivered"], "days_since_delivery": "<=7", "exclude": ["perishable"]}
    assert holds(strict, NOTHING_KNOWN)


def test_the_state_of_the_order_has_to_be_among_those_named() -> None:
    assert not holds({"order_state": ["delivered"]}, OrderFacts(state="shipped"))
    assert holds({"order_state": ["delivered", "shipped"]}, OrderFacts(state="shipped"))
    assert holds({"order_state": []}, OrderFacts(state="shipped"))


def test_goods_that_a_rule_leaves_out_are_left_out() -> None:
    facts = OrderFacts(traits=frozenset({"custom-made"}))
    assert not holds({"exclude": ["custom-made", "intimate"]}, facts)


def test_the_day_after_delivery_is_day_one() -> None:
    late = datetime(2026, 11, 10, 23, 50, tzinfo=SHANGHAI)
    assert days_between(late, datetime(2026, 11, 11, 0, 10, tzinfo=SHANGHAI), SHANGHAI) == 1
    assert days_between(late, datetime(2026, 11, 9, 10, tzinfo=SHANGHAI), SHANGHAI) == 0
