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
        assert isinstance(block.cut(text.normalise(raw)), list | tuple)


def test_slots_are_no_words() -> None:
    assert "order" not in text.normalise("{order_no} arrives")


def test_traditional_characters_are_read_as_simplified_ones() -> None:
    assert text.normalise("退貨還沒收到") == "退货还没收到"


def test_order_numbers_say_nothing_and_hotlines_do() -> None:
    assert "d20241111" not in text.normalise("Order D20241111 is late")
    assert "12315" in text.normalise("我要打12315")


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "it broke after three weeks", "it broke after 5 days"),
        ("en", "I paid 300 euros", "they took $20"),
        ("zh", "用了三天就坏", "两个月就坏"),
    ],
)
def test_amounts_of_a_kind_share_a_concept(language: str, one: str, other: str) -> None:
    block = next(b for b in text.BLOCKS[language] if b.name == "concepts")
    shared = set(block.cut(text.normalise(one))) & set(block.cut(text.normalise(other)))
    assert any(concept.startswith("#") for concept in shared)
