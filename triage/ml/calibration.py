"""From scores to probabilities that can be believed, and what follows from them.

All functions take out-of-fold scores: scores of rows the model was not trained on.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

ECE_BINS = 15


def softmax(scores: npt.NDArray[np.floating], temperature: float = 1.0) -> FloatArray:
    """Rows of probabilities; a higher `temperature` flattens them."""
    scaled = np.asarray(scores, dtype=np.float64) / temperature
    scaled -= scaled.max(axis=1, keepdims=True)
    powers = np.exp(scaled)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def fit_temperature(scores: FloatArray, targets: Ints) -> float:
    """The temperature with the least log loss."""

    def loss(log_temperature: float) -> float:
        chances = softmax(scores, float(np.exp(log_temperature)))
        hit = chances[np.arange(len(targets)), targets]
        return float(-np.log(np.maximum(hit, 1e-12)).mean())

    # Late: only learning needs it, and every process would pay for it.
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(loss, bounds=(-6.0, 4.0), method="bounded")
    return float(np.exp(found.x))


def sharpen_top(chances: FloatArray, slope: float, shift: float) -> FloatArray:
    """Rows whose largest chance went through the logistic curve of its log odds.

    One temperature leaves the shape wrong where machines were trained one against the rest; the
    other classes share what is left in proportion. The order of the classes stays.
    """
    if not chances.shape[0] or chances.shape[1] < 2:
        return chances
    rows = np.arange(len(chances))
    best = chances.argmax(axis=1)
    top = np.clip(chances[rows, best].astype(np.float64), 1e-6, 1 - 1e-6)
    second = np.partition(chances, -2, axis=1)[:, -2].astype(np.float64)
    rest = np.maximum(1 - top, 1e-9)
    wanted = 1 / (1 + np.exp(-np.clip(slope * np.log(top / (1 - top)) + shift, -30, 30)))
    # Never below the second class, which would grow as the first one shrinks.
    wanted = np.maximum(wanted, second / (rest + second))
    changed = chances.astype(np.float64) * ((1 - wanted) / rest)[:, None]
    changed[rows, best] = wanted
    return np.asarray(changed / changed.sum(axis=1, keepdims=True), dtype=np.float32)


def fit_top(chances: FloatArray, right: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and shift for `sharpen_top`; the identity when there is nothing to learn from."""
    if right.all() or not right.any():
        return 1.0, 0.0
    top = np.clip(chances.max(axis=1).astype(np.float64), 1e-6, 1 - 1e-6)
    slope, shift = fit_platt(np.log(top / (1 - top)).astype(np.float32), right)
    return (slope, shift) if slope > 0 else (1.0, 0.0)


