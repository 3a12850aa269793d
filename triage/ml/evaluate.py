"""Train the product's own text pipeline on any labelled file and measure it on another.

A label is a word, a number, or a list where several may hold. Rows whose label is "oos" (or
"out of scope", or whose field `oos` is true) belong to no label: in the training file they teach
what is foreign, in the test file they measure how well the foreign is refused.
"""

import gzip
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import f1_score, roc_auc_score

from triage.ml import artefact, calibration, severallabels
from triage.ml.classify import ClassifierSettings, TextClassifier
from triage.ml.features import GroupFinder, no_groups
from triage.ml.keywords import groups_of
from triage.ml.language import detect

FOREIGN = frozenset({"oos", "out-of-scope", "out_of_scope", "out of scope"})
REFUSED_IN_SCOPE = 0.05
_ONE_BY_ONE = 200
_ENOUGH_ROWS = 4_000


@dataclass(slots=True)
class Report:
    """What was measured; shares in 0..1, times in seconds, sizes in bytes."""

    kind: str
    target: str
    train_rows: int
    test_rows: int
    classes: int
    accuracy: float
    macro_f1: float
    expected_calibration_error: float
    calibration_bins: int
    threshold: float
    coverage_at_95_precision: float
    precision_reached: float
    train_seconds: float
    predictions_per_second_batch: float
    predictions_per_second_single: float
    model_bytes: int
    seed: int
    extra: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Labelled:
    """The rows of a file, by what their labels look like."""

    texts: list[str]
    labels: list[Any]
    foreign: list[bool]

    @property
    def kind(self) -> str:
        """'several', 'binary' or 'one'."""
        inside = [label for label, out in zip(self.labels, self.foreign, strict=True) if not out]
        if any(isinstance(label, list) for label in inside):
            return "several"
        if {str(label) for label in inside} <= {"0", "1", "True", "False", "true", "false"}:
            return "binary"
        return "one"


def read_labelled(path: Path, target: str) -> Labelled:
    """Rows of JSON lines (also gzipped) that have a text and the target."""
    texts: list[str] = []
    labels: list[Any] = []
    foreign: list[bool] = []
    for row in read_rows(path):
        if target not in row or row[target] is None or not isinstance(row.get("text"), str):
            continue
        label = row[target]
        texts.append(row["text"])
        labels.append(label)
        name = "" if isinstance(label, list) else str(label).lower()
        foreign.append(name in FOREIGN or (target == "label" and bool(row.get("oos"))))
    if not texts:
        raise ValueError(f"{path}: no row has both 'text' and {target!r}")
    return Labelled(texts, labels, foreign)


