"""The six worked examples of the points table, and its borders."""

from decimal import Decimal

import pytest

from triage.ml.priority import Facts, score

EXAMPLES = [
    (Facts(base=3, order_value=Decimal(129)), 3, 0),
    (Facts(base=3, emotion=2, earlier_complaints=1), 2, 4),
    (Facts(base=2, emotion=2, order_value=Decimal(1299)), 1, 6),
    (Facts(base=2, emotion=3, outside_words=True, flags=("regulator",)), 1, 8),
    (Facts(base=3, emotion=3, vip=True, outside_words=True), 2, 5),
    (Facts(base=3, is_public=True, followers=120_000), 1, 2),
]


@pytest.mark.parametrize(("facts", "level", "total"), EXAMPLES)
def test_the_examples_of_the_guide(facts: Facts, level: int, total: int) -> None:
    result = score(facts)
    assert (result.level, result.total) == (level, total)
    assert sum(point.points for point in result.points) == total


def test_tone_and_vip_alone_never_make_a_p3_complaint_p1() -> None:
    assert score(Facts(base=3, emotion=3, vip=True)).total == 3


@pytest.mark.parametrize("flag", ["safety", "injury", "self-harm", "violence", "privacy", "minor"])
def test_grave_flags_force_p1(flag: str) -> None:
    result = score(Facts(flags=(flag,), is_complaint=False))
    assert (result.level, result.forced) == (1, (flag,))


@pytest.mark.parametrize(
    "facts",
    [
        Facts(earlier_complaints=2),
        Facts(outside_notice=True),
        Facts(red_incident=True),
        Facts(followers=100_000),
    ],
)
def test_facts_that_force_p1(facts: Facts) -> None:
    assert score(facts).level == 1


def test_a_second_round_is_at_least_p2() -> None:
    assert score(Facts(round=2)).level == 2


def test_a_non_complaint_stays_p3() -> None:
    assert score(Facts(is_complaint=False, emotion=3, outside_words=True)).level == 3


@pytest.mark.parametrize(("hours", "points"), [(24, 0), (24.1, 1), (48, 1), (48.1, 2)])
def test_waiting_counts_from_beyond_a_day(hours: float, points: int) -> None:
    assert score(Facts(oldest_wait_hours=hours)).total == points


@pytest.mark.parametrize(("value", "points"), [(999, 0), (1000, 1), (4999, 1), (5000, 2)])
def test_order_value_steps(value: int, points: int) -> None:
    assert score(Facts(order_value=Decimal(value))).total == points


def test_need_and_distress_count_once() -> None:
    assert score(Facts(urgent_need=True, distressed=True)).total == 1
