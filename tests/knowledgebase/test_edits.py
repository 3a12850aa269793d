"""Edit distance: what was typed, replaced or removed; filling slots is no edit."""

import pytest

from knowledgebase.edits import edits_between

BODY = "{customer_name}您好,物流已登记,{next_update_at}前回复。{agent_name}"


@pytest.mark.parametrize(
    ("sent", "least", "most"),
    [
        ("王芳您好,物流已登记,16日前回复。李雷", 0.0, 0.0),
        ("王芳您好,已登记。", 0.2, 0.6),
        ("完全不同的内容", 0.9, 1.0),
    ],
    ids=["filled", "shortened", "rewritten"],
)
def test_filled_slots_are_no_edits(sent: str, least: float, most: float) -> None:
    assert least <= edits_between(BODY, sent).share <= most


def test_every_character_that_was_changed_counts_once() -> None:
    assert edits_between("Your parcel leaves today.", "Your parcel left today.").distance == 4
    assert edits_between("We are sorry.", "We are very sorry.").distance == 5
    assert edits_between("We are sorry.", "We sorry.").distance == 4


def test_what_is_added_counts_too() -> None:
    edits = edits_between("Hello {customer_name}. Bye.", "Hello Ann. We add this sentence. Bye.")
    assert edits.distance >= 4
    assert edits.share > 0.3


def test_blanks_and_line_ends_are_no_edits() -> None:
    assert edits_between("One two.\n\nThree.", " One two.\r\n\r\nThree. ").distance == 0


def test_empty_and_huge_texts_are_compared_too() -> None:
    assert edits_between("", "").share == 0
    assert edits_between("", "four").distance == 4
    assert edits_between("x" * 5000, "y" * 50_000).share == 1.0
