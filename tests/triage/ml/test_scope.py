"""triage/ml/scope.py: what is foreign is told apart, and real examples of it count most."""

import numpy as np
import pytest
import scipy.sparse as sp

from triage.ml import linear, scope
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


def test_no_voice_stands_in_two_folds() -> None:
    voices = ["one"] * 50 + ["two"] * 30 + ["three"] * 20 + ["four"] * 5
    places = scope.voice_places(voices, [str(row) for row in range(len(voices))])
    for voice in set(voices):
        assert (
            len({place for place, name in zip(places, voices, strict=True) if name == voice}) == 1
        )
    assert sorted(np.bincount(places)) == [25, 30, 50]


def test_tickets_are_many_voices_but_one_group_of_them_stays_together() -> None:
    voices = ["one"] * 9 + ["two"] * 9 + ["three"] * 9 + ["tickets"] * 90
    groups = [f"row {row}" for row in range(27)] + [f"customer {row // 3}" for row in range(90)]
    places = scope.voice_places(voices, groups, many="tickets")
    assert sorted(np.bincount(places[27:])) == [30, 30, 30]
    assert (places[27:].reshape(-1, 3) == places[27::3][:, None]).all()


def test_folds_of_voices_come_out_the_same_again() -> None:
    voices = [f"voice {row % 5}" for row in range(60)] + ["tickets"] * 40
    groups = [str(row) for row in range(100)]
    first = scope.voice_places(voices, groups, many="tickets", seed=3)
    assert (first == scope.voice_places(voices, groups, many="tickets", seed=3)).all()


@pytest.mark.parametrize(
    ("rows", "foreign", "fits"), [(5_000, 0, 1), (5_000, 20, 2), (600, 0, 2)], ids=str
)
def test_many_rows_without_foreign_ones_need_one_round(rows: int, foreign: int, fits: int) -> None:
    targets = np.append(np.arange(rows) % 10, np.full(foreign, 10))
    matrix = sp.csr_matrix((np.ones(len(targets)), (np.arange(len(targets)), targets)))
    fitted: list[int] = []

    def fit(part: sp.csr_matrix, labels: scope.Ints) -> linear.Linear:
        fitted.append(len(labels))
        return linear.fit_classes(part, labels, 11)

    scope.fit(matrix, targets, 10, fit)
    assert len(fitted) == fits
