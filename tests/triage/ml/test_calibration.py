"""triage/ml/calibration.py: curves that hold, also for scores that are hard to fit."""

import numpy as np
import pytest

from triage.ml import calibration
from triage.ml.calibration import Curve


def test_the_logistic_curve_is_found_again() -> None:
    rng = np.random.default_rng(0)
    scores = rng.normal(0, 2, 20_000).astype(np.float32)
    marks = rng.random(20_000) < 1 / (1 + np.exp(-(1.7 * scores - 0.6)))
    slope, shift = calibration.fit_platt(scores, marks)
    assert slope == pytest.approx(1.7, abs=0.08)
    assert shift == pytest.approx(-0.6, abs=0.08)


@pytest.mark.parametrize("scale", [0.01, 1.0, 13.0, 300.0])
@pytest.mark.parametrize("shift", [-40.0, 0.0, 6.0])
def test_odd_scores_do_not_make_every_chance_sure(scale: float, shift: float) -> None:
    rng = np.random.default_rng(1)
    scores = (rng.normal(0, 1, 4_000) * scale + shift).astype(np.float32)
    marks = rng.random(4_000) < 0.7
    slope, offset = calibration.fit_platt(scores, marks)
    chances = 1 / (1 + np.exp(-(slope * scores.astype(np.float64) + offset)))
    assert chances.mean() == pytest.approx(0.7, abs=0.03)
    assert chances.max() < 0.9


def test_a_row_that_stands_for_fifty_counts_fifty_times() -> None:
    confidence = np.array([0.9] * 10 + [0.8] * 100, dtype=np.float32)
    right = np.array([True] * 9 + [False] + [True] * 100)
    weight = np.array([50.0] * 10 + [1.0] * 100, dtype=np.float32)
    curve = Curve(confidence, right, weight)
    assert curve.at(0.0).precision == pytest.approx(550 / 600)
    assert curve.at(0.85).coverage == pytest.approx(500 / 600)


def test_few_rows_that_stand_for_many_prove_little() -> None:
    confidence = np.full(40, 0.9, dtype=np.float32)
    right = np.ones(40, dtype=np.bool_)
    right[0] = False
    many = Curve.of(np.repeat(confidence, 50), np.repeat(right, 50))
    few = Curve(confidence, right, np.full(40, 50.0, dtype=np.float32))
    assert many.threshold(0.97) == pytest.approx(0.9)
    assert few.threshold(0.97) == 1.01


def test_the_reliability_is_what_was_right_in_each_tenth() -> None:
    confidence = np.array([0.15, 0.15, 0.95, 0.95], dtype=np.float32)
    curve = Curve.of(confidence, np.array([False, True, True, True]))
    low, high = curve.reliability()
    assert low == pytest.approx((0.15, 0.5, 2))
    assert high == pytest.approx((0.95, 1.0, 2))
