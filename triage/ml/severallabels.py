"""Labels of which several, one or none may hold: one calibrated machine per label.

Words of one feeling count together (`feelings`); thresholds are tuned per label on out-of-fold
chances, because the best F1 of a rare label lies far from one half.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from triage.ml import calibration, linear
from triage.ml.features import GroupFinder, Reading, Vectoriser, no_groups, read
from triage.ml.feelings import with_feelings
from triage.ml.scope import fold_places

FloatArray = npt.NDArray[np.float32]
Marks = npt.NDArray[np.bool_]

_FEW = 500
_FEW_STRENGTH, _STRENGTH = 3.0, 0.1
"""`C` of the machines: few long texts (ASAP) want every row trusted, many short ones do not."""


@dataclass(slots=True)
class LabelClassifier:
    """A fitted classifier with a chance and a threshold per label.

    Attributes
    ----------
    strength : float, optional
        `C` of the machines; by the number of rows if not given.
    classes_ : list of str
    slopes_, shifts_ : array of shape (labels,)
        Turn scores into chances.
    thresholds_ : array of shape (labels,)
        From which chance on a label is given.
    threshold_ : float
        Surety, max(p, 1-p), from which 95 % of single yes-or-no answers are right.
    """

    seed: int = 0
    strength: float | None = None
    find_groups: GroupFinder = no_groups
    classes_: list[str] = field(default_factory=list)
    vectoriser_: Vectoriser = field(default_factory=Vectoriser)
    machines_: linear.Linear | None = None
    slopes_: FloatArray = field(default_factory=lambda: np.ones(0, dtype=np.float32))
    shifts_: FloatArray = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    thresholds_: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    threshold_: float = 1.01

    def fit(self, texts: Sequence[str], labels: Sequence[Sequence[str]]) -> "LabelClassifier":
        """Train on texts with their lists of labels."""
        readings = self.read(texts)
        self.classes_ = sorted({name for row in labels for name in row})
        return self.fit_readings(readings, marks_of(self.classes_, labels))

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Texts as `fit_readings` takes them."""
        return [with_feelings(read(text, self.find_groups)) for text in texts]

    def fit_readings(self, readings: Sequence[Reading], marks: Marks) -> "LabelClassifier":
        """`fit` for texts that were read before and labels as columns of `classes_`."""
        # Couples of words cost half a point of macro-F1 on skewed labels (GoEmotions, dev).
        self.vectoriser_ = Vectoriser(self.find_groups, couples=False)
        self.vectoriser_.weights["concept"] = 0.6
        self.vectoriser_.fit_readings(readings)
        rows = self.vectoriser_.transform_readings(readings)
        rarest = np.minimum(marks.sum(axis=1), 1).astype(np.int64)
        places = fold_places(rarest, seed=self.seed)
        scores = np.zeros(marks.shape, dtype=np.float32)
        for fold in range(int(places.max()) + 1):
            test = places == fold
            scores[test] = self._machines(rows[~test], marks[~test]).scores(rows[test])
        self.machines_ = self._machines(rows, marks)
        self._calibrate(scores, marks)
        return self

    def _machines(self, rows: Any, marks: Marks) -> linear.Linear:
        strength = self.strength or (_FEW_STRENGTH if len(marks) < _FEW else _STRENGTH)
        return linear.fit_telling(rows, marks, strength=strength, seed=self.seed)

    def _calibrate(self, scores: FloatArray, marks: Marks) -> None:
        pairs = [calibration.fit_platt(scores[:, i], marks[:, i]) for i in range(marks.shape[1])]
        self.slopes_ = np.array([slope for slope, _ in pairs], dtype=np.float32)
        self.shifts_ = np.array([shift for _, shift in pairs], dtype=np.float32)
        chances = self._chances(scores)
        self.thresholds_ = calibration.best_label_thresholds(chances, marks)
        surest = np.maximum(chances, 1 - chances).ravel()
        right = ((chances >= 0.5) == marks).ravel()
        self.threshold_ = calibration.threshold_for(surest, right, 0.95)

    def _chances(self, scores: FloatArray) -> FloatArray:
        return calibration.logistic(scores * self.slopes_ + self.shifts_)

    def predict_rows(self, rows: Any) -> FloatArray:
        """Chances of shape (rows, labels)."""
        if self.machines_ is None:
            raise ValueError("the classifier is not fitted")
        return self._chances(self.machines_.scores(rows))

    def predict(self, texts: Sequence[str]) -> FloatArray:
        """`predict_rows` from texts."""
        return self.predict_rows(self.vectoriser_.transform_readings(self.read(texts)))

    def decide(self, chances: FloatArray) -> Marks:
        """Which labels are given."""
        return np.asarray(chances >= self.thresholds_, dtype=np.bool_)

    def to_state(self) -> dict[str, Any]:
        """Arrays and plain values for the artefact."""
        if self.machines_ is None:
            raise ValueError("the classifier is not fitted")
        return {
            "classes": self.classes_,
            "vectoriser": self.vectoriser_.to_state(),
            "machines": self.machines_.to_state(),
            "slopes": self.slopes_,
            "shifts": self.shifts_,
            "thresholds": self.thresholds_,
            "threshold": self.threshold_,
        }


def marks_of(classes: Sequence[str], labels: Sequence[Sequence[str]]) -> Marks:
    """Array of shape (rows, classes): which labels hold. Unknown labels are left out."""
    place = {name: number for number, name in enumerate(classes)}
    marks = np.zeros((len(labels), len(classes)), dtype=np.bool_)
    for row, names in enumerate(labels):
        for name in names:
            if name in place:
                marks[row, place[name]] = True
    return marks
