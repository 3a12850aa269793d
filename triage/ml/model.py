"""The triage model that ships: text in, whole decision out, with reasons.

`train` learns from examples of both languages, `TriageModel.predict` decides, `save` and `load`
carry a model as checked bytes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from triage.ml import artefact, calibration, categories, decision, explain
from triage.ml.keywords import LANGUAGES, Hit, table
from triage.ml.language import detect
from triage.ml.languagemodel import LanguageModel
from triage.ml.normalise import normalise
from triage.ml.recent import FittedCurve
from triage.ml.records import Example, Prediction

FORMAT = 2
_BATCH = 512
# The steps of the slider: half a percent to ten.
MEASURED_ERRORS = tuple(step / 200 for step in range(1, 21))


@dataclass(slots=True)
class TriageModel:
    """Models of the languages it was trained on, and the bands that the supervisor sets.

    `file_error` and `suggest_error` are the errors allowed in the bands 'file' and 'suggest';
    the thresholds follow from them on the out-of-fold curve of each language.
    """

    languages: dict[str, LanguageModel] = field(default_factory=dict)
    version: str = ""
    seed: int = 0
    file_error: float = 0.05
    suggest_error: float = 0.30
    thresholds: dict[str, tuple[float, float]] = field(default_factory=dict)

    def predict(
        self,
        texts: Sequence[str],
        languages: Sequence[str] | None = None,
        subjects: Sequence[str] | None = None,
        *,
        with_reasons: bool = True,
    ) -> list[Prediction]:
        """Decide on texts of any length and language.

        Parameters
        ----------
        languages : sequence of 'zh', 'en' or '', optional
            Where it is '' or missing, the language is detected.
        subjects : sequence of str, optional
            Subject lines; they count as the first line of the text.
        """
        given = languages or [""] * len(texts)
        headings = subjects or [""] * len(texts)
        chosen = [
            language if language in LANGUAGES else detect(f"{subject}\n{text}")
            for text, language, subject in zip(texts, given, headings, strict=True)
        ]
        answers: list[Prediction | None] = [None] * len(texts)
        for language in sorted(set(chosen)):
            places = [number for number, name in enumerate(chosen) if name == language]
            for start in range(0, len(places), _BATCH):
                part = places[start : start + _BATCH]
                tickets = [(headings[number], texts[number]) for number in part]
                for number, answer in zip(
                    part, self._predict_language(language, tickets, with_reasons), strict=True
                ):
                    answers[number] = answer
        return [answer for answer in answers if answer is not None]

    def _predict_language(
        self, language: str, tickets: Sequence[tuple[str, str]], with_reasons: bool
    ) -> list[Prediction]:
        model = self.languages.get(language)
        if model is None:
            return [self._by_rules(language, subject, text) for subject, text in tickets]
        read = [model.read(subject, text) for subject, text in tickets]
        encoded = model.categories_.vectoriser_.encode([reading for reading, _ in read])
        scores, chances, inside = model.categories_.judge_rows(encoded.rows)
        scored = decision.Scored(
            chances,
            scores,
            inside,
            model.signal_chances(encoded.rows),
            np.diff(encoded.rows.indptr) == 0,
        )
        evidence = [
            decision.Evidence(language, subject, text, reading.folded, hits)
            for (subject, text), (reading, hits) in zip(tickets, read, strict=True)
        ]
        bands = self.thresholds.get(language, (1.01, 1.01))
        verdicts = decision.decide(model, evidence, scored, bands, self.version)
        if not with_reasons:
            return verdicts
        readings = [reading for reading, _ in read]
        return explain.with_reasons(verdicts, model, readings, encoded, evidence, scored.scores)

    def _by_rules(self, language: str, subject: str, text: str) -> Prediction:
        """No model for the language: risk words of both tables still count, the rest is asked."""
        folded = normalise(f"{subject}\n{text}" if subject else text)
        hits: list[Hit] = [hit for name in LANGUAGES for hit in table(name).find(folded.text)]
        return decision.by_rules(language, subject, text, folded, hits, self.version)

    def set_allowed_error(self, file_error: float, suggest_error: float | None = None) -> None:
        """Move the slider: recompute the thresholds from the stored curves."""
        self.file_error = file_error
        self.suggest_error = self.suggest_error if suggest_error is None else suggest_error
        for language, model in self.languages.items():
            self.thresholds[language] = _bands(model, file_error, self.suggest_error)

    def curve(self, language: str, points: int = 50) -> list[calibration.Coverage]:
        """Coverage and precision over thresholds, from rows that were not learnt from."""
        curve = _curve(self.languages[language])
        return [curve.at(float(step)) for step in np.linspace(0, 1, points)]

    def reliability(self, language: str) -> list[tuple[float, float, int]]:
        """Mean confidence, share right and rows, for each tenth of the confidence."""
        return _curve(self.languages[language]).reliability()

    def measured(self) -> dict[str, dict[str, Any]]:
        """Curve and reliability of each language as short lists for JSON: pages load no model.

        A step is an allowed error, the confidence it needs, the share it files and its precision.
        """
        return {language: _measured(_curve(model)) for language, model in self.languages.items()}

    def recalibrate(self, language: str, slope: float, shift: float) -> None:
        """Put the chance of the likeliest category through a logistic curve of its log odds."""
        categories = self.languages[language].categories_
        first, offset = categories.top_
        categories.top_ = (slope * first, slope * offset + shift)

    def judge_by(self, language: str, curve: calibration.Curve) -> None:
        """Take the bands of a language from this curve instead of the material's."""
        self.languages[language].categories_.curve_ = curve
        self.thresholds[language] = _bands(
            self.languages[language], self.file_error, self.suggest_error
        )

    def save(self) -> bytes:
        """The model as bytes; `artefact.digest` of them identifies it."""
        return artefact.pack(
            {
                "format": FORMAT,
                "version": self.version,
                "seed": self.seed,
                "file_error": self.file_error,
                "suggest_error": self.suggest_error,
                "thresholds": {name: list(pair) for name, pair in self.thresholds.items()},
                "languages": {
                    name: {"model": model.to_state(), "curve": _curve_state(model)}
                    for name, model in self.languages.items()
                },
            }
        )


