"""triage/ml/severallabels.py and the machines under it: rare labels are found by telling words."""

import numpy as np
import pytest

from triage.ml import linear
from triage.ml.features import Vectoriser, read
from triage.ml.severallabels import LabelClassifier, marks_of

GLAD = ("i love it", "so happy today", "this is great", "love this great day")
SAD = ("i am sad", "this made me cry", "so sad today", "i cry all day")
PLAIN = ("the bus left at noon", "he lives in the city", "it opens on monday", "the box is blue")


def labelled() -> tuple[list[str], list[list[str]]]:
    texts = [*GLAD * 5, *SAD * 5, *PLAIN * 5, "love you but so sad"]
    labels = [["joy"]] * 20 + [["sadness"]] * 20 + [[]] * 20 + [["joy", "sadness"]]
    return texts, labels


def test_several_one_or_no_label_may_hold() -> None:
    texts, labels = labelled()
    model = LabelClassifier().fit(texts, labels)
    given = model.decide(model.predict(["happy", "he made her cry", "the city is blue"]))
    assert given.tolist() == [[True, False], [False, True], [False, False]]


def test_columns_that_tell_weigh_more_than_common_ones() -> None:
    texts, labels = labelled()
    readings = [read(text) for text in texts]
    vectoriser = Vectoriser(couples=False).fit_readings(readings)
    rows = vectoriser.transform_readings(readings)
    marks = marks_of(["joy", "sadness"], labels)
    plain = linear.fit_labels(rows, marks).weights[:, 0]
    scaled = linear.fit_telling(rows, marks).weights[:, 0]
    telling, common = vectoriser.vocabulary_["wlov"], vectoriser.vocabulary_["wthe"]
    assert scaled[telling] / abs(scaled[common]) > plain[telling] / abs(plain[common])


def test_weights_of_telling_columns_fit_rows_that_are_not_scaled() -> None:
    texts, labels = labelled()
    vectoriser = Vectoriser().fit(texts)
    rows = vectoriser.transform(texts)
    marks = marks_of(["joy", "sadness"], labels)
    scores = linear.fit_telling(rows, marks, strength=3.0).scores(rows)
    assert np.mean((scores > 0) == marks) == pytest.approx(1.0, abs=0.05)


def test_a_label_of_every_row_or_of_none_needs_no_machine() -> None:
    rows = Vectoriser().fit(["a b", "c d"]).transform(["a b", "c d"])
    machines = linear.fit_telling(rows, np.array([[True, False], [True, False]]))
    assert (machines.scores(rows) > 0).tolist() == [[True, False], [True, False]]


def test_a_word_never_seen_is_read_by_the_feeling_it_shares() -> None:
    texts, labels = labelled()
    chances = LabelClassifier().fit(texts, labels).predict(["heartbroken", "delighted"])
    sadness = chances[:, 1]
    assert sadness[0] > sadness[1]
