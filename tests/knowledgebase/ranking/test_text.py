"""Cutting texts into tokens."""

import pytest

from knowledgebase.ranking import text


@pytest.mark.parametrize(
    ("one", "other"), [("refunds", "refunded"), ("parcels", "parcel"), ("charging", "charged")]
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert text.stem(one) == text.stem(other)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "where is my package", "my parcel is not here"),
        ("en", "I want my money back", "please refund me"),
        ("zh", "钱什么时候退给我", "退款多久到账"),
    ],
)
def test_different_words_for_the_same_thing_share_concepts(
    language: str, one: str, other: str
) -> None:
    block = next(b for b in text.BLOCKS[language] if b.name == "concepts")
    assert set(block.cut(text.normalise(one))) & set(block.cut(text.normalise(other)))


@pytest.mark.parametrize(
    ("words", "language"),
    [("退款还没到", "zh"), ("my refund", "en"), ("iPhone 15 坏了怎么办", "zh"), ("", "en")],
)
def test_languages_are_told_apart(words: str, language: str) -> None:
    assert text.detect_language(words) == language


@pytest.mark.parametrize("raw", ["", "😡", "{order_no}", "。。。", "x" * 100_000, "\x00\ud7ff"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_text_breaks_the_cutting(raw: str, language: str) -> None:
    for block in text.BLOCKS[language]:
        assert isinstance(block.cut(text.normalise(raw)), list)


def test_slots_are_no_words() -> None:
    assert "order" not in text.normalise("{order_no} arrives")
