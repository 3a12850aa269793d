"""Periods, words and geometry: plain Python."""

from datetime import UTC, date, datetime

import pytest

from common import charts
from reports import words
from reports.definitions import DEFINITIONS
from reports.periods import LONGEST_DAYS, Period, between, latest

EVENING_IN_LONDON = datetime(2026, 11, 15, 23, 0, tzinfo=UTC)


def test_today_is_today_in_shanghai() -> None:
    assert latest(7, now=EVENING_IN_LONDON) == Period(date(2026, 11, 10), date(2026, 11, 16))


def test_the_period_before_is_as_long_and_ends_the_day_before() -> None:
    period = latest(28, now=EVENING_IN_LONDON)
    assert period.before.days == 28
    assert period.before.end == period.start


def test_dates_in_the_wrong_order_are_turned_and_no_period_is_longer_than_a_year() -> None:
    assert between(date(2026, 2, 1), date(2026, 1, 1)).first == date(2026, 1, 1)
    assert between(date(2000, 1, 1), date(2026, 1, 1)).days == LONGEST_DAYS


@pytest.mark.parametrize(("days", "points"), [(7, 7), (31, 31), (32, 5), (90, 13)])
def test_the_points_of_a_trend_cover_the_period_once(days: int, points: int) -> None:
    period = latest(days, now=EVENING_IN_LONDON)
    assert len(period.buckets) == points
    assert sum(bucket.days for bucket in period.buckets) == days
    assert period.buckets[-1].last == period.last


def test_a_line_breaks_where_nothing_was_counted() -> None:
    line = charts.share_line([1.0, None, 0.5, 0.5], width=376, height=120)
    assert line.path.count("M") == 2
    assert line.path.count("L") == 1
    assert len(line.points) == 3


def test_an_empty_chart_is_drawn_without_a_fault() -> None:
    assert charts.share_line([], width=376, height=120).path == ""
    assert charts.bars([0, 0], width=520, height=158).bars[0].height == "0.0"
    assert charts.spread([None, None, None]).rows[0].is_empty


@pytest.mark.parametrize(
    ("value", "top"), [(0, 2), (2, 2), (3, 4), (9, 10), (21, 40), (99, 100), (4171, 6000)]
)
def test_the_top_of_an_axis_is_round(value: int, top: int) -> None:
    assert charts.rounded_up(value) == top


def test_the_heat_scale_has_six_steps_and_nothing() -> None:
    assert [charts.heat_level(value, 10) for value in (0, 1, 5, 10)] == [0, 2, 4, 6]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, "–"), (90, "2 min"), (5400, "1.5 h"), (4 * 86400, "4.0 days")],
)
def test_a_span_is_told_in_a_unit_that_reads_well(seconds: float | None, said: str) -> None:
    assert str(words.span(seconds)) == said


def test_shares_are_rounded_not_cut() -> None:
    assert str(words.share(11 / 12)) == "91.7%"
    assert str(words.share(1.0)) == "100%"


@pytest.mark.parametrize(
    ("figure", "now", "before", "tone", "arrow"),
    [
        ("sla", 0.9, 0.8, "up-good", "▲"),
        ("sla", 0.8, 0.9, "down-bad", "▼"),
        ("repeat", 0.1, 0.05, "up-bad", "▲"),
        ("resolution", 3600.0, 7200.0, "down-good", "▼"),
        ("resolution", 3600.0, 3601.0, "muted", ""),
        ("sla", 0.9, None, "muted", ""),
    ],
)
def test_a_change_is_judged_by_the_measure_and_not_by_the_sign(
    figure: str, now: float, before: float | None, tone: str, arrow: str
) -> None:
    moved = words.change(DEFINITIONS[figure], now, before)
    assert (moved.tone, moved.arrow) == (tone, arrow)
