"""Chances and bands from few labels: bent by them, held by the material, believed with doubt."""

import numpy as np
import pytest

from triage.ml import recent
from triage.ml.calibration import Curve, logistic


def rows(seed: int, many: int, *, shift: float = 0.0) -> Curve:
    """Rows whose chance of being right is what they say, on log odds moved by `shift`."""
    dice = np.random.default_rng(seed)
    odds = dice.normal(1.0, 2.0, many)
    return Curve.of(logistic(odds), dice.random(many) < logistic(odds + shift))


def precision_of(curve: Curve, slope: float, shift: float, *, moved: float) -> tuple[float, float]:
    """Share of new rows that the curve's band of 95 % files, and how many of them are right."""
    new = rows(99, 20_000, shift=moved)
    odds = np.log(new.confidence / (1 - new.confidence))
    filed = logistic(slope * odds + shift) >= curve.threshold(0.95)
    return float(filed.mean()), float(new.right[filed].mean()) if filed.any() else 1.0


def test_no_label_leaves_the_material_as_it_is() -> None:
    slope, shift = recent.fit(rows(1, 3_000), Curve.of(np.zeros(0, np.float32), np.zeros(0, bool)))
    assert slope == pytest.approx(1.0, abs=0.2)
    assert shift == pytest.approx(0.0, abs=0.3)


def test_labels_that_say_the_model_is_too_sure_lower_its_chances() -> None:
    _, shift = recent.fit(rows(1, 3_000), rows(2, 400, shift=-1.5))
    assert -1.6 < shift < -0.7


def test_rows_that_are_all_right_teach_no_curve() -> None:
    sure = Curve.of(np.array([0.7, 0.8, 0.9], np.float32), np.ones(3, np.bool_))
    assert recent.fit(sure, sure) == (1.0, 0.0)


def test_the_promise_is_kept_on_new_rows_in_most_draws_and_files_more_than_rows_alone() -> None:
    material = rows(1, 3_000)
    kept, fitted, alone = 0, 0.0, 0.0
    for seed in range(40):
        labels = rows(100 + seed, 80, shift=-0.5)
        slope, shift = recent.fit(material, labels)
        curve = recent.joined(material, labels, slope, shift)
        share, right = precision_of(curve, slope, shift, moved=-0.5)
        kept += right >= 0.95
        fitted += share / 40
        alone += precision_of(labels, 1.0, 0.0, moved=-0.5)[0] / 40
    assert kept >= 30
    assert fitted > 1.5 * alone


def test_more_labels_leave_less_doubt() -> None:
    material = rows(1, 3_000)
    few, many = (recent.joined(material, rows(5, n), 1.0, 0.0) for n in (20, 2_000))
    assert many.threshold(0.95) < few.threshold(0.95)


def test_nothing_passes_where_no_chance_is_high_enough() -> None:
    unsure = Curve.of(np.full(50, 0.4, np.float32), np.arange(50) % 2 == 0)
    curve = recent.joined(unsure, unsure, 1.0, 0.0)
    assert curve.threshold(0.95) > 1


def test_recent_rows_keep_their_weight_against_each_other() -> None:
    drawn = Curve(
        np.array([0.6, 0.9], np.float32), np.ones(2, np.bool_), np.array([1, 50], np.float32)
    )
    curve = recent.joined(rows(1, 10), drawn, 1.0, 0.0)
    assert curve.weight[-1] == pytest.approx(50 * curve.weight[-2])
    assert curve.weight[-2:].sum() == pytest.approx(2.0)
