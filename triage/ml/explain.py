"""Which words of the original text made the category, and which set it apart."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from triage.ml.decision import Evidence, original
from triage.ml.features import Encoded, Reading
from triage.ml.languagemodel import LanguageModel
from triage.ml.records import Prediction, Reason

FloatArray = npt.NDArray[np.float32]

MOST_REASONS = 6
_SHARE = 0.08
"""A word is shown when it carries this share of what speaks for the category."""


def with_reasons(
    prediction: Prediction,
    model: LanguageModel,
    reading: Reading,
    encoded: Encoded,
    evidence: Evidence,
) -> Prediction:
    """The prediction with its reasons, heaviest first."""
    machines = model.categories_.machines_
    if machines is None or not reading.words or not len(encoded.columns):
        return prediction
    classes = model.categories_.classes_
    best = classes.index(prediction.category)
    rest = np.where(np.arange(len(classes)) == best, -np.inf, evidence.scores)
    runner_up = int(rest.argmax())
    weights = machines.weights[encoded.columns]
    towards = encoded.word_shares(weights[:, best], len(reading.words))
    against = encoded.word_shares(weights[:, best] - weights[:, runner_up], len(reading.words))
    return replace(prediction, reasons=_reasons(reading, towards, against, evidence))


def _reasons(
    reading: Reading, towards: FloatArray, against: FloatArray, evidence: Evidence
) -> tuple[Reason, ...]:
    pull = towards + against
    positive = float(np.maximum(pull, 0).sum())
    if positive <= 0:
        return ()
    heavy = [
        place
        for place in np.argsort(-pull, kind="stable")[: MOST_REASONS * 2]
        if pull[place] >= _SHARE * positive and reading.words[place][0][0].isalnum()
    ] or [int(pull.argmax())]
    reasons: list[Reason] = []
    for first, last in _runs(sorted(int(place) for place in heavy), reading):
        field, start, end, words = original(
            reading.folded,
            reading.words[first][1],
            reading.words[last][2],
            evidence.subject,
            evidence.text,
        )
        inside = slice(first, last + 1)
        if start < end:
            reasons.append(
                Reason(
                    field,
                    start,
                    end,
                    words,
                    round(float(towards[inside].sum()), 4),
                    round(float(against[inside].sum()), 4),
                )
            )
    reasons.sort(key=lambda reason: -(reason.towards + reason.against_runner_up))
    return tuple(reasons[:MOST_REASONS])


def _runs(places: Sequence[int], reading: Reading) -> list[tuple[int, int]]:
    """Neighbouring words as one stretch."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and reading.words[place][1] - reading.words[runs[-1][1]][2] <= 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs
