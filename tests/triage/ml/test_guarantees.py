"""Promises hold on new rows as often as they say, and nothing is promised from too few."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from triage.ml import guarantees
from triage.ml.calibration import Curve
from triage.ml.model import TriageModel
from triage.ml.records import Prediction


def rows(seed: int, many: int = 600) -> Curve:
    """Answers that are right as often as 0.6 + 0.4 of what they say."""
    dice = np.random.default_rng(seed)
    said = dice.random(many).astype(np.float32)
    return Curve.of(said, dice.random(many) < 0.6 + 0.4 * said)


def wrong_above(threshold: float) -> float:
    return 0.4 - 0.4 * (1 + threshold) / 2


def answer(**chances: float) -> Prediction:
    read = TriageModel().predict(["x"], ["en"])[0]
    return replace(read, probabilities=chances)


def test_a_bound_is_broken_no_more_often_than_it_says() -> None:
    broken = 0
    for seed in range(200):
        curve = rows(seed)
        threshold = curve.threshold(0.9)
        (bound,) = guarantees.most_wrong(curve, [threshold])
        broken += wrong_above(threshold) > bound
    # 200 draws at 5 %: more than 20 would be a bound that does not hold.
    assert broken <= 20


def test_bounds_grow_with_what_is_let_through() -> None:
    bounds = guarantees.most_wrong(rows(1), [0.8, 0.6, 0.4, 0.2, 0.0])
    assert all(before <= after for before, after in pairwise(bounds))
    assert wrong_above(0.0) < bounds[-1] < 0.3


@pytest.mark.parametrize("many", [0, 1, 59], ids=["none", "one", "few"])
def test_nothing_is_promised_from_few_rows(many: int) -> None:
    assert guarantees.most_wrong(rows(1, many), [0.0, 0.5]) == [1.0, 1.0]


def test_nothing_is_promised_where_nothing_passes() -> None:
    assert guarantees.most_wrong(rows(1), [1.01]) == [1.0]


def test_rows_that_stand_for_many_promise_as_little_as_few() -> None:
    even = rows(3)
    heavy = np.where(np.arange(600) % 50 == 0, 50.0, 1.0).astype(np.float32)
    (plain,) = guarantees.most_wrong(even, [0.0])
    (drawn,) = guarantees.most_wrong(Curve(even.confidence, even.right, heavy), [0.0])
    assert drawn > plain


def test_without_a_mistake_the_bound_is_the_rule_of_three() -> None:
    sure = Curve.of(np.ones(100, dtype=np.float32), np.ones(100, dtype=np.bool_))
    (bound,) = guarantees.most_wrong(sure, [0.5])
    # The surest tenth of equals is any sixty of them.
    assert bound == pytest.approx(1 - 0.05 ** (1 / 60), abs=1e-3)


# ---- Sets ----


def test_the_mass_that_is_needed_reaches_down_to_the_right_class() -> None:
    read = answer(a=0.5, b=0.3, c=0.2)
    assert guarantees.needed_mass(read, "a") == pytest.approx(0.5)
    assert guarantees.needed_mass(read, "c") == pytest.approx(1.0)
    assert guarantees.needed_mass(read, "unheard-of") == 1.0


def test_the_level_misses_no_more_than_its_share_of_new_rows() -> None:
    missed = []
    for seed in range(200):
        dice = np.random.default_rng(seed)
        old, new = dice.random(100), dice.random(100)
        level = guarantees.set_level(list(old), [1.0] * 100, 0.1)
        missed.append(float((new > level).mean()))
    assert np.mean(missed) == pytest.approx(0.1, abs=0.015)


def test_too_few_rows_give_the_whole_set() -> None:
    assert guarantees.set_level([], [], 0.05) == 1.0
    assert guarantees.set_level([0.4, 0.5], [1.0, 1.0], 0.05) == 1.0


def test_a_heavy_row_moves_the_level() -> None:
    needed, light = [0.1] * 50 + [0.9], [1.0] * 51
    assert guarantees.set_level(needed, light, 0.1) == pytest.approx(0.1)
    assert guarantees.set_level(needed, [*light[:-1], 50.0], 0.1) == pytest.approx(0.9)


def test_sets_end_at_the_level_and_hold_three_at_most() -> None:
    read = answer(a=0.5, b=0.3, c=0.15, d=0.05)
    assert guarantees.shown(read, 0.4) == ("a",)
    assert guarantees.shown(read, 0.75) == ("a", "b")
    assert guarantees.shown(read, 1.0) == ("a", "b", "c")


def test_sets_are_measured_on_rows_that_did_not_set_the_level() -> None:
    answers = [answer(a=0.6, b=0.3, c=0.1)] * 40
    truths = ["a"] * 30 + ["b"] * 10
    found = guarantees.set_figures(answers, truths, [1.0] * 40)
    assert found is not None
    assert (found.rows, found.median, found.covered, found.top) == (40, 2, 1.0, 1.0)
    assert found.level == pytest.approx(0.9)
    at_first = guarantees.set_figures(answers, truths, [1.0] * 40, 0.5)
    assert at_first is not None
    assert (at_first.median, at_first.covered) == (1, 0.75)
    assert guarantees.set_figures([], [], []) is None
