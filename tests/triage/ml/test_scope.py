"""triage/ml/scope.py: what is foreign is told apart, and real examples of it count most."""

import numpy as np
import pytest

from triage.ml import scope
from triage.ml.classify import ClassifierSettings, TextClassifier

THINGS = ("shoes", "lamp", "phone", "kettle", "jacket", "mirror", "charger", "blanket")
KNOWN = ("where is my {}", "the {} is late", "has the {} left yet", "{} still not here", "my {} ?")
FOREIGN = ("write a poem on {}", "who invented the {}", "tell a joke with a {}", "sing of a {}")


def test_real_foreign_rows_weigh_as_much_as_all_that_play_foreign() -> None:
    unseen = np.array([True] * 60 + [False] * 40)
    foreign = np.array([False] * 97 + [True] * 3)
    weights = scope._weights(unseen, foreign)
    assert weights[foreign].sum() == pytest.approx(weights[unseen].sum())
    assert set(weights[~foreign]) == {1.0}


def test_without_real_foreign_rows_every_row_counts_the_same() -> None:
    none = np.zeros(5, dtype=np.bool_)
    assert set(scope._weights(~none, none)) == {1.0}


def test_more_real_foreign_rows_than_played_ones_are_not_made_lighter() -> None:
    unseen = np.array([True, False, False, False])
    assert set(scope._weights(unseen, ~unseen)) == {1.0}


def test_texts_like_the_foreign_examples_are_refused_before_known_ones() -> None:
    texts = [frame.format(thing) for thing in THINGS for frame in KNOWN[:4]] * 2
    labels = [thing for thing in THINGS for _ in KNOWN[:4]] * 2
    foreign = [frame.format(thing) for thing in THINGS for frame in FOREIGN[:3]]
    model = TextClassifier(ClassifierSettings(seed=0)).fit(texts, labels, foreign=foreign)
    _, inside = model.predict([KNOWN[4].format(thing) for thing in THINGS])
    _, outside = model.predict([FOREIGN[3].format(thing) for thing in THINGS])
    assert inside.min() > outside.max()