def calibration_error(
    confidence: npt.NDArray[np.floating], correct: npt.NDArray[np.bool_], bins: int = ECE_BINS
) -> float:
    """Expected calibration error: mean gap between confidence and hit rate, equal-width bins."""
    if len(confidence) == 0:
        return 0.0
    place = np.minimum((np.asarray(confidence) * bins).astype(int), bins - 1)
    gaps = np.zeros(bins)
    np.add.at(gaps, place, np.asarray(confidence, dtype=np.float64) - correct)
    return float(np.abs(gaps).sum() / len(confidence))


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a threshold lets through: its share of all rows, and how often it is right."""

    threshold: float
    coverage: float
    precision: float


@dataclass(frozen=True, slots=True)
class Curve:
    """How sure a model was of rows that it had not learnt from, and whether it was right.

    Attributes
    ----------
    confidence : array of shape (rows,), in 0..1
    right : array of shape (rows,)
    weight : array of shape (rows,)
        How many tickets each row stands for: a ticket drawn for checking stands for those that
        were not drawn.
    """

    confidence: FloatArray
    right: npt.NDArray[np.bool_]
    weight: FloatArray

    @classmethod
    def of(cls, confidence: FloatArray, right: npt.NDArray[np.bool_]) -> "Curve":
        """Rows that stand for themselves."""
        return cls(confidence, right, np.ones(len(confidence), dtype=np.float32))

    def threshold(self, precision: float) -> float:
        """The lowest confidence at which the precision is kept, with a margin."""
        return threshold_for(self.confidence, self.right, precision, weights=self.weight)

    def at(self, threshold: float) -> Coverage:
        """Share and precision of what a threshold lets through."""
        chosen = self.confidence >= threshold
        passed, total = float(self.weight[chosen].sum()), float(self.weight.sum())
        right = float(self.weight[chosen & self.right].sum())
        return Coverage(
            threshold, passed / total if total else 0.0, right / passed if passed else 1.0
        )

    def reliability(self, bins: int = 10) -> list[tuple[float, float, int]]:
        """Mean confidence, share right and rows of each filled bin of equal width."""
        place = np.minimum((self.confidence * bins).astype(int), bins - 1)
        return [
            (
                float(np.average(self.confidence[chosen], weights=self.weight[chosen])),
                float(np.average(self.right[chosen], weights=self.weight[chosen])),
                int(chosen.sum()),
            )
            for chosen in (place == number for number in range(bins))
            if chosen.any()
        ]


def coverage_at(
    confidence: npt.NDArray[np.floating], correct: npt.NDArray[np.bool_], threshold: float
) -> Coverage:
    """Share of rows at or above `threshold` and their precision (1.0 when there are none)."""
    chosen = np.asarray(confidence) >= threshold
    precision = float(correct[chosen].mean()) if chosen.any() else 1.0
    return Coverage(threshold, float(chosen.mean()) if len(chosen) else 0.0, precision)


def threshold_for(
    confidence: npt.NDArray[np.floating],
    correct: npt.NDArray[np.bool_],
    precision: float,
    *,
    caution: float = 1.0,
    weights: npt.NDArray[np.floating] | None = None,
) -> float:
    """The lowest threshold at which the precision is reached with a margin.

    The margin is `caution` standard errors of the precision of the rows let through, so that what
    is promised is also reached on new rows. 1.01 (nothing passes) when no threshold does.

    Parameters
    ----------
    weights : array of shape (rows,), optional
        How many tickets each row stands for; of rows that were drawn, the inverse of the share.
    """
    if len(confidence) == 0:
        return 1.01
    order = np.argsort(-np.asarray(confidence), kind="stable")
    sorted_confidence = np.asarray(confidence)[order]
    weight = np.ones(len(order)) if weights is None else np.asarray(weights)[order]
    total = np.maximum(np.cumsum(weight), 1e-12)
    reached = np.cumsum(correct[order] * weight) / total
    # Few rows that stand for many say as little as few rows (Kish 1965).
    passed = total**2 / np.maximum(np.cumsum(weight**2), 1e-12)
    margin = caution * np.sqrt(precision * (1 - precision) / passed)
    last_of_tie = np.append(sorted_confidence[1:] < sorted_confidence[:-1], True)
    good = np.flatnonzero((reached - margin >= precision) & last_of_tie)
    return float(sorted_confidence[good[-1]]) if len(good) else 1.01


def conformal_level(chances: FloatArray, targets: Ints, miss_rate: float) -> float:
    """Split-conformal level for prediction sets.

    A set of every class, from the likeliest on, until the level is reached misses the true class
    in at most `miss_rate` of exchangeable new rows (Romano et al. 2020, without randomising).
    """
    order = np.argsort(-chances, axis=1, kind="stable")
    running = np.cumsum(np.take_along_axis(chances, order, axis=1), axis=1)
    rank = np.argmax(order == targets[:, None], axis=1)
    needed = running[np.arange(len(targets)), rank]
    n = len(needed)
    place = min(int(np.ceil((n + 1) * (1 - miss_rate))), n) - 1
    return float(np.sort(needed)[place])


def best_label_thresholds(
    chances: FloatArray, marks: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Per label the threshold with the best F1 on these rows."""
    thresholds = np.full(marks.shape[1], 0.5)
    for label in range(marks.shape[1]):
        order = np.argsort(-chances[:, label], kind="stable")
        hits = np.cumsum(marks[order, label])
        total = marks[:, label].sum()
        if total == 0:
            continue
        f1 = 2 * hits / (np.arange(1, len(order) + 1) + total)
        # A smoothed curve: the single best point of a noisy one does not carry over.
        width = max(1, len(f1) // 400)
        smooth = np.convolve(f1, np.ones(width) / width, mode="same")
        thresholds[label] = float(chances[order[int(smooth.argmax())], label])
    return thresholds


def fit_platt(scores: FloatArray, marks: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and shift that turn scores into chances by the logistic curve (Platt 1999).

    Newton's method on the log loss with smoothed targets.
    """
    raw = np.asarray(scores, dtype=np.float64)
    # Standard scores: far from zero the curve is flat and the method finds no way.
    centre, spread = float(raw.mean()), max(float(raw.std()), 1e-9)
    x = (raw - centre) / spread
    positives = int(marks.sum())
    high, low = (positives + 1) / (positives + 2), 1 / (len(x) - positives + 2)
    target = np.where(marks, high, low)
    place = np.array([1.0, 0.0])
    loss = _log_loss(place, x, target)
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(place[0] * x + place[1], -30, 30)))
        gap, curve = chance - target, np.maximum(chance * (1 - chance), 1e-9)
        gradient = np.array([(gap * x).sum(), gap.sum()])
        hessian = np.array(
            [[(curve * x * x).sum(), (curve * x).sum()], [(curve * x).sum(), curve.sum()]]
        ) + 1e-6 * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        # A full step may overshoot to where every chance is 0 or 1, and never come back.
        size = 1.0
        while size > 1e-4 and _log_loss(place - size * step, x, target) > loss:
            size /= 2
        place = place - size * step
        loss = _log_loss(place, x, target)
        if float(np.abs(size * step).max()) < 1e-7 or size <= 1e-4:
            break
    slope = float(place[0]) / spread
    return slope, float(place[1]) - slope * centre


def _log_loss(
    place: npt.NDArray[np.float64], x: npt.NDArray[np.float64], target: npt.NDArray[np.float64]
) -> float:
    scores = place[0] * x + place[1]
    return float((np.logaddexp(0.0, scores) - target * scores).sum())


def logistic(values: npt.NDArray[np.floating]) -> FloatArray:
    """The logistic curve, safe for large values."""
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -30, 30))), dtype=np.float32)
