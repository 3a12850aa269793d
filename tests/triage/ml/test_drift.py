"""Drift: nothing is called new that chance explains, and what is new is found."""

import numpy as np

from triage.ml import drift
from triage.ml.drift import WordCounts

CALM = {"logistics": 400, "quality": 300, "price": 300}


def counts(*texts: str) -> WordCounts:
    made = WordCounts()
    for number, text in enumerate(texts):
        made.add(number, text, {"parcel": 0.1})
    return made


def test_equal_shares_are_calm_and_a_new_class_is_far() -> None:
    assert drift.shift(CALM, CALM).index == 0.0
    assert drift.shift(CALM, CALM).kind == "calm"
    assert drift.shift(CALM | {"authenticity": 500}, CALM).kind == "far"
    assert drift.shift(CALM | {"logistics": 900}, CALM).kind == "watch"


def test_what_chance_explains_is_calm() -> None:
    dice = np.random.default_rng(0)
    shares = np.full(9, 1 / 9)
    calm = 0
    for _round in range(200):
        first, second = dice.multinomial(60, shares), dice.multinomial(60, shares)
        found = drift.shift(
            {str(place): int(n) for place, n in enumerate(first)},
            {str(place): int(n) for place, n in enumerate(second)},
        )
        calm += found.kind == "calm"
    assert calm >= 180


def test_of_few_tickets_nothing_is_said() -> None:
    assert drift.shift({"price": 49}, CALM).kind == "few"
    assert drift.shift({}, {}).kind == "few"


def test_the_share_of_a_word_comes_back_from_its_weight() -> None:
    documents, holding = 1_000, 49
    idf = np.log((1 + documents) / (1 + np.array([holding, 10, 10]))) + 1
    shares = drift.learnt_shares({"wparcel": 0, "wparcel_late": 1, "cpar": 2}, idf)
    assert list(shares) == ["parcel"]
    assert abs(shares["parcel"] - 0.05) < 0.001


def test_a_word_that_many_write_now_is_new_and_one_customers_name_is_not() -> None:
    before = counts(*["my parcel is late"] * 50)
    now = counts(*["my parcel is stuck at the teleporter"] * 12, "Wolfgang waits", *["late"] * 30)
    found = {one.word: one for one in drift.new_words(now, before, {"parcel": 0.1})}
    assert "teleporter" in found
    assert "wolfgang" not in found
    assert "parcel" not in found
    one = found["teleporter"]
    assert (one.tickets, one.before, one.texts, one.examples) == (12, 0, 43, (0, 1, 2))


def test_a_word_that_was_learnt_often_is_not_new() -> None:
    now = counts(*["the teleporter broke"] * 12)
    learnt = dict.fromkeys(now.tickets, 0.9)
    assert not drift.new_words(now, WordCounts(), learnt)


def test_words_never_learnt_are_counted_and_numbers_are_not() -> None:
    made = WordCounts()
    words, unknown = made.add(1, "parcel 1234567 teleporter!!", {"parcel": 0.1})
    assert (words, unknown) == (2, 1)
    assert made.unknown_share == 0.5
    assert WordCounts().unknown_share is None


def test_chinese_words_are_words() -> None:
    made = WordCounts()
    made.add(1, "包裹一直没有到", {})
    assert "包裹" in made.tickets
    assert "到" not in made.tickets


def test_classes_add_up_under_their_tops() -> None:
    assert drift.by_top({"price.a": 2, "price.b": 3, "": 9}) == {"price": 5}