def load(data: bytes, *, expected_digest: str = "") -> TriageModel:
    """A model from bytes; raises `artefact.BadArtefact` for anything that is not one of ours."""
    state = artefact.unpack(data, expected_digest=expected_digest)
    if state.get("format") != FORMAT:
        raise artefact.BadArtefact("the artefact is of another format")
    try:
        model = TriageModel(
            version=str(state["version"]),
            seed=int(state["seed"]),
            file_error=float(state["file_error"]),
            suggest_error=float(state["suggest_error"]),
        )
        for name, part in state["languages"].items():
            model.languages[name] = LanguageModel.from_state(part["model"])
            _restore_curve(model.languages[name], part["curve"])
            low, high = state["thresholds"][name]
            model.thresholds[name] = (float(low), float(high))
        _check(model)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise artefact.BadArtefact(f"the artefact does not hold a model: {error}") from error
    return model


def train(rows: Iterable[Example], seed: int = 0, version: str = "") -> TriageModel:
    """Learn from examples; the same rows and seed give the same model.

    Languages with fewer than two categories are left out.
    """
    examples = list(rows)
    model = TriageModel(seed=seed)
    for language in LANGUAGES:
        part = [row for row in examples if row.language == language]
        if len({row.category for row in part}) < 2:
            continue
        model.languages[language] = LanguageModel(language, seed).fit(part)
    model.set_allowed_error(model.file_error)
    # The version names the content, so that two machines agree on what they run.
    model.version = version or artefact.digest(model.save())[:12]
    return model


def _bands(model: LanguageModel, file_error: float, suggest_error: float) -> tuple[float, float]:
    curve = _curve(model)
    to_file = curve.threshold(1 - file_error)
    return to_file, min(curve.threshold(1 - suggest_error), to_file)


def _curve(model: LanguageModel) -> calibration.Curve:
    empty = np.zeros(0, dtype=np.float32)
    return model.categories_.curve_ or calibration.Curve.of(empty, empty.astype(np.bool_))


def _measured(curve: calibration.Curve) -> dict[str, Any]:
    passed = [curve.at(curve.threshold(1 - error)) for error in MEASURED_ERRORS]
    return {
        "rows": len(curve.confidence),
        "steps": [
            [error, round(at.threshold, 4), round(at.coverage, 4), round(at.precision, 4)]
            for error, at in zip(MEASURED_ERRORS, passed, strict=True)
        ],
        "reliability": [
            [round(said, 4), round(right, 4), rows] for said, right, rows in curve.reliability()
        ],
    }


def _curve_state(model: LanguageModel) -> dict[str, Any]:
    curve = _curve(model)
    return {
        "confidence": curve.confidence,
        "right": curve.right,
        "weight": curve.weight,
        "fitted": isinstance(curve, FittedCurve),
    }


def _restore_curve(model: LanguageModel, state: dict[str, Any]) -> None:
    kind = FittedCurve if state.get("fitted") else calibration.Curve
    model.categories_.curve_ = kind(
        np.asarray(state["confidence"], dtype=np.float32),
        np.asarray(state["right"], dtype=np.bool_),
        np.asarray(state["weight"], dtype=np.float32),
    )


def _check(model: TriageModel) -> None:
    """Arrays must fit each other, so that a damaged model fails now and not on a ticket."""
    for name, part in model.languages.items():
        if name not in LANGUAGES:
            raise ValueError(f"unknown language {name!r}")
        columns = len(part.categories_.vectoriser_.vocabulary_)
        machines, signals = part.categories_.machines_, part.signals_
        if machines is None or signals is None:
            raise ValueError("no weights")
        n_classes = len(part.categories_.classes_)
        shapes = (machines.weights.shape, signals.weights.shape[:1], machines.bias.shape)
        if shapes != ((columns, n_classes + 1), (columns,), (n_classes + 1,)):
            raise ValueError("weights do not fit the features")
        if len(part.categories_.vectoriser_.idf_) != columns:
            raise ValueError("idf does not fit the features")
        if not all(np.isfinite(array).all() for array in (machines.weights, signals.weights)):
            raise ValueError("weights are not finite")
        if not all(categories.top_of(slug) for slug in part.categories_.classes_):
            raise ValueError("a category has no name")
