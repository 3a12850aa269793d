"""triage/ml/classify.py: whose rows chances are judged on, and which rows these are."""

import numpy as np
import pytest
import scipy.sparse as sp

from triage.ml import classify
from triage.ml.classify import TextClassifier
from triage.ml.features import read
from triage.ml.records import TICKETS

THINGS = ("shoes", "lamp", "phone", "kettle", "jacket", "mirror")
FRAMES = {
    "calm": ("where is my {}", "the {} is late", "has the {} left"),
    "curt": ("{} now", "no {} yet", "late {}"),
    "chatty": ("well so i waited for the {}", "you see the {} never came", "about that {} of mine"),
}


def fitted(voices_too: dict[str, tuple[str, ...]]) -> tuple[TextClassifier, list[str], list[str]]:
    rows = [
        (frame.format(thing), thing, voice)
        for voice, frames in voices_too.items()
        for frame in frames
        for thing in THINGS
    ]
    labels, voices = [row[1] for row in rows], [row[2] for row in rows]
    model = TextClassifier()
    model.fit_rows(model.learn_columns([read(row[0]) for row in rows]), labels, voices=voices)
    return model, labels, voices


def test_every_voice_is_judged_while_there_are_few_rows() -> None:
    model, labels, _ = fitted(FRAMES)
    assert model.out_of_fold_ is not None
    assert model.out_of_fold_.rows.tolist() == list(range(len(labels)))


def test_of_very_many_rows_two_thirds_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classify, "_MANY_ROWS", 50)
    model, labels, voices = fitted(FRAMES)
    kept = model.out_of_fold_
    assert kept is not None
    assert sorted({voices[row] for row in kept.rows}) == ["calm", "chatty"]
    assert [model.classes_[place] for place in kept.targets] == [labels[row] for row in kept.rows]
    assert len(kept.scores) == len(kept.rows) == 36


def folds_of(voices: list[str]) -> dict[str, set[int]]:
    targets = np.arange(len(voices)) % 3
    places = TextClassifier()._folds(sp.eye(len(voices), format="csr"), targets, None, voices)
    return {
        name: {int(places[row]) for row in range(len(voices)) if voices[row] == name}
        for name in set(voices)
    }


def test_three_voices_are_judged_by_what_the_others_taught() -> None:
    found = folds_of(["calm"] * 40 + ["curt"] * 30 + ["chatty"] * 20 + [TICKETS] * 30)
    assert sorted(map(len, found.values())) == [1, 1, 1, 3]
    assert len(found[TICKETS]) == 3


def test_tickets_alone_do_not_make_a_third_voice() -> None:
    found = folds_of(["calm"] * 40 + ["curt"] * 30 + [TICKETS] * 30)
    assert all(len(places) > 3 for places in found.values())
