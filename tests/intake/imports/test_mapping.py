"""How a row becomes a message."""

from datetime import UTC, datetime
from typing import Any

import pytest

from intake.imports import FIELDS, Mapped, Options, Outcome, map_row

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ROW = {
    "review_id": "r1",
    "text": "The sole came off.",
    "written_at": "2026-11-22 16:00",
    "order_number": "1234567890123456789",
    "buyer_id": "buyer7",
    "rating": "1",
    "product": "Shoe",
}
MAPPING = {name: index for index, name in enumerate(FIELDS)}


def mapped(options: Options | None = None, **changes: str) -> Mapped:
    row = ROW | changes
    return map_row([row.get(name, "") for name in FIELDS], MAPPING, options or Options(), NOW)


def codes(found: Mapped) -> list[str]:
    return [problem.code for problem in found.problems]


def test_a_row_becomes_a_message() -> None:
    found = mapped()
    assert found.outcome == Outcome.MESSAGE
    assert found.message["text"] == "The sole came off."
    assert found.message["written_at"] == "2026-11-22T08:00:00+00:00"
    assert found.message["order"] == {"number": ROW["order_number"], "product_name": "Shoe"}
    assert found.message["rating"] == 1
    assert found.message["thread"] == "id:r1"


def test_the_key_is_the_platforms_id_and_the_words() -> None:
    assert mapped().key == mapped(product="Other", buyer_id="x").key
    changed = mapped(text="Changed.")
    assert changed.key != mapped().key
    assert changed.message["thread"] == mapped().message["thread"]


def test_without_an_id_the_content_is_the_key() -> None:
    first = mapped(review_id="")
    assert first.key == mapped(review_id="").key
    assert first.key != mapped(review_id="", buyer_id="another").key
    later = mapped(review_id="", follow_up="Still not answered")
    assert later.key != first.key
    assert later.message["thread"] == first.message["thread"]
    assert later.message["text"].endswith("[added later] Still not answered")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"written_at": "soon"}, "bad_time"),
        ({"written_at": "2027-01-01"}, "future"),
        ({"rating": "9"}, "bad_rating"),
        ({"order_number": "1.23E+18"}, "rounded"),
        ({"review_id": "1.23E+18"}, "rounded"),
        ({"text": "", "rating": ""}, "no_text"),
        ({"order_number": "1" * 65}, "too_long"),
        ({"email": "a" * 400}, "too_long"),
    ],
)
def test_what_cannot_be_is_named(changes: dict[str, str], code: str) -> None:
    found = mapped(**changes)
    assert found.outcome == Outcome.FAILED
    assert codes(found) == [code]


def test_everything_that_is_wrong_is_named_at_once() -> None:
    assert codes(mapped(written_at="x", rating="x")) == ["bad_time", "bad_rating"]


def test_praise_without_words_is_left_out_by_choice() -> None:
    silent = {"text": "此用户没有填写评价。", "rating": "5"}
    assert mapped(**silent).outcome == Outcome.PRAISE
    kept = mapped(Options(skip_praise=False), **silent)
    assert kept.message["text"] == "[5 of 5 stars, no words]"
    assert mapped(text="", rating="1").message["text"] == "[1 of 5 stars, no words]"


def test_rows_that_want_no_reply_are_left_out_by_choice() -> None:
    assert mapped(reply_wanted="否").outcome == Outcome.MESSAGE
    assert mapped(Options(skip_unwanted=True), reply_wanted="否").outcome == Outcome.UNWANTED
    assert mapped(Options(skip_unwanted=True), reply_wanted="是").outcome == Outcome.MESSAGE


def test_a_masked_name_joins_nobody() -> None:
    found = mapped(buyer_id="j***9", phone="138****8000")
    assert "buyer_id" not in found.message
    assert "phone" not in found.message
    assert found.message["buyer_name"] == "j***9"


def test_old_rows_are_for_the_record_by_choice() -> None:
    old = {"written_at": "2026-01-01"}
    assert mapped(**old).is_history
    assert not mapped().is_history
    assert not mapped(Options(old_is_history=False), **old).is_history
    assert not mapped(written_at="").is_history


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC", "America/New_York"])
def test_times_are_read_in_the_zone_that_is_chosen(zone: str) -> None:
    found = mapped(Options(zone=zone), written_at="2026-11-20 10:00").message["written_at"]
    hours = {"Asia/Shanghai": 2, "UTC": 10, "America/New_York": 15}
    assert found == f"2026-11-20T{hours[zone]:02d}:00:00+00:00"


@pytest.mark.parametrize("cells", [[], [""], ["x"] * 3, ["\x00"] * 20, ["\ud800"] * 20])
def test_short_rows_and_odd_characters_do_no_harm(cells: list[str]) -> None:
    found: Any = map_row(cells, MAPPING, Options(), NOW)
    assert "\x00" not in str(found.message)
