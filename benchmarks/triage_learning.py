"""Twenty days of learning from people: error of what is filed alone, and how much that is.

`python -m benchmarks.triage_learning [--days 20] [--tickets 300]` plays the nightly round on
texts of writers the first model has never read. What the shop's customers write about drifts from
day to day, two sub-categories appear that nothing was known of, and one label in twenty is wrong.
Writes benchmarks/results/triage_learning.{json,md} and docs/images/triage-learning.svg.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import altair as alt
import django

from benchmarks.triage_report import write_report
from triage.ml.intervals import wilson

if TYPE_CHECKING:
    from benchmarks.simulated_shop import Day

PLOT = Path(__file__).parent.parent / "docs" / "images" / "triage-learning.svg"
ALLOWED_ERROR = 0.05


def _row(day: "Day") -> dict[str, Any]:
    low, high = wilson(day.wrong, day.filed)
    return {
        "day": day.number,
        "tickets": day.tickets,
        "top 1": day.right / day.tickets,
        "filed alone": day.filed / day.tickets,
        "wrong of these": day.wrong / day.filed if day.filed else 0.0,
        "95 % from": low,
        "to": high,
        "labels": day.labelled,
        "model": day.version,
    }


def draw(lived: Sequence["Day"], path: Path) -> None:
    """Draw share filed alone and its error, with intervals, as two panels over the days."""
    points = [
        {**_row(day), "filed": day.filed / day.tickets, "error": day.wrong / max(day.filed, 1)}
        for day in lived
    ]
    table = alt.InlineData(values=points)
    axis = alt.X("day:Q", title="day", axis=alt.Axis(tickMinStep=1))
    share = alt.Chart(table, width=520, height=170)
    filed = share.mark_line(point=True, color="#2563eb").encode(
        axis, alt.Y("filed:Q", title="filed alone", axis=alt.Axis(format="%"))
    )
    error = share.mark_circle(color="#dc2626").encode(
        axis, alt.Y("error:Q", title="wrong of these", axis=alt.Axis(format="%"))
    )
    spread = share.mark_rule(color="#dc2626", opacity=0.5).encode(
        axis, alt.Y("95 % from:Q"), alt.Y2("to:Q")
    )
    line = alt.Chart(alt.InlineData(values=[{"allowed": ALLOWED_ERROR}])).mark_rule(
        strokeDash=[4, 4]
    )
    allowed = line.encode(alt.Y("allowed:Q"))
    path.parent.mkdir(exist_ok=True)
    alt.vconcat(filed, alt.layer(spread, error, allowed)).save(str(path))


def _say(day: "Day") -> None:
    sys.stderr.write(f"{_row(day)}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=20)
    parser.add_argument("--tickets", type=int, default=300, help="a day, both languages together")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    # Late: its parts need the settings.
    from benchmarks.simulated_shop import play

    lived = play(options.days, options.tickets, options.seed, ALLOWED_ERROR, _say)
    draw(lived, PLOT)
    write_report(
        "triage_learning",
        "Triage that learns from people: simulated days",
        options.seed,
        {"days": [_row(day) for day in lived]},
    )


if __name__ == "__main__":
    main()
