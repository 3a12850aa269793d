"""Measure what may be promised of a model: on recent tickets, else on phrasings written apart."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.ml import guarantees
from triage.ml.calibration import Curve
from triage.ml.records import Prediction
from triage.ml.training import anchors
from triage.queries import LabelledTicket

if TYPE_CHECKING:
    from triage.ml.model import TriageModel

# With fewer rows in a language what was measured on the material is the better guess.
ENOUGH_ROWS = 200

Answered = tuple[LabelledTicket, Prediction]


def read(model: "TriageModel", rows: Sequence[Any]) -> list[Prediction]:
    """Read rows that have text, language and subject; reasons are left out."""
    return model.predict(
        [row.text for row in rows],
        [row.language for row in rows],
        [row.subject for row in rows],
        with_reasons=False,
    )


def take_recent(
    model: "TriageModel", answered: Sequence[Answered], *, enough: int = ENOUGH_ROWS
) -> dict[str, dict[str, Any]]:
    """Take bands and sets of a model from recent tickets, where a language has enough of them.

    Only tickets count that were labelled without choosing mistakes. Returns the figures of the
    sets by language.
    """
    found: dict[str, dict[str, Any]] = {}
    for language in model.languages:
        pairs = [pair for pair in answered if pair[0].language == language and pair[0].weight]
        if len(pairs) < enough:
            continue
        rows, answers = [row for row, _ in pairs], [answer for _, answer in pairs]
        truths, weights = [row.category for row in rows], [float(row.weight) for row in rows]
        right = [answer.category == truth for answer, truth in zip(answers, truths, strict=True)]
        confidence = np.array([answer.confidence for answer in answers], dtype=np.float32)
        curve = Curve(confidence, np.array(right), np.array(weights, dtype=np.float32))
        model.judge_by(language, curve)
        sets = guarantees.set_figures(answers, truths, weights)
        if sets is not None:
            model.languages[language].conformal_ = sets.level
            found[language] = sets.to_dict()
    return found


def promises(
    model: "TriageModel", recent: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return, by language, what pages may promise: bounds for each line, and the sets.

    Without recent tickets nothing is promised of what is filed alone: the material is no sample of
    the tickets of this shop.
    """
    found: dict[str, dict[str, Any]] = {}
    for language, part in model.measured().items():
        curve = model.languages[language].categories_.curve_
        if language in recent and curve is not None:
            bounds = guarantees.most_wrong(curve, [step[1] for step in part["steps"]])
            wrong = [round(bound, 4) for bound in bounds]
            found[language] = {"recent": True, "wrong": wrong, "sets": dict(recent[language])}
        else:
            sets = _on_anchors(model, language)
            found[language] = {"recent": False, "wrong": [], "sets": sets}
    return found


def _on_anchors(model: "TriageModel", language: str) -> dict[str, Any] | None:
    rows = [row for row in anchors() if row.language == language]
    sets = guarantees.set_figures(
        read(model, rows),
        [row.category for row in rows],
        [1.0] * len(rows),
        model.languages[language].conformal_,
    )
    return sets.to_dict() if sets else None
