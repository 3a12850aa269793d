"""Measure what may be promised of a model: on recent tickets, else on phrasings written apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.ml import guarantees, recent
from triage.ml.calibration import Curve
from triage.ml.records import Prediction
from triage.ml.training import anchors
from triage.queries import LabelledTicket

if TYPE_CHECKING:
    from triage.ml.model import TriageModel

# From fewer rows in a language nothing is promised.
ENOUGH_ROWS = 200


@dataclass(frozen=True, slots=True)
class Recent:
    """What recent tickets show of a language.

    `wrong` is the bound on wrong answers for each line of the slider, `sets` the figures of the
    shown sets.
    """

    wrong: list[float]
    sets: dict[str, Any] | None


def read(model: "TriageModel", rows: Sequence[Any]) -> list[Prediction]:
    """Read rows that have text, language and subject; reasons are left out."""
    return model.predict(
        [row.text for row in rows],
        [row.language for row in rows],
        [row.subject for row in rows],
        with_reasons=False,
    )


def take_recent(
    model: "TriageModel", rows: Sequence[LabelledTicket], *, enough: int = ENOUGH_ROWS
) -> dict[str, Recent]:
    """Take chances and bands of a model from recent tickets, as far as there are labels.

    Only tickets count that were labelled without choosing mistakes. Few of them bend the curve of
    the material; from `enough` on in a language, promises are measured on them alone, which is
    what is returned by language.
    """
    found: dict[str, Recent] = {}
    for language, part in model.languages.items():
        own = [row for row in rows if row.language == language and row.weight]
        material = part.categories_.curve_
        if not own or material is None:
            continue
        curve = _curve(own, read(model, own))
        slope, shift = recent.fit(material, curve)
        model.recalibrate(language, slope, shift)
        model.judge_by(language, recent.joined(material, curve, slope, shift))
        if len(own) >= enough:
            found[language] = _measured(model, language, own)
    return found


def _curve(rows: Sequence[LabelledTicket], answers: Sequence[Prediction]) -> Curve:
    return Curve(
        np.array([answer.confidence for answer in answers], dtype=np.float32),
        np.array([a.category == row.category for row, a in zip(rows, answers, strict=True)]),
        np.array([row.weight for row in rows], dtype=np.float32),
    )


def _measured(model: "TriageModel", language: str, rows: Sequence[LabelledTicket]) -> Recent:
    """Measure with the chances as they are shown now; the sets' level is taken over."""
    answers = read(model, rows)
    thresholds = [step[1] for step in model.measured()[language]["steps"]]
    wrong = guarantees.most_wrong(_curve(rows, answers), thresholds)
    sets = guarantees.set_figures(
        answers, [row.category for row in rows], [float(row.weight) for row in rows]
    )
    if sets is not None:
        model.languages[language].conformal_ = sets.level
    return Recent([round(bound, 4) for bound in wrong], sets.to_dict() if sets else None)


def promises(model: "TriageModel", measured: Mapping[str, Recent]) -> dict[str, dict[str, Any]]:
    """Return, by language, what pages may promise: bounds for each line, and the sets.

    Without enough recent tickets nothing is promised of what is filed alone: the material is no
    sample of the tickets of this shop.
    """
    found: dict[str, dict[str, Any]] = {}
    for language in model.languages:
        one = measured.get(language)
        if one is not None:
            found[language] = {"recent": True, "wrong": one.wrong, "sets": one.sets}
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
