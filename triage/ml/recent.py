"""Chances and bands from few recent labels: a curve through them, held by the material's rows.

Of what is filed alone one ticket in fifty is looked at, so in weeks there are some dozens of labels
to draw a line by, and of dozens of rows an observed precision says little. A logistic curve has two
numbers only: all labels bear on them, sure rows and unsure ones, and a sample of the material's
rows holds them while labels are few.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from triage.ml.calibration import Curve, fit_platt, logistic

FloatArray = npt.NDArray[np.floating]

MATERIAL_ROWS = 150
"""As many labels count as much as all the material, of which so many rows are taken."""
_NOTHING = 1.01


@dataclass(frozen=True, slots=True)
class FittedCurve(Curve):
    """A curve whose confidences are chances fitted to few rows, and believed with their doubt."""

    def threshold(self, precision: float) -> float:
        """The lowest confidence from which on the expected precision is kept, one error to spare.

        The error is that of the fitted curve, not of the rows that pass: it is the curve that is
        believed. 1.01 (nothing passes) when no confidence does.
        """
        if not len(self.confidence):
            return _NOTHING
        order = np.argsort(-self.confidence, kind="stable")
        chances = self.confidence[order].astype(np.float64)
        weight = self.weight[order].astype(np.float64)
        total = np.cumsum(weight)
        expected = np.cumsum(weight * chances) / total
        # How the mean chance of what passes moves with the slope and the shift of the curve.
        moves = _slopes(chances)
        pulled = np.cumsum(weight[:, None] * moves, axis=0) / total[:, None]
        error = np.sqrt(np.einsum("ij,jk,ik->i", pulled, self._doubt(), pulled))
        last_of_tie = np.append(chances[1:] < chances[:-1], True)
        good = np.flatnonzero((expected - error >= precision) & last_of_tie)
        return float(self.confidence[order][good[-1]]) if len(good) else _NOTHING

    def _doubt(self) -> FloatArray:
        """Covariance of slope and shift: the inverse of what the rows tell (Fisher)."""
        odds = _log_odds(self.confidence)
        columns = np.column_stack([odds, np.ones_like(odds)])
        chance = logistic(odds).astype(np.float64)
        told = (columns * (chance * (1 - chance))[:, None]).T @ columns
        return np.asarray(np.linalg.inv(told + 1e-6 * np.eye(2)))


def fit(material: Curve, recent: Curve) -> tuple[float, float]:
    """Slope and shift that turn log odds of a confidence into those of being right.

    Every label counts once, however many tickets it stands for: how often an answer of a certain
    confidence is right does not depend on how it came to be looked at.
    """
    sample = _sample(material)
    odds = _log_odds(np.concatenate([material.confidence[sample], recent.confidence]))
    right = np.concatenate([material.right[sample], recent.right])
    if right.all() or not right.any():
        return 1.0, 0.0
    slope, shift = fit_platt(odds.astype(np.float32), right)
    return (slope, shift) if slope > 0 else (1.0, 0.0)


def joined(material: Curve, recent: Curve, slope: float, shift: float) -> FittedCurve:
    """Material and recent rows as one curve of fitted chances.

    Recent rows keep their weight against each other; together they weigh as many as they are.
    """
    sample = _sample(material)
    weight = recent.weight * (len(recent.weight) / max(float(recent.weight.sum()), 1e-9))
    confidence = np.concatenate([material.confidence[sample], recent.confidence])
    return FittedCurve(
        logistic(slope * _log_odds(confidence) + shift),
        np.concatenate([material.right[sample], recent.right]),
        np.concatenate([np.ones(len(sample)), weight]).astype(np.float32),
    )


def _sample(material: Curve) -> npt.NDArray[np.int64]:
    """Rows of the material, spread evenly over their confidences."""
    order = np.argsort(-material.confidence, kind="stable")
    if len(order) <= MATERIAL_ROWS:
        return np.asarray(order, dtype=np.int64)
    places = np.linspace(0, len(order) - 1, MATERIAL_ROWS).round().astype(np.int64)
    return np.asarray(order[places], dtype=np.int64)


def _log_odds(confidence: FloatArray) -> npt.NDArray[np.float64]:
    sure = np.clip(confidence.astype(np.float64), 1e-6, 1 - 1e-6)
    return np.asarray(np.log(sure / (1 - sure)))


def _slopes(chances: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    steep = chances * (1 - chances)
    return np.column_stack([steep * _log_odds(chances), steep])
