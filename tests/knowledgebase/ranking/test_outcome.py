"""Rates without bias, their intervals, and the order that they give."""

from random import Random

import pytest

from knowledgebase.ranking.outcome import (
    EXPLORE_EVERY,
    LEAST_USES,
    Counts,
    Outcome,
    arrange,
    explores,
    interval,
    wilson,
)


def test_silent_customers_bias_nothing() -> None:
    rng = Random(7)
    counts = known_only = Counts()
    for _ in range(20_000):
        quiet, content = rng.random() < 0.85, rng.random() < 0.8
        answers = rng.random() < 0.3
        one = Counts(1, int(quiet), int(quiet and answers), int(quiet and answers and content))
        counts += one
        if not quiet or answers:
            known_only += one
    assert counts.rate == pytest.approx(0.85 * 0.8, abs=0.02)
    # What would be said if uses without an answer were simply left out.
    assert known_only.satisfied / known_only.settled < 0.55


def test_the_rate_rests_on_as_many_uses_as_were_answered() -> None:
    counts = Counts(settled=100, quiet=90, answered=45, satisfied=40)
    assert counts.weighed == 50
    assert counts.outcome() == Outcome(50, 40)
    assert counts.rate == pytest.approx(0.9 * 40 / 45)


@pytest.mark.parametrize(
    ("counts", "rate", "weighed"),
    [
        (Counts(), None, 0),
        (Counts(settled=30, quiet=30), None, 0),
        (Counts(settled=30), 0.0, 30),
    ],
    ids=["never-used", "nobody-answered", "all-came-back"],
)
def test_what_is_not_known_is_not_said(counts: Counts, rate: float | None, weighed: int) -> None:
    assert (counts.rate, counts.weighed) == (rate, weighed)


def test_counts_are_added_and_taken_off() -> None:
    one, two = Counts(9, 8, 5, 4), Counts(3, 2, 1, 1)
    assert one + two - two == one


def test_intervals_hold_the_rate_and_narrow() -> None:
    low, high = interval(Outcome(40, 30))
    assert low < 0.75 < high
    wide = interval(Outcome(20, 15))
    assert high - low < wide[1] - wide[0]
    assert interval(Outcome()) == (0.0, 1.0)
    assert wilson(5, 5)[1] == pytest.approx(1.0)


def test_few_uses_are_pulled_towards_the_neighbours() -> None:
    assert Outcome(20, 20, usual=0.5).rate < Outcome(200, 200, usual=0.5).rate < 1
    assert Outcome(LEAST_USES - 1, 0).pull == 0
    assert Outcome(50, 35, usual=0.7).pull == pytest.approx(0)
    assert Outcome(50, 35, usual=0.8).pull < 0 < Outcome(50, 35, usual=0.6).pull


def test_what_does_harm_is_never_preferred() -> None:
    harmful = Outcome(50, 50, usual=0.5, is_harmful=True)
    matches = [(2.0, "harmful"), (1.6, "other"), (1.5, "third")]
    assert [one for _, one, _ in arrange(matches, {"harmful": harmful}, "", 3)][-1] == "harmful"


def _seed(explore: bool) -> str:
    return next(str(n) for n in range(1000) if explores(str(n)) is explore)


def _known(rate: float, uses: int = 100) -> Outcome:
    return Outcome(uses, round(rate * uses), usual=0.7)


def test_only_the_last_place_is_ever_tried_and_only_for_hope() -> None:
    matches = [(2.0 - n / 10, f"r{n}") for n in range(8)]
    known = {f"r{n}": _known(0.7) for n in range(8)}
    unknown = {one: o for one, o in known.items() if one != "r5"}
    tried = arrange(matches, unknown, _seed(explore=True), 3)
    assert [(one, trial) for _, one, trial in tried] == [
        ("r0", False), ("r1", False), ("r5", True),
    ]  # fmt: skip
    assert not any(trial for *_, trial in arrange(matches, unknown, _seed(explore=False), 3))
    hopeless = known | {f"r{n}": _known(0.3) for n in range(3, 8)}
    assert not any(trial for *_, trial in arrange(matches, hopeless, _seed(explore=True), 3))


def test_the_harmful_are_not_tried() -> None:
    matches = [(2.0 - n / 10, f"r{n}") for n in range(4)]
    led_to = {f"r{n}": _known(0.7) for n in range(3)} | {"r3": Outcome(25, 9, is_harmful=True)}
    assert not any(trial for *_, trial in arrange(matches, led_to, _seed(explore=True), 3))


def test_nothing_comes_in_that_was_not_let_in() -> None:
    led_to = {"forbidden": Outcome(900, 900)}
    for number in range(50):
        shown = arrange([(1.0, "a"), (0.9, "b"), (0.8, "c"), (0.7, "d")], led_to, str(number), 3)
        assert "forbidden" not in [one for _, one, _ in shown]


def test_one_list_in_ten_is_a_trial() -> None:
    share = sum(explores(f"R-{n}") for n in range(20_000)) / 20_000
    assert share == pytest.approx(1 / EXPLORE_EVERY, abs=0.01)
