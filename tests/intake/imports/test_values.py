"""Times, stars and yes, as people and machines write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from intake.imports import values

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 4, 12, 30, tzinfo=SHANGHAI).astimezone(UTC)
DAY = datetime(2026, 3, 4, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04 12:30",
        "2026-03-04 12:30:00",
        "2026-03-04T12:30:00",
        "2026-03-04 12:30:00.000",
        "2026/3/4 12:30",
        "2026.3.4 12:30",
        "2026年3月4日 12:30",
        "2026年3月4日12时30分",
        "2026年3月4日 12时30分00秒",
        "2026年3月4日 中午12:30",
        "2026年03月04日 下午 12:30",
        "2026年3月4日 星期三 12:30",
        "２０２６－０３－０４ １２：３０",
        "20260304123000",
        "2026-03-04T04:30:00Z",
        "2026-03-04 04:30 UTC",
        "2026-03-04T12:30:00+08:00",
        "2026-03-04T12:30:00+0800",
        "4 March 2026 12:30",
        "4 Mar 2026, 12:30 PM",
        "March 4, 2026 12:30 pm",
        "Mar 4th, 2026 at 12:30 p.m.",
        "Wednesday, 4 March 2026 12:30",
        "3/4/2026 12:30",
        "03-04-26 12:30",
        "1772598600",
        "1772598600000",
        "46085.520833333336",
    ],
)
def test_a_time_is_read_in_the_usual_shapes(text: str) -> None:
    assert values.parse_moment(text, SHANGHAI) == NOON


@pytest.mark.parametrize("text", ["2026-03-04", "20260304", "2026年3月4日", "46085", "Mar 4, 2026"])
def test_a_day_is_its_beginning(text: str) -> None:
    assert values.parse_moment(text, SHANGHAI) == DAY


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-03-04 下午3:05", 15),
        ("2026-03-04 3:05 PM", 15),
        ("2026-03-04 上午12:05", 0),
        ("2026-03-04 12:05 am", 0),
        ("2026-03-04 晚上11:05", 23),
        ("2026-03-04 凌晨1:05", 1),
    ],
)
def test_halves_of_the_day_are_known(text: str, hour: int) -> None:
    found = values.parse_moment(text, SHANGHAI)
    assert found is not None
    assert found.astimezone(SHANGHAI).hour == hour


def test_day_and_month_are_as_chosen_unless_only_one_is_possible() -> None:
    april = datetime(2026, 4, 3, tzinfo=UTC)
    zone = ZoneInfo("UTC")
    assert values.parse_moment("03/04/2026", zone, day_first=True) == april
    assert values.parse_moment("03/04/2026", zone) == datetime(2026, 3, 4, tzinfo=UTC)
    assert values.parse_moment("25/04/2026", zone) == datetime(2026, 4, 25, tzinfo=UTC)
    assert values.parse_moment("04/25/2026", zone, day_first=True) == datetime(
        2026, 4, 25, tzinfo=UTC
    )


def test_the_order_of_day_and_month_is_seen_in_the_column() -> None:
    assert values.guess_day_first(["03/04/2026", "25/04/2026"]) is True
    assert values.guess_day_first(["03/04/2026", "04/25/2026"]) is False
    assert values.guess_day_first(["03/04/2026", "2026-01-30", ""]) is None


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-13-01", "2026-02-30", "1899-01-01", "9999-01-01", "12:30",
        "2026-03-04 25:00", "2026-03-04 x", "99999999999999",
        "4 Foo 2026", "１" * 60, "\x00", "2026年3月", "3月4日"],
)  # fmt: skip
def test_what_is_no_time_is_none(text: str) -> None:
    assert values.parse_moment(text, SHANGHAI) is None


@pytest.mark.parametrize(
    ("text", "stars"),
    [
        ("5", 5), ("5.0", 5), ("4.5", 5), ("4/5", 4), ("３", 3), ("5星", 5),
        ("五星", 5), ("1分", 1),
        ("★★☆☆☆", 2), ("⭐⭐⭐", 3), ("好评", 5), ("中评", 3), ("差评", 1), ("非常不满意", 1),
        ("Negative", 1), ("3 stars", 3), ("4 out of 5", 4), ("1 star", 1),
        ("0", None), ("6", None), ("", None), ("?", None), ("★★★★★★", None), ("-1", None),
        ("100", None), ("nan", None),
    ],
)  # fmt: skip
def test_stars_are_read_in_the_usual_shapes(text: str, stars: int | None) -> None:
    assert values.parse_rating(text) == stars


@pytest.mark.parametrize(
    ("text", "meant"),
    [("是", True), ("Yes", True), ("待回复", True), ("否", False), ("已回复", False), ("?", None)],
)
def test_yes_and_no_are_known(text: str, meant: bool | None) -> None:
    assert values.parse_yes(text) is meant


@pytest.mark.parametrize(
    "text",
    ["", " ", "此用户没有填写评价。", "此用户未填写评价内容", "系统默认好评!",
        "评价方未及时做出评价,系统默认好评!", "N/A"],
)  # fmt: skip
def test_what_the_marketplace_wrote_is_not_the_buyers_word(text: str) -> None:
    assert values.is_no_text(text)


def test_words_of_a_buyer_stay_words() -> None:
    assert not values.is_no_text("好评返现没给我")
    assert not values.is_no_text("Good")


def test_a_rounded_number_and_a_masked_name_are_seen() -> None:
    assert values.is_rounded("1.23457E+18")
    assert not values.is_rounded("1234567890123456789")
    assert values.is_masked("j***9")
    assert not values.is_masked("tb_wang9")
