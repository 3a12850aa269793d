"""``python -m benchmarks.outcomes``: whether good and harmful replies are found.

Plays years of ``benchmarks.outcome_year`` and writes figures as JSON and a picture for the
documentation. Deterministic: the same numbers of years give the same files.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from benchmarks.outcome_year import GOOD, HARMFUL, MIDDLING, Year, play_year

ROOT = Path(__file__).resolve().parent.parent
# Stated before measuring: nineteen in twenty harmful replies within this many settled uses.
FLAGGED_WITHIN = 150
# And at most this share of the good outcomes of the best known order.
COST = 0.01
# One list in ten, its third place, taken in 0.12 of 0.87 picks: were every trial a failure and
# all that it replaces a success, this share would be lost by trials.
TRIAL_COST = 0.015
_COLOURS = {GOOD: "#1a7f4e", MIDDLING: "#6b7280", HARMFUL: "#b42318"}


@dataclass(frozen=True, slots=True)
class Figures:
    """What the years with harmful replies, and those without, came to."""

    years: int
    harmful: int
    flagged: int
    flagged_within: int
    uses_median: float
    uses_p95: float
    most_unflagged_uses: int
    false_flags: int
    good_on_top: int
    cost_mean: float
    cost_most: float
    trial_cost_most: float
    shown_against_policy: int
    good_first_week: float
    good_last_quarter: float
    calm_years: int = 0
    calm_flags: int = 0

    def as_json(self) -> dict[str, float]:
        """Return the figures by name, rounded."""
        named = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {n: round(v, 4) if isinstance(v, float) else v for n, v in named.items()}


def summarise(years: Sequence[Year], calm: Sequence[Year] = ()) -> Figures:
    """Add up years that were played."""
    harmful = [(year, one) for year in years for one in year.of_kind(HARMFUL)]
    after = sorted(y.flagged_after[one] for y, one in harmful if one in y.flagged_after)
    return Figures(
        years=len(years),
        harmful=len(harmful),
        flagged=len(after),
        flagged_within=sum(uses <= FLAGGED_WITHIN for uses in after),
        uses_median=median(after) if after else 0.0,
        uses_p95=after[min(int(0.95 * len(after)), len(after) - 1)] if after else 0.0,
        most_unflagged_uses=max(
            (y.uses[one] for y, one in harmful if one not in y.flagged_after), default=0
        ),
        false_flags=sum(
            y.replies[one].kind != HARMFUL for y in years for one in y.flagged_after
        ),
        good_on_top=sum(good_is_on_top(year) for year in years),
        cost_mean=mean(year.cost for year in years),
        cost_most=max(year.cost for year in years),
        trial_cost_most=max(year.trial_cost for year in years),
        shown_against_policy=sum(year.shown_forbidden for year in years),
        good_first_week=mean(year.good_by_week[0] for year in years),
        good_last_quarter=mean(mean(year.good_by_week[-13:]) for year in years),
        calm_years=len(calm),
        calm_flags=sum(len(year.flagged_after) for year in calm),
    )  # fmt: skip


def good_is_on_top(year: Year) -> bool:
    """Whether outcome lifts the good replies above all others that may be shown."""
    good = year.of_kind(GOOD)
    return set(year.by_outcome()[: len(good)]) == set(good)


def draw(year: Year) -> str:
    """Return the shares of good, middling and harmful replies among all uses, week by week."""
    width, height, left, top, floor = 640, 260, 44, 16, 220
    weeks = [week for week in year.kinds_by_week if week.total() >= 50]
    step = (width - left - 110) / (len(weeks) - 1)

    def y(share: float) -> float:
        return floor - share * (floor - top) / 0.8

    view = f'viewBox="0 0 {width} {height}" role="img"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {view} font-family="sans-serif" font-size="12">',
        "<title>Shares of good, middling and harmful replies among all uses over a year</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for percent in (0, 20, 40, 60, 80):
        at = y(percent / 100)
        parts.append(f'<path d="M{left} {at:.1f}H{width - 110}" stroke="#e5e7eb"/>')
        parts.append(
            f'<text x="{left - 6}" y="{at + 4:.1f}" text-anchor="end" fill="#4b5563">'
            f"{percent}%</text>"
        )
    for kind, colour in _COLOURS.items():
        shares = [week[kind] / week.total() for week in weeks]
        path = "L".join(f"{left + i * step:.1f} {y(s):.1f}" for i, s in enumerate(shares))
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(
            f'<text x="{width - 104}" y="{y(shares[-1]) + 4:.1f}" fill="{colour}">'
            f"{len(year.of_kind(kind))} {kind}</text>"
        )
    for day in sorted(year.flagged_on.values()):
        at = left + day / 7 * step
        parts.append(f'<path d="M{at:.1f} {top}V{floor}" stroke="#b42318" stroke-dasharray="2 3"/>')
    for week in (0, 13, 26, 39, 51):
        at = left + week * step
        parts.append(
            f'<text x="{at:.1f}" y="{floor + 18}" text-anchor="middle" fill="#4b5563">'
            f"{week + 1}</text>"
        )
    parts.append(
        f'<text x="{(left + width - 110) / 2:.0f}" y="{height - 6}" text-anchor="middle" '
        'fill="#4b5563">week; dashed: a harmful reply is flagged</text></svg>'
    )
    return "\n".join(parts) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.outcomes")
    parser.add_argument("--years", type=int, default=40)
    parser.add_argument("--calm-years", type=int, default=100, help="years with nothing harmful")
    parser.add_argument("--json", type=Path, default=ROOT / "benchmarks/results/outcomes.json")
    parser.add_argument(
        "--picture", type=Path, default=ROOT / "docs/images/learning-from-outcomes.svg"
    )
    options = parser.parse_args(arguments)
    years = [play_year(seed) for seed in range(1000, 1000 + options.years)]
    calm = [
        play_year(seed, good=0, harmful=0, middling=24)
        for seed in range(5000, 5000 + options.calm_years)
    ]
    found = summarise(years, calm).as_json()
    options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    options.picture.write_text(draw(years[0]), encoding="utf-8")
    for name, value in found.items():
        sys.stdout.write(f"{name:22} {value}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
