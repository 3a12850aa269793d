"""Features as numbers, a batch at once, are the features as strings, one text after the other."""

from collections import Counter
from itertools import combinations
from math import log, sqrt

import numpy as np
import pytest

from triage.ml.encoding import Encoded
from triage.ml.features import BLOCKS, Reading, Vectoriser, named_features, read
from triage.ml.keywords import groups_of
from triage.ml.model import TriageModel
from triage.ml.records import Prediction
from triage.seed import generate

LEADS = {"word": "w", "pair": "p", "char": "c", "key": "k", "concept": "n"}
ODD = [
    "",
    "  \n ",
    "!!! ?",
    "_ __ a_b ___ <_x>",
    "你好 世界\n\nabc你好",
    "I'm can't won't, don't. refund REFUND refund",
    "한국어 refund 그리고 か な",
    "꘠꘡꘢𞥐꘣ refund",
    "ＦＵＬＬ　ＷＩＤＴＨ，退款！",
    "退" * 400,
    "refund! " * 300,
]
TEXTS = [
    *ODD,
    *(row.text for row in generate("en", 3, 60)),
    *(row.text for row in generate("zh", 3, 60)),
]


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    return [
        read(text, groups_of("zh" if number % 2 else "en")) for number, text in enumerate(TEXTS)
    ]


@pytest.fixture(scope="module")
def vectoriser(readings: list[Reading]) -> Vectoriser:
    # Half of the texts, so that the other half holds words that are not known.
    return Vectoriser().fit_readings(readings[::2])


def row_by_names(vectoriser: Vectoriser, reading: Reading) -> dict[int, float]:
    """The definition: (1 + log count) times idf, each block scaled to its weight."""
    row: dict[int, float] = {}
    for block, names in named_features(reading).items():
        found = Counter(vectoriser.vocabulary_.get(LEADS[block] + name, -1) for name in names)
        del found[-1]
        values = {c: (1 + log(n)) * float(vectoriser.idf_[c]) for c, n in found.items()}
        length = sqrt(sum(value * value for value in values.values()))
        row |= {c: value * vectoriser.weights[block] / length for c, value in values.items()}
    return row


def encoded_row(encoded: Encoded, number: int) -> dict[int, float]:
    row = encoded.rows[number]
    return dict(zip(row.indices.tolist(), row.data.tolist(), strict=True))


def test_rows_of_a_batch_are_the_rows_by_names(
    vectoriser: Vectoriser, readings: list[Reading]
) -> None:
    encoded = vectoriser.encode(readings)
    for number, reading in enumerate(readings):
        assert encoded_row(encoded, number) == pytest.approx(row_by_names(vectoriser, reading))


def test_a_block_without_weight_is_left_out(readings: list[Reading]) -> None:
    vectoriser = Vectoriser()
    vectoriser.weights["char"] = 0.0
    rows = vectoriser.fit_readings(readings).transform_readings(readings)
    assert rows.nnz > 0
    assert not any(name.startswith("c") for name in vectoriser.vocabulary_)


def test_without_couples_words_and_concepts_count_alone(readings: list[Reading]) -> None:
    vectoriser = Vectoriser(couples=False).fit_readings(readings)
    encoded = vectoriser.encode(readings)
    assert any(name.startswith("n") for name in vectoriser.vocabulary_)
    assert not any("~" in name[2:-1] for name in vectoriser.vocabulary_)
    for number, reading in enumerate(readings):
        assert encoded_row(encoded, number) == pytest.approx(row_by_names(vectoriser, reading))


def test_a_batch_reads_as_its_texts_alone(vectoriser: Vectoriser, readings: list[Reading]) -> None:
    together = vectoriser.encode(readings)
    for number, reading in enumerate(readings):
        alone = vectoriser.encode([reading])
        assert encoded_row(alone, 0) == encoded_row(together, number)


def test_many_texts_are_encoded_in_parts(vectoriser: Vectoriser, readings: list[Reading]) -> None:
    many = readings * 9
    rows = vectoriser.transform_readings(many)
    assert len(many) > 1_000
    assert rows.shape[0] == len(many)
    assert (rows[-len(readings) :] != vectoriser.encode(readings).rows).nnz == 0


def test_shares_of_words_add_up_to_the_score(
    vectoriser: Vectoriser, readings: list[Reading]
) -> None:
    encoded = vectoriser.encode(readings)
    weights = np.random.default_rng(0).normal(size=encoded.rows.shape[1]).astype(np.float32)
    shares = encoded.word_shares(weights[encoded.rows.indices])
    scores = encoded.rows @ weights
    starts = encoded.word_starts
    sums = [shares[starts[i] : starts[i + 1]].sum() for i in range(len(readings))]
    assert np.allclose(sums, scores, atol=1e-4)


def test_the_share_of_a_couple_goes_to_both_of_its_words() -> None:
    reading = read("red cup")
    vectoriser = Vectoriser().fit_readings([reading])
    encoded = vectoriser.encode([reading])
    weights = np.zeros(encoded.rows.shape[1], dtype=np.float32)
    weights[vectoriser.vocabulary_["pcup~red"]] = 1
    first, second = encoded.word_shares(weights[encoded.rows.indices]).tolist()
    assert first == pytest.approx(second)
    assert first > 0


@pytest.mark.parametrize("text", ["said dont call, calls", "swapped again, swapped calls call"])
def test_of_a_couple_that_stands_twice_the_first_places_count(text: str) -> None:
    reading = read(text)
    named = [(place, name) for place, (name, _, _) in enumerate(reading.words) if name != ","]
    named += [(first, concept) for concept, first, _ in reading.concepts]
    named.sort(key=lambda one: one[0])
    expected: dict[str, tuple[int, int]] = {}
    for (first, name), (last, mate) in combinations(named, 2):
        couple = "~".join(sorted((name, mate)))
        expected[couple] = min(expected.get(couple, (first, last)), (first, last))
    vectoriser = Vectoriser().fit_readings([reading])
    encoded = vectoriser.encode([reading])
    names = list(vectoriser.vocabulary_)
    found = {
        names[encoded.rows.indices[value]][1:]: (first, last)
        for value, first, last in zip(
            encoded.inverse.tolist(), encoded.firsts.tolist(), encoded.lasts.tolist(), strict=True
        )
    }
    couples = {name: places for name, places in found.items() if "~" in name}
    assert couples
    assert couples == {name: expected[name] for name in couples}


def test_blocks_are_named_by_their_leads() -> None:
    assert tuple(LEADS) == BLOCKS


def same(one: Prediction, other: Prediction) -> None:
    a, b = one.to_dict(), other.to_dict()
    for name in ("fired", "flags", "priority", "decided_by", "band", "also", "emotion"):
        assert a[name] == b[name]
    assert [reason.text for reason in one.reasons] == [reason.text for reason in other.reasons]
    for reason, again in zip(one.reasons, other.reasons, strict=True):
        assert reason.towards == pytest.approx(again.towards, abs=2e-4)
    assert a["probabilities"] == pytest.approx(b["probabilities"], abs=1e-5)
    assert [slug for slug, _ in one.alternatives] == [slug for slug, _ in other.alternatives]


def test_a_ticket_is_decided_in_a_batch_as_alone(model: TriageModel) -> None:
    languages = [("zh", "en", "")[number % 3] for number in range(len(TEXTS))]
    together = model.predict(TEXTS, languages)
    for text, language, answer in zip(TEXTS, languages, together, strict=True):
        alone = model.predict([text], [language])[0]
        same(answer, alone)
