"""All that is learnt about one language: category, further categories, tone, flags."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from triage.ml import calibration, linear
from triage.ml.classify import ClassifierSettings, TextClassifier
from triage.ml.features import Reading, read
from triage.ml.keywords import Hit, feature_hits, groups_of, table
from triage.ml.normalise import Folded
from triage.ml.records import Example
from triage.ml.risk import FLAGS
from triage.ml.scope import fold_places

FloatArray = npt.NDArray[np.float32]

SIGNALS = ("emotion-1", "emotion-2", "emotion-3", "distressed", *FLAGS)
"""What is learnt beside the category: three steps of emotion, one label each for the rest."""

_FLAG_LEVEL = 0.6
_LEAST_MARKS = 8
_MANY_ROWS, _VERY_MANY_ROWS = 5_000, 10_000
# Of a long mail that is learnt from, begin and end are enough, and twenty thousand fit in memory.
_LEARNT_HEAD, _LEARNT_TAIL = 3_000, 1_000
MISS_RATE = 0.05


@dataclass(slots=True)
class LanguageModel:
    """Fitted for one language.

    Attributes
    ----------
    categories_ : TextClassifier
    signals_ : Linear
        Scores of `SIGNALS` on the same features.
    slopes_, shifts_ : arrays of shape (signals,)
    flag_levels_ : dict of flag to the chance from which the model may raise it
    also_ : (slope, shift, level) for further categories
    in_scope_level_ : float
        Below this chance of being in scope the model abstains.
    conformal_ : float
        Level of the prediction set that misses in at most `MISS_RATE`.
    """

    language: str
    seed: int = 0
    categories_: TextClassifier = field(default_factory=TextClassifier)
    signals_: linear.Linear | None = None
    slopes_: FloatArray = field(default_factory=lambda: np.ones(0, dtype=np.float32))
    shifts_: FloatArray = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    flag_levels_: dict[str, float] = field(default_factory=dict)
    also_: tuple[float, float, float] = (1.0, 0.0, 1.01)
    in_scope_level_: float = 0.0
    conformal_: float = 1.0

    def fit(self, rows: Sequence[Example]) -> "LanguageModel":
        """Train on the examples of this language."""
        finder = groups_of(self.language)
        readings = [_lean(read(_clipped(joined(row.subject, row.text)), finder)) for row in rows]
        groups = [row.origin or str(number) for number, row in enumerate(rows)]
        self.categories_ = TextClassifier(ClassifierSettings(seed=self.seed), finder)
        features = self.categories_.learn_columns(readings)
        labels, voices = [row.category for row in rows], [row.voice for row in rows]
        self.categories_.fit_rows(features, labels, groups=groups, voices=voices)
        self._fit_signals(features, rows, groups)
        self._fit_also(rows)
        self._fit_levels(features)
        return self

    def _fit_signals(
        self, features: sp.csr_matrix, rows: Sequence[Example], groups: Sequence[str]
    ) -> None:
        marks = signal_marks(rows)
        places = fold_places(marks[:, 0].astype(np.int64), groups, seed=self.seed)
        # Two numbers per signal are read from these scores: of many rows two parts tell enough.
        parts = 3 if len(rows) < _MANY_ROWS else 2
        spread = np.resize(np.arange(parts), int(places.max()) + 1)[places]
        # Of very many rows one part, scored by what the others taught.
        judged = range(parts) if len(rows) < _VERY_MANY_ROWS else [parts - 1]
        tests = [spread == fold for fold in judged]
        scores = np.concatenate(
            [self._machines(features[~test], marks[~test]).scores(features[test]) for test in tests]
        )
        known = np.concatenate([marks[test] for test in tests])
        self.signals_ = self._machines(features, marks)
        pairs = [calibration.fit_platt(scores[:, i], known[:, i]) for i in range(len(SIGNALS))]
        self.slopes_ = np.array([slope for slope, _ in pairs], dtype=np.float32)
        self.shifts_ = np.array([shift for _, shift in pairs], dtype=np.float32)
        enough = dict(zip(SIGNALS, marks.sum(axis=0) >= _LEAST_MARKS, strict=True))
        self.flag_levels_ = {flag: _FLAG_LEVEL if enough[flag] else 1.01 for flag in FLAGS}

    def _machines(self, features: sp.csr_matrix, marks: npt.NDArray[np.bool_]) -> linear.Linear:
        return linear.fit_labels(features, marks, strength=1.0, seed=self.seed)

    def _fit_also(self, rows: Sequence[Example]) -> None:
        """One curve for all second categories: scores of the main machines, main class aside."""
        kept = self.categories_.out_of_fold_
        if kept is None:
            return
        place = {name: number for number, name in enumerate(self.categories_.classes_)}
        marks = np.zeros(kept.scores.shape, dtype=np.bool_)
        for number, row in enumerate(kept.rows):
            marks[number, [place[slug] for slug in rows[row].also if slug in place]] = True
        main = np.zeros(kept.scores.shape, dtype=np.bool_)
        main[np.arange(len(main)), kept.scores.argmax(axis=1)] = True
        scores, truth = kept.scores[~main], marks[~main]
        if truth.sum() < _LEAST_MARKS:
            return
        slope, shift = calibration.fit_platt(scores, truth)
        chances = calibration.logistic(scores * slope + shift)[:, None]
        level = float(calibration.best_label_thresholds(chances, truth[:, None])[0])
        self.also_ = (slope, shift, max(level, 0.2))

    def _fit_levels(self, features: sp.csr_matrix) -> None:
        kept = self.categories_.out_of_fold_
        if kept is None:
            return
        chances = self.categories_.chances_of(kept.scores)
        self.conformal_ = calibration.conformal_level(chances, kept.targets, MISS_RATE)
        _, inside = self.categories_.predict_rows(features)
        self.in_scope_level_ = min(0.2, float(np.quantile(inside, 0.02)))

    def read(self, subject: str, text: str) -> tuple[Reading, list[Hit]]:
        """One ticket as words, with the keyword groups that fired."""
        hits: list[Hit] = []

        def find(folded: str) -> list[tuple[str, int, int]]:
            hits.extend(table(self.language).find(folded))
            return feature_hits(hits)

        return read(joined(subject, text), find), hits

    def signal_chances(self, features: sp.csr_matrix) -> FloatArray:
        """Array of shape (rows, signals)."""
        if self.signals_ is None:
            raise ValueError("the model is not fitted")
        return calibration.logistic(self.signals_.scores(features) * self.slopes_ + self.shifts_)

    def to_state(self) -> dict[str, Any]:
        """Arrays and plain values for the artefact."""
        if self.signals_ is None:
            raise ValueError("the model is not fitted")
        return {
            "language": self.language,
            "seed": self.seed,
            "categories": self.categories_.to_state(),
            "signals": self.signals_.to_state(),
            "slopes": self.slopes_,
            "shifts": self.shifts_,
            "flag_levels": self.flag_levels_,
            "also": list(self.also_),
            "in_scope_level": self.in_scope_level_,
            "conformal": self.conformal_,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "LanguageModel":
        """The counterpart of `to_state`."""
        made = cls(str(state["language"]), int(state["seed"]))
        made.categories_ = TextClassifier.from_state(state["categories"], groups_of(made.language))
        made.signals_ = linear.Linear.from_state(state["signals"])
        made.slopes_ = np.asarray(state["slopes"], dtype=np.float32)
        made.shifts_ = np.asarray(state["shifts"], dtype=np.float32)
        made.flag_levels_ = {flag: float(state["flag_levels"][flag]) for flag in FLAGS}
        slope, shift, level = (float(value) for value in state["also"])
        made.also_ = (slope, shift, level)
        made.in_scope_level_ = float(state["in_scope_level"])
        made.conformal_ = float(state["conformal"])
        return made


def _clipped(text: str) -> str:
    if len(text) <= _LEARNT_HEAD + _LEARNT_TAIL:
        return text
    return f"{text[:_LEARNT_HEAD]}\n{text[-_LEARNT_TAIL:]}"


def _lean(reading: Reading) -> Reading:
    """Without the way back to the original, which takes most of the memory of a text."""
    return replace(reading, folded=Folded(reading.folded.text, range(0), range(0)))


def joined(subject: str, text: str) -> str:
    """Subject and text as the model reads them; the text starts at len(subject) + 1."""
    return f"{subject}\n{text}" if subject else text


def signal_marks(rows: Sequence[Example]) -> npt.NDArray[np.bool_]:
    """Array of shape (rows, signals)."""
    return np.array(
        [
            [row.emotion >= 1, row.emotion >= 2, row.emotion >= 3, row.distressed]
            + [flag in row.flags for flag in FLAGS]
            for row in rows
        ],
        dtype=np.bool_,
    ).reshape(-1, len(SIGNALS))