def read_rows(path: Path) -> Iterable[dict[str, Any]]:
    """Objects of a JSON-lines file, gzipped or not; names the line that cannot be read."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise ValueError(f"{path}, line {number}: {error}") from error
            if not isinstance(row, dict):
                raise ValueError(f"{path}, line {number}: not an object")
            yield row


def evaluate(train: Labelled, test: Labelled, target: str, *, seed: int = 0) -> Report:
    """Train on one file, measure on the other."""
    kind = train.kind
    if kind == "one":
        return _evaluate_one(train, test, target, seed)
    return _evaluate_labels(train, test, target, kind, seed)


def _finder(texts: Sequence[str], kind: str) -> GroupFinder:
    """The keyword table of the language that most rows are in.

    One label of many with thousands of rows needs none: on BANKING77 the groups took 0.4 points.
    """
    if kind == "one" and len(texts) > _ENOUGH_ROWS:
        return no_groups
    sample = texts[:: max(1, len(texts) // 200)]
    chinese = sum(detect(text) == "zh" for text in sample)
    return groups_of("zh" if chinese * 2 > len(sample) else "en")


def _evaluate_one(train: Labelled, test: Labelled, target: str, seed: int) -> Report:
    inside = [not out for out in train.foreign]
    started = time.perf_counter()
    model = TextClassifier(ClassifierSettings(seed=seed), _finder(train.texts, train.kind)).fit(
        [text for text, keep in zip(train.texts, inside, strict=True) if keep],
        [str(label) for label, keep in zip(train.labels, inside, strict=True) if keep],
        foreign=[text for text, keep in zip(train.texts, inside, strict=True) if not keep],
    )
    seconds = time.perf_counter() - started
    started = time.perf_counter()
    chances, in_scope = model.predict(test.texts)
    batch = len(test.texts) / (time.perf_counter() - started)
    measured = np.array([not out for out in test.foreign])
    truth = np.array([str(label) for label in test.labels], dtype=object)
    guess = np.array(model.classes_, dtype=object)[chances.argmax(axis=1)]
    right = np.asarray(guess == truth, dtype=np.bool_)
    confidence = chances.max(axis=1)
    cover = calibration.coverage_at(confidence[measured], right[measured], model.threshold_)
    return Report(
        kind="one",
        target=target,
        train_rows=len(train.texts),
        test_rows=len(test.texts),
        classes=len(model.classes_),
        accuracy=float(right[measured].mean()),
        macro_f1=_macro_f1(truth[measured], guess[measured]),
        expected_calibration_error=calibration.calibration_error(
            confidence[measured], right[measured]
        ),
        calibration_bins=calibration.ECE_BINS,
        threshold=cover.threshold,
        coverage_at_95_precision=cover.coverage,
        precision_reached=cover.precision,
        train_seconds=seconds,
        predictions_per_second_batch=batch,
        predictions_per_second_single=_single_speed(model.predict, test.texts),
        model_bytes=len(artefact.pack(model.to_state())),
        seed=seed,
        extra=_scope_figures(in_scope, measured),
    )


def _macro_f1(truth: npt.NDArray[Any], guess: npt.NDArray[Any]) -> float:
    names = sorted(set(truth))
    return float(f1_score(list(truth), list(guess), labels=names, average="macro", zero_division=0))


def _single_speed(predict: Any, texts: Sequence[str]) -> float:
    sample = list(texts[:_ONE_BY_ONE])
    started = time.perf_counter()
    for text in sample:
        predict([text])
    return len(sample) / (time.perf_counter() - started)


def _scope_figures(
    in_scope: npt.NDArray[np.float32], measured: npt.NDArray[np.bool_]
) -> dict[str, Any]:
    """How well foreign rows are told apart; empty when the test file has none."""
    if measured.all() or not measured.any():
        return {}
    limit = float(np.quantile(in_scope[measured], REFUSED_IN_SCOPE))
    return {
        "out_of_scope_rows": int((~measured).sum()),
        "out_of_scope_auroc": float(roc_auc_score(measured, in_scope)),
        "out_of_scope_refused_at_5_percent": float((in_scope[~measured] < limit).mean()),
    }


def _evaluate_labels(train: Labelled, test: Labelled, target: str, kind: str, seed: int) -> Report:
    started = time.perf_counter()
    model = severallabels.LabelClassifier(
        seed=seed, find_groups=_finder(train.texts, train.kind)
    ).fit(train.texts, [_as_list(label) for label in train.labels])
    seconds = time.perf_counter() - started
    started = time.perf_counter()
    chances = model.predict(test.texts)
    batch = len(test.texts) / (time.perf_counter() - started)
    marks = severallabels.marks_of(model.classes_, [_as_list(label) for label in test.labels])
    decided = model.decide(chances)
    surest = np.maximum(chances, 1 - chances)
    right = (chances >= 0.5) == marks
    cover = calibration.coverage_at(surest.ravel(), right.ravel(), model.threshold_)
    return Report(
        kind=kind,
        target=target,
        train_rows=len(train.texts),
        test_rows=len(test.texts),
        classes=len(model.classes_),
        accuracy=float((decided == marks).all(axis=1).mean()),
        macro_f1=_label_f1(marks, decided, kind),
        expected_calibration_error=float(
            np.mean(
                [
                    calibration.calibration_error(chances[:, i], marks[:, i])
                    for i in range(len(model.classes_))
                ]
            )
        ),
        calibration_bins=calibration.ECE_BINS,
        threshold=cover.threshold,
        coverage_at_95_precision=cover.coverage,
        precision_reached=cover.precision,
        train_seconds=seconds,
        predictions_per_second_batch=batch,
        predictions_per_second_single=_single_speed(model.predict, test.texts),
        model_bytes=len(artefact.pack(model.to_state())),
        seed=seed,
        extra={
            "f1_per_label": {
                name: float(f1_score(marks[:, i], decided[:, i], zero_division=0))
                for i, name in enumerate(model.classes_)
            }
        },
    )


def _label_f1(marks: npt.NDArray[np.bool_], decided: npt.NDArray[np.bool_], kind: str) -> float:
    if kind == "binary":
        return float(f1_score(marks[:, 0], decided[:, 0], average="macro", zero_division=0))
    return float(f1_score(marks, decided, average="macro", zero_division=0))


def _as_list(label: Any) -> list[str]:
    if isinstance(label, list):
        return [str(one) for one in label]
    return ["1"] if str(label).lower() in {"1", "true"} else []
