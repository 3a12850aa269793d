"""One label out of many: features, machines, calibrated chances and a sense of what is foreign.

`ClassifierSettings` holds every number that was chosen; docs/adr/0011-triage-classifier.md
says how.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from triage.ml import calibration, linear, scope
from triage.ml.features import GroupFinder, Reading, Vectoriser, no_groups, read
from triage.ml.records import TICKETS

FloatArray = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

# With two voices each would be judged by half of the material, which tells too little.
_ENOUGH_VOICES = 3
# Of so many rows two thirds tell how far chances hold; the other voices are only learnt from.
_MANY_ROWS, _JUDGED_FOLDS = 10_000, 2

NOT_JUDGED = -1
"""The fold of rows that are only learnt from."""


@dataclass(frozen=True, slots=True)
class ClassifierSettings:
    """What is fixed before training."""

    strength: float = 0.3
    max_features: int = 400_000
    allowed_error: float = 0.05
    seed: int = 0


@dataclass(slots=True)
class OutOfFold:
    """Scores of training rows by machines that had not seen them, and which rows these are."""

    scores: FloatArray
    targets: Ints
    rows: Ints


@dataclass(slots=True)
class TextClassifier:
    """A fitted classifier of texts.

    Attributes
    ----------
    classes_ : list of str
        Labels in scope, sorted.
    temperature_ : float
        Divides the scores before softmax.
    top_ : (slope, shift)
        The curve of the largest chance, see `calibration.sharpen_top`.
    threshold_ : float
        Confidence from which the allowed error is kept, by out-of-fold rows.
    curve_ : Curve
        What the threshold was read from; not part of `to_state`.
    """

    settings: ClassifierSettings = field(default_factory=ClassifierSettings)
    find_groups: GroupFinder = no_groups
    classes_: list[str] = field(default_factory=list)
    vectoriser_: Vectoriser = field(default_factory=Vectoriser)
    machines_: linear.Linear | None = None
    temperature_: float = 1.0
    top_: tuple[float, float] = (1.0, 0.0)
    threshold_: float = 1.01
    scope_: scope.Scope | None = None
    out_of_fold_: OutOfFold | None = None
    curve_: calibration.Curve | None = None

    def fit(
        self,
        texts: Sequence[str],
        labels: Sequence[str],
        *,
        foreign: Sequence[str] = (),
        groups: Sequence[str] | None = None,
    ) -> "TextClassifier":
        """Train on labelled texts and, if there are any, texts that belong to no label.

        Parameters
        ----------
        groups : sequence of str, optional
            Rows of one group are never split between training and checking; for rows made from
            the same material.
        """
        readings = [read(text, self.find_groups) for text in texts]
        strangers = [read(text, self.find_groups) for text in foreign]
        return self.fit_readings(readings, labels, foreign=strangers, groups=groups)

    def fit_readings(
        self,
        readings: Sequence[Reading],
        labels: Sequence[str],
        *,
        foreign: Sequence[Reading] = (),
        groups: Sequence[str] | None = None,
    ) -> "TextClassifier":
        """`fit` for texts that were read before."""
        rows = self.learn_columns([*readings, *foreign])
        return self.fit_rows(rows, labels, groups=groups)

    def learn_columns(self, readings: Sequence[Reading]) -> sp.csr_matrix:
        """Take the columns from these texts, and give their rows."""
        self.vectoriser_ = Vectoriser(self.find_groups, self.settings.max_features)
        return self.vectoriser_.fit_readings(readings).transform_readings(readings)

    def fit_rows(
        self,
        rows: sp.csr_matrix,
        labels: Sequence[str],
        *,
        groups: Sequence[str] | None = None,
        voices: Sequence[str] = (),
    ) -> "TextClassifier":
        """`fit` for rows of `learn_columns`; those after the last label are foreign.

        Parameters
        ----------
        voices : sequence of str, optional
            Who wrote each row. With several, chances are judged on voices that were not learnt
            from, because customers are strangers too.
        """
        self.classes_ = sorted(set(labels))
        known = linear.index_of(self.classes_, labels)
        # Foreign texts are one more class, so that what they have in common is learnt too.
        foreign = np.full(rows.shape[0] - len(known), len(self.classes_), dtype=np.int64)
        targets = np.append(known, foreign)
        self.machines_ = self._machines(rows, targets)
        self._calibrate(rows, targets, self._folds(rows, targets, groups, voices))
        self.scope_ = scope.fit(
            rows, targets, len(self.classes_), self._machines, seed=self.settings.seed
        )
        return self

    def _machines(self, rows: sp.csr_matrix, targets: Ints) -> linear.Linear:
        return linear.fit_classes(
            rows,
            targets,
            len(self.classes_) + 1,
            strength=self.settings.strength,
            seed=self.settings.seed,
        )

    def _folds(
        self,
        rows: sp.csr_matrix,
        targets: Ints,
        groups: Sequence[str] | None,
        voices: Sequence[str],
    ) -> Ints:
        if len(set(voices) - {TICKETS}) >= _ENOUGH_VOICES:
            together = groups if groups is not None else [str(row) for row in range(len(voices))]
            places = scope.voice_places(voices, together, many=TICKETS, seed=self.settings.seed)
            many = len(places) >= _MANY_ROWS
            return np.where(many & (places >= _JUDGED_FOLDS), NOT_JUDGED, places)
        together = scope.near_copies(rows, targets) if groups is None else groups
        return scope.fold_places(targets, together, seed=self.settings.seed)

    def _calibrate(self, rows: sp.csr_matrix, targets: Ints, places: Ints) -> None:
        inside = (targets < len(self.classes_)) & (places != NOT_JUDGED)
        scores = np.zeros((rows.shape[0], len(self.classes_)), dtype=np.float32)
        for fold in range(int(places.max()) + 1):
            test = places == fold
            machines = self._machines(rows[~test], targets[~test])
            scores[test] = machines.scores(rows[test])[:, :-1]
        self.temperature_ = calibration.fit_temperature(scores[inside], targets[inside])
        raw = calibration.softmax(scores[inside], self.temperature_)
        self.top_ = calibration.fit_top(raw, raw.argmax(axis=1) == targets[inside])
        chances = self.chances_of(scores[inside])
        confidence = np.asarray(chances.max(axis=1), dtype=np.float32)
        right = np.asarray(chances.argmax(axis=1) == targets[inside], dtype=np.bool_)
        self.curve_ = calibration.Curve.of(confidence, right)
        self.threshold_ = self.curve_.threshold(1 - self.settings.allowed_error)
        self.out_of_fold_ = OutOfFold(scores[inside], targets[inside], np.flatnonzero(inside))

    def chances_of(self, scores: FloatArray) -> FloatArray:
        """Calibrated chances of scores, both of shape (rows, classes)."""
        return calibration.sharpen_top(calibration.softmax(scores, self.temperature_), *self.top_)

    def _all_scores(self, rows: sp.csr_matrix) -> FloatArray:
        if self.machines_ is None:
            raise ValueError("the classifier is not fitted")
        return self.machines_.scores(rows)

    def judge_rows(self, rows: sp.csr_matrix) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Scores and chances of shape (rows, classes), and the chance of being in scope (rows,)."""
        scores = self._all_scores(rows)
        chances = self.chances_of(scores[:, :-1])
        if self.scope_ is None:
            return scores[:, :-1], chances, np.ones(len(chances), dtype=np.float32)
        return scores[:, :-1], chances, self.scope_.inside(rows, scores)

    def predict_rows(self, rows: sp.csr_matrix) -> tuple[FloatArray, FloatArray]:
        """Chances of shape (rows, classes) and the chance of being in scope, of shape (rows,)."""
        _, chances, inside = self.judge_rows(rows)
        return chances, inside

    def predict(self, texts: Sequence[str]) -> tuple[FloatArray, FloatArray]:
        """`predict_rows` from texts."""
        return self.predict_rows(self.vectoriser_.transform(texts))

    def to_state(self) -> dict[str, Any]:
        """Arrays and plain values for the artefact."""
        if self.machines_ is None:
            raise ValueError("the classifier is not fitted")
        return {
            "classes": self.classes_,
            "vectoriser": self.vectoriser_.to_state(),
            "machines": self.machines_.to_state(),
            "temperature": self.temperature_,
            "top": list(self.top_),
            "threshold": self.threshold_,
            "scope": self.scope_.to_state() if self.scope_ else None,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any], find_groups: GroupFinder) -> "TextClassifier":
        """The counterpart of `to_state`."""
        made = cls(find_groups=find_groups)
        made.classes_ = [str(name) for name in state["classes"]]
        made.vectoriser_ = Vectoriser.from_state(state["vectoriser"], find_groups)
        made.machines_ = linear.Linear.from_state(state["machines"])
        made.temperature_ = float(state["temperature"])
        slope, shift = (float(value) for value in state["top"])
        made.top_ = (slope, shift)
        made.threshold_ = float(state["threshold"])
        made.scope_ = scope.Scope.from_state(state["scope"]) if state["scope"] else None
        return made
