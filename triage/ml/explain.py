"""Which words of the original text made the category, and which set it apart."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from triage.ml.decision import Evidence, original
from triage.ml.encoding import Encoded
from triage.ml.features import Reading
from triage.ml.languagemodel import LanguageModel
from triage.ml.records import Prediction, Reason

FloatArray = npt.NDArray[np.float32]

MOST_REASONS = 6
_SHARE = 0.08
"""A word is shown when it carries this share of what speaks for the category."""


def with_reasons(
    predictions: Sequence[Prediction],
    model: LanguageModel,
    readings: Sequence[Reading],
    encoded: Encoded,
    evidence: Sequence[Evidence],
    scores: FloatArray,
) -> list[Prediction]:
    """The predictions of a batch with their reasons, heaviest first.

    Parameters
    ----------
    scores : array of shape (texts, categories)
    """
    machines = model.categories_.machines_
    if machines is None:
        return list(predictions)
    place = {name: number for number, name in enumerate(model.categories_.classes_)}
    best = np.array([place[prediction.category] for prediction in predictions], dtype=np.int64)
    rest = scores.copy()
    rest[np.arange(len(best)), best] = -np.inf
    text, columns = encoded.text_of_values(), encoded.rows.indices
    towards = machines.weights[columns, best[text]]
    against = towards - machines.weights[columns, rest.argmax(axis=1)[text]]
    shares, edges = encoded.word_shares(towards), encoded.word_shares(against)
    pulls = (shares.astype(np.float64) + edges).tolist()
    shown = shares.tolist(), edges.tolist()
    reasons = [
        _reasons(reading, [share[start:end] for share in shown], pulls[start:end], one)
        for reading, (start, end), one in zip(
            readings, pairwise(encoded.word_starts.tolist()), evidence, strict=True
        )
    ]
    return [
        replace(prediction, reasons=found) if found else prediction
        for prediction, found in zip(predictions, reasons, strict=True)
    ]


def _reasons(
    reading: Reading, shares: list[list[float]], pull: list[float], evidence: Evidence
) -> tuple[Reason, ...]:
    towards, against = shares
    positive = sum(value for value in pull if value > 0)
    if positive <= 0:
        return ()
    heaviest = sorted(range(len(pull)), key=pull.__getitem__, reverse=True)
    heavy = [
        place
        for place in heaviest[: MOST_REASONS * 2]
        if pull[place] >= _SHARE * positive and reading.words[place][0][0].isalnum()
    ] or heaviest[:1]
    reasons: list[Reason] = []
    for first, last in _runs(sorted(heavy), reading):
        field, start, end, words = original(
            reading.folded,
            reading.words[first][1],
            reading.words[last][2],
            evidence.subject,
            evidence.text,
        )
        if start < end:
            reasons.append(
                Reason(
                    field,
                    start,
                    end,
                    words,
                    round(sum(towards[first : last + 1]), 4),
                    round(sum(against[first : last + 1]), 4),
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
