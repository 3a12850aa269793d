"""Folding keeps the way back to the original characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.ml.normalise import MAX_CHARS, normalise


def test_width_case_and_script_are_folded() -> None:
    assert normalise("ＡＢＣ 這個東西").text == "abc 这个东西"


def test_quotes_are_folded_alone_and_beside_an_accent() -> None:
    assert normalise("‘Ａ’ “b” `´").text == "'a' \"b\" ''"
    assert normalise("‘e\u0301’ “b” `´").text == "'é' \"b\" ''"


def test_a_lone_surrogate_keeps_its_place() -> None:
    assert normalise("a\ud800b").text == "a\ufffdb"


def test_long_numbers_and_addresses_are_masked() -> None:
    folded = normalise("call 13800000001 or a.b@example.com, order D2411").text
    assert "13800000001" not in folded
    assert "example.com" not in folded
    assert "d2411" not in folded
    assert folded.split() == ["call", "maskdigits", "or", "maskmail", ",", "order", "maskcode"]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("see https://shop.example/x?y=1 now", "see masklink now"),
        ("see www.shop.example now", "see masklink now"),
        ("card 1234-5678-9012", "card maskcode"),
        ("123 456 789", "maskcode"),
        ("room 1234, at 5@home", "room 1234, at 5@home"),
    ],
)
def test_each_mask_is_looked_for(text: str, masked: str) -> None:
    assert " ".join(normalise(text).text.split()) == masked


def test_hotline_numbers_survive_the_mask() -> None:
    assert "12315" in normalise("我要打12315投诉").text


def test_quotes_and_signatures_are_left_out() -> None:
    mail = "It broke.\n> earlier text\n-- \nJane\nSales"
    assert normalise(mail).text == "it broke.\n"


def test_a_text_of_nothing_but_quotes_is_kept() -> None:
    assert normalise("> help me\n> please").text.startswith("> help me")


def test_span_leads_back_behind_a_mask() -> None:
    text = "order 123456789 is broken"
    folded = normalise(text)
    start = folded.text.index("broken")
    first, last = folded.span(start, start + 6)
    assert text[first:last] == "broken"


def test_only_both_ends_of_a_huge_text_are_read() -> None:
    folded = normalise("a" * 1_000_000 + " refund me")
    assert len(folded.text) <= MAX_CHARS + 10
    assert folded.text.endswith("refund me")


@pytest.mark.parametrize("text", ["", "\x00\x01", "\ud800", "é" * 50, "a" + "\u0301" * 500])
def test_odd_texts_survive(text: str) -> None:
    folded = normalise(text)
    assert len(folded.starts) == len(folded.text)


@given(st.text(max_size=300))
def test_every_span_lies_inside_the_original(text: str) -> None:
    folded = normalise(text)
    assert len(folded.starts) == len(folded.ends) == len(folded.text)
    for start, end in zip(folded.starts, folded.ends, strict=True):
        assert 0 <= start < end <= len(text)
