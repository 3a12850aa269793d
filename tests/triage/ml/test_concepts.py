"""triage/ml/concepts.py: other words for the same thing share a concept."""

import pytest

from triage.ml.concepts import MARK, find_concepts
from triage.ml.features import named_features, read
from triage.ml.words import split_words


def concepts_of(text: str) -> set[str]:
    return {name for name, _, _ in find_concepts(split_words(text))}


@pytest.mark.parametrize(
    ("one", "other", "concept"),
    [
        ("i want my money back", "please reimburse me", "refund"),
        ("my parcel never came", "where is the package", "parcel"),
        ("包裹丢了", "快件不见了", "丢"),
    ],
)
def test_other_words_for_the_same_thing_share_a_concept(one: str, other: str, concept: str) -> None:
    assert MARK + concept in concepts_of(one) & concepts_of(other)


def test_the_longest_phrase_counts() -> None:
    words = split_words("money back")
    found = [(name, last) for name, first, last in find_concepts(words) if first == 0]
    assert found == [(f"{MARK}refund", 1)]


def test_chinese_phrases_run_on_over_borders_of_words() -> None:
    text = "到现在还没收到货"
    words = split_words(text)
    for name, first, last in find_concepts(words):
        if name == f"{MARK}没收到":
            assert "没收到" in text[words[first][1] : words[last][2]]
            return
    pytest.fail("the phrase was not found")


def test_a_phrase_does_not_run_over_a_mark() -> None:
    assert f"{MARK}refund" not in {
        name for name, first, _ in find_concepts(split_words("money. back")) if first == 0
    }


def test_concepts_make_couples_inside_a_sentence_only() -> None:
    names = named_features(read("reimburse the shoes. thanks"))["concept"]
    assert any("refund" in name and "sho" in name for name in names)
    assert not any("refund" in name and "thank" in name for name in names)


def test_long_numbers_are_no_concept() -> None:
    assert concepts_of("401") == concepts_of("987") == set()


def test_a_section_mark_is_no_concept() -> None:
    assert concepts_of("§ refund") == concepts_of("refund")
