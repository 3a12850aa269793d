"""The tables of the report: the same columns by priority, category and team."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reports.definitions import DEFINITIONS, FEW, SLA_TARGETS, Definition, Kind
from reports.display.links import Links
from reports.queries import Cell, Summary
from reports.words import count, share, span
from tickets import display, taxonomy


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of a table; ``measure`` reads it from a cell."""

    figure: str
    heading: str
    measure: Callable[[Cell], float | None]

    @property
    def definition(self) -> Definition:
        """What is counted."""
        return DEFINITIONS[self.figure]


@dataclass(frozen=True, slots=True)
class Value:
    """One figure of one row; ``number`` is its plain value for files."""

    text: str
    n: int
    count: str
    url: str
    number: float | None
    is_bad: bool = False

    @property
    def is_few(self) -> bool:
        """Whether the figure is shown grey."""
        return self.n < FEW


@dataclass(frozen=True, slots=True)
class Row:
    """One group; ``priority`` is 0 but in the table by priority."""

    key: str
    label: str
    values: list[Value]
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of figures; ``by`` is priority, category or team."""

    by: str
    heading: str
    columns: list[Column]
    rows: list[Row]


def _columns() -> list[Column]:
    return [
        Column("sla", _("SLA met"), lambda cell: cell.rate),
        Column("first_response", _("First reply, median"), lambda cell: cell.median),
        Column("first_response", _("First reply, P90"), lambda cell: cell.p90),
        Column("next_response", _("Next replies, median"), lambda cell: cell.median),
        Column("resolution", _("Resolution, mean"), lambda cell: cell.mean),
        Column("fcr", _("First contact"), lambda cell: cell.rate),
        Column("csat", _("Satisfaction"), lambda cell: cell.rate),
        Column("repeat", _("Repeat"), lambda cell: cell.rate),
    ]


def _figures() -> set[str]:
    return {column.figure for column in _columns()}


def _value(summary: Summary, links: Links, column: Column, by: str, key: str) -> Value:
    cell = summary.cell(column.figure, by, key)
    number = column.measure(cell)
    shown = span(number) if column.definition.kind == Kind.TIME else share(number)
    url = links.tickets(column.figure, **{by: key}) if cell.n else ""
    return Value(str(shown), cell.n, count(cell.n), url, number)


def _table(
    summary: Summary, links: Links, by: str, heading: str, groups: Iterable[tuple[str, str]]
) -> Table:
    columns = _columns()
    rows = [
        Row(key, label, [_value(summary, links, column, by, key) for column in columns])
        for key, label in groups
    ]
    return Table(by, heading, columns, rows)


def priority_table(summary: Summary, links: Links) -> Table:
    """Return the figures of each priority; a share below its target is marked."""
    groups = [(str(p), f"P{p} {word}") for p, word in display.PRIORITY_WORDS.items()]
    table = _table(summary, links, "priority", _("Priority"), groups)
    rows = [replace(row, priority=int(row.key), values=_judged(row)) for row in table.rows]
    return replace(table, rows=rows)


def _judged(row: Row) -> list[Value]:
    target = SLA_TARGETS.get(int(row.key))
    first = row.values[0]
    below = target is not None and first.number is not None and first.number < target
    return [replace(first, is_bad=below), *row.values[1:]]


def _named(zh: str, en: str) -> str:
    return zh if (get_language() or "").startswith("zh") else en


def category_table(summary: Summary, links: Links) -> Table:
    """Return the figures of each category that has any."""
    there = summary.keys("category", _figures())
    groups = [(top.slug, _named(top.zh, top.en)) for top in taxonomy.TOPS if top.slug in there]
    return _table(summary, links, "category", _("Category"), groups)


def team_table(summary: Summary, links: Links) -> Table:
    """Return the figures of each team that has any."""
    there = summary.keys("team", _figures())
    groups = [(code, _named(zh, en)) for code, (en, zh) in taxonomy.TEAMS.items() if code in there]
    return _table(summary, links, "team", _("Team"), groups)
