"""What may be promised of a model, measured on rows that it has not learnt from.

Two promises. Of what is filed alone at most a share is wrong: exact binomial bounds on a fixed
walk from the surest answers down, so that every line of the slider holds with 95 % (fixed sequence
testing as in Learn then Test, Angelopoulos et al. 2021). And the shown set of likely classes holds
the right one: split-conformal level with weights (Tibshirani et al. 2019).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt

from triage.ml.calibration import Curve
from triage.ml.records import Prediction

FloatArray = npt.NDArray[np.floating]

SURE = 0.95
"""How sure the bound on errors is."""
MISS_RATE = 0.05
MOST_SHOWN = 3
# From fewer rows nothing below five percent could be promised, even without a mistake.
_LEAST_ROWS = 60
_FIRST_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class SetFigures:
    """How good the shown set is: `covered` is the share of rows whose class is in it.

    `top` is the share whose class is among the first three, `level` where the sets end.
    """

    rows: int
    covered: float
    top: float
    median: int
    mean: float
    level: float

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


def most_wrong(curve: Curve, thresholds: Sequence[float]) -> list[float]:
    """For each threshold the share of wrong answers above it that is not exceeded, 95 times in 100.

    The walk begins at the surest tenth of the rows, which no label decides, and takes row after
    row; no bound is lower than one before it, so that a line that was chosen by looking at the
    rows keeps its promise too. 1.0 where too few rows pass to promise anything.
    """
    order = np.argsort(-curve.confidence, kind="stable")
    weight = curve.weight[order].astype(np.float64)
    total = np.maximum(np.cumsum(weight), 1e-12)
    wrong = np.cumsum(weight * ~curve.right[order]) / total
    # Rows that stand for many say as little as few rows (Kish 1965).
    rows = total**2 / np.maximum(np.cumsum(weight**2), 1e-12)
    enough = np.flatnonzero(rows >= _LEAST_ROWS)
    if not len(enough):
        return [1.0] * len(thresholds)
    start = max(int(enough[0]), int(len(rows) * _FIRST_SHARE))
    walked = np.maximum.accumulate(_bounds(wrong[start:], rows[start:]))
    passed = [int(np.count_nonzero(curve.confidence >= least)) for least in thresholds]
    return [float(walked[n - 1 - start]) if n > start else 1.0 for n in passed]


def _bounds(shares: FloatArray, rows: FloatArray) -> FloatArray:
    """Upper ends of the one-sided exact interval (Clopper and Pearson 1934)."""
    # Late: only learning needs it, and every process would pay for it.
    from scipy.special import betaincinv

    hits = np.minimum(shares * rows, rows)
    found = betaincinv(hits + 1, np.maximum(rows - hits, 1e-9), SURE)
    return np.asarray(np.where(hits < rows, found, 1.0))


def needed_mass(prediction: Prediction, truth: str) -> float:
    """The chance that must be gathered, from the likeliest class on, to reach the right one."""
    chances = prediction.probabilities
    own = chances.get(truth)
    return 1.0 if own is None else float(sum(p for p in chances.values() if p > own) + own)


def set_level(needed: Sequence[float], weights: Sequence[float], miss_rate: float) -> float:
    """The level that holds the right class in all but `miss_rate` of exchangeable new rows.

    The new row counts with the mean weight, at the far end, as split-conformal prediction asks.
    """
    if not needed:
        return 1.0
    order = np.argsort(needed, kind="stable")
    weight = np.asarray(weights, dtype=np.float64)[order]
    running = np.cumsum(weight) / (weight.sum() + weight.mean())
    place = int(np.searchsorted(running, 1 - miss_rate - 1e-12))
    return float(np.asarray(needed)[order][place]) if place < len(order) else 1.0


def shown(prediction: Prediction, level: float) -> tuple[str, ...]:
    """Classes from the likeliest on until the level is reached; at most three."""
    ordered = sorted(prediction.probabilities.items(), key=lambda pair: -pair[1])[:MOST_SHOWN]
    names: list[str] = []
    gathered = 0.0
    for name, chance in ordered:
        names.append(name)
        gathered += chance
        if gathered >= level:
            break
    return tuple(names)


def set_figures(
    answers: Sequence[Prediction],
    truths: Sequence[str],
    weights: Sequence[float],
    level: float | None = None,
) -> SetFigures | None:
    """Measure the sets: at a given level, else each half at the level of the other half."""
    if not answers:
        return None
    needed = [needed_mass(answer, truth) for answer, truth in zip(answers, truths, strict=True)]
    if level is None:
        halves = [_level_of_others(needed, weights, half) for half in (0, 1)]
        levels = [halves[number % 2] for number in range(len(answers))]
        level = set_level(needed, weights, MISS_RATE)
    else:
        levels = [level] * len(answers)
    sets = [shown(answer, at) for answer, at in zip(answers, levels, strict=True)]
    hits = [truth in names for truth, names in zip(truths, sets, strict=True)]
    firsts = [truth in shown(one, 2.0) for one, truth in zip(answers, truths, strict=True)]
    sizes = [len(names) for names in sets]
    return SetFigures(
        len(answers),
        float(np.average(hits, weights=weights)),
        float(np.average(firsts, weights=weights)),
        ceil(float(np.median(sizes))),
        float(np.average(sizes, weights=weights)),
        level,
    )


def _level_of_others(needed: Sequence[float], weights: Sequence[float], half: int) -> float:
    others = [number for number in range(len(needed)) if number % 2 != half]
    return set_level([needed[n] for n in others], [weights[n] for n in others], MISS_RATE)
