"""Years with three good replies, three harmful ones and the rest middling."""

import pytest

from benchmarks.outcome_year import FORBIDDEN, GOOD, HARMFUL, Year, play_year
from benchmarks.outcomes import COST, TRIAL_COST, draw, good_is_on_top, summarise

SEEDS = (3, 14, 15)


@pytest.fixture(scope="module")
def years() -> list[Year]:
    return [play_year(seed) for seed in SEEDS]


def test_the_good_end_on_top(years: list[Year]) -> None:
    assert all(good_is_on_top(year) for year in years)
    for year in years:
        first = [year.replies[one].kind for one, _ in year.first_places.most_common(3)]
        assert first.count(GOOD) >= 2
        assert HARMFUL not in first


def test_the_harmful_are_flagged_within_the_stated_number_of_uses(years: list[Year]) -> None:
    figures = summarise(years)
    assert figures.flagged_within >= 0.95 * figures.harmful


def test_nobody_else_is_flagged(years: list[Year]) -> None:
    assert summarise(years).false_flags == 0


def test_learning_costs_no_more_than_stated(years: list[Year]) -> None:
    assert all(year.cost <= COST for year in years)


def test_trials_cost_no_more_than_stated(years: list[Year]) -> None:
    assert all(year.trial_cost <= TRIAL_COST for year in years)


def test_what_the_policy_forbids_is_never_shown_however_well_it_would_do(years: list[Year]) -> None:
    assert all(year.of_kind(FORBIDDEN) for year in years)
    assert sum(year.shown_forbidden for year in years) == 0


def test_customers_are_better_off_at_the_end(years: list[Year]) -> None:
    figures = summarise(years)
    assert figures.good_last_quarter > figures.good_first_week + 0.04


def test_the_same_seed_gives_the_same_year(years: list[Year]) -> None:
    short = [play_year(5, days=30) for _ in range(2)]
    assert short[0] == short[1]
    assert short[0] != play_year(6, days=30)
    assert draw(years[0]).endswith("</svg>\n")


def test_a_quarter_without_harm_raises_no_flag() -> None:
    assert play_year(8, days=120, good=0, harmful=0, middling=24).flagged_after == {}
