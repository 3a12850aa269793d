"""All figures of a report, in one statement."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from reports.queries import sql
from reports.queries.selection import Selection


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one group: ``n`` cases, ``good`` of them; times in seconds.

    ``gross`` is the mean before the customer's pauses were taken off; only "resolution" has it.
    """

    n: int = 0
    good: int = 0
    mean: float | None = None
    gross: float | None = None
    median: float | None = None
    p90: float | None = None

    @property
    def rate(self) -> float | None:
        """The share of good cases, 0..1; None without any case."""
        return self.good / self.n if self.n else None


NOTHING = Cell()
# (figure, group, key): ("sla", "priority", "1").
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Summary:
    """Every cell of the period and of the one before."""

    now: Mapping[Key, Cell] = field(default_factory=dict)
    before: Mapping[Key, Cell] = field(default_factory=dict)

    def cell(self, figure: str, by: str = "all", key: str = "") -> Cell:
        """Return a figure of the period; an empty cell where nothing was counted."""
        return self.now.get((figure, by, key), NOTHING)

    def earlier(self, figure: str, by: str = "all", key: str = "") -> Cell:
        """Return the same figure of the period before."""
        return self.before.get((figure, by, key), NOTHING)

    def keys(self, by: str, figures: Container[str]) -> set[str]:
        """Return the groups in which any of the figures has a case in the period."""
        return {key for figure, grouped, key in self.now if grouped == by and figure in figures}


def summarise(selection: Selection, *, heat: str) -> Summary:
    """Count everything. ``heat`` crosses categories with weekday, priority or channel."""
    parameters = selection.parameters() | {
        "first": selection.period.first,
        "bucket_days": selection.period.bucket_days,
        "heat": heat,
    }
    now: dict[Key, Cell] = {}
    before: dict[Key, Cell] = {}
    for is_now, key, cell in _rows(parameters):
        (now if is_now else before)[key] = cell
    return Summary(now, before)


def _rows(parameters: dict[str, Any]) -> Iterator[tuple[bool, Key, Cell]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.SUMMARY, parameters)
        for figure, is_now, by, key, n, good, mean, gross, spread in cursor.fetchall():
            median, p90 = spread or (None, None)
            yield is_now, (figure, by, key), Cell(n, good, mean, gross, median, p90)
