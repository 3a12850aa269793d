"""triage/ml/compare.py: better only by more than chance, and nowhere worse."""

from itertools import chain, repeat

import pytest

from triage.ml.compare import Judged, at_least, compare

TRUTH, OTHER = "logistics.lost-parcel", "logistics.stuck-parcel"
CRITICAL = "quality.injury"


def rows(
    both: int = 0, only_champion: int = 0, only_challenger: int = 0, **changes: str
) -> list[Judged]:
    truth = changes.get("truth", TRUTH)
    language = changes.get("language", "en")
    kinds = chain(
        repeat((truth, truth), both),
        repeat((truth, OTHER), only_champion),
        repeat((OTHER, truth), only_challenger),
    )
    return [Judged(language, truth, first, second) for first, second in kinds]


@pytest.mark.parametrize(
    ("heads", "tosses", "chance"), [(0, 0, 1.0), (1, 1, 0.5), (5, 5, 1 / 32), (4, 5, 6 / 32)]
)
def test_the_chance_of_tosses(heads: int, tosses: int, chance: float) -> None:
    assert at_least(heads, tosses) == pytest.approx(chance)


def test_a_thousand_tosses_are_counted_exactly() -> None:
    assert at_least(500, 1000) == pytest.approx(0.5126, abs=1e-4)


def test_clearly_more_right_is_better() -> None:
    assert compare(rows(both=80, only_challenger=15, only_champion=3)).is_better


def test_a_difference_that_chance_explains_is_not_better() -> None:
    assert compare(rows(both=80, only_challenger=6, only_champion=4)).why == "no_better"


def test_few_tickets_prove_nothing() -> None:
    assert compare(rows(both=10, only_challenger=20)).why == "too_few"


def test_better_on_the_whole_but_worse_in_a_critical_class_is_worse() -> None:
    labelled = rows(both=60, only_challenger=60) + rows(truth=CRITICAL, both=3, only_champion=12)
    verdict = compare(labelled)
    assert verdict.why == "worse"
    assert verdict.worse_parts == (f"class {CRITICAL}",)


def test_better_on_the_whole_but_worse_in_a_language_is_worse() -> None:
    labelled = rows(both=60, only_challenger=60) + rows(language="zh", both=40, only_champion=14)
    assert compare(labelled).worse_parts == ("language zh",)


def test_labels_that_lie_are_caught_by_the_anchors() -> None:
    verdict = compare(rows(only_challenger=200), anchors=rows(both=20, only_champion=40))
    assert verdict.worse_parts == ("anchor en",)
