"""Figures of each class of the last judging, sorted and grouped, and what is confused with what."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from tickets import taxonomy
from triage import charts
from triage.display.fields import FIELDS, USUAL_FIELD, Field, label_of
from triage.ml.categories import top_of
from triage.ml.classes import (
    ClassFigures,
    Confusion,
    JudgedTicket,
    as_is,
    confusions,
    figures,
    macro_f1,
    matrix,
)
from triage.models import ModelJudging

MOST_CONFUSIONS = 8
# With fewer answers of people, the readings of the day say nothing of a class.
LEAST_ANSWERS = 30
ELSEWHERE = "*"
SORTS = ("class", "n", "precision", "recall", "f1", "change")
_NOTHING = ClassFigures(0, 0, 0)


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One sub-category with the figures of both versions."""

    slug: str
    label: str
    before: ClassFigures
    after: ClassFigures
    taken_for: str

    @property
    def tickets(self) -> int:
        """Tickets that people filed here."""
        return self.after.tickets

    @property
    def change(self) -> float | None:
        """How much the F1 rose."""
        if self.before.f1 is None or self.after.f1 is None:
            return None
        return self.after.f1 - self.before.f1

    @property
    def change_text(self) -> str:
        """The change with its sign."""
        if self.change is None:
            return "–"
        return "0.00" if abs(self.change) < 0.005 else f"{self.change:+.2f}".replace("-", "−")


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading; the heading is "" where rows are sorted by a figure."""

    label: str
    rows: tuple[ClassRow, ...]


@dataclass(frozen=True, slots=True)
class SaidConfusion:
    """A confusion in words, with what leads to its tickets."""

    what: Confusion
    truth: str
    said: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the table beside the drawing; ``truth`` and ``said`` lead to the tickets."""

    truth: str
    said: str
    count: int


@dataclass(frozen=True, slots=True)
class Heat:
    """The drawing of a matrix, and the same as a table."""

    chart: charts.HeatChart
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A heading that sorts."""

    key: str
    is_sorted: bool
    is_up: bool


@dataclass(frozen=True, slots=True)
class Classes:
    """Everything that the part about classes shows.

    ``judging`` is None where the readings of the day were counted and not two versions.
    """

    judging: ModelJudging | None
    field: Field
    tickets: int
    groups: tuple[Group, ...]
    columns: tuple[Column, ...]
    weak: int
    confusions: tuple[SaidConfusion, ...]
    heat: Heat
    tops: tuple[tuple[str, str], ...]
    top: str
    sort: str
    before_f1: float | None
    after_f1: float | None
    right: int

    @property
    def is_enough(self) -> bool:
        """Tell whether readings of the day are enough to say anything."""
        return self.judging is not None or self.tickets >= LEAST_ANSWERS

    @property
    def right_percent(self) -> int:
        """The share that was read rightly, in percent."""
        return round(self.right / self.tickets * 100) if self.tickets else 0


def rows_of(judging: ModelJudging, tickets: str = "") -> list[JudgedTicket]:
    """Return the judged tickets, of one language or of all."""
    return of_language([JudgedTicket.of(row) for row in judging.rows], tickets)


def of_language(rows: Iterable[JudgedTicket], tickets: str) -> list[JudgedTicket]:
    """Return the tickets of one language, or all for ""."""
    return [row for row in rows if not tickets or row.language == tickets]


def classes(
    judging: ModelJudging,
    language: str,
    *,
    field: Field = FIELDS[USUAL_FIELD],
    sort: str = "class",
    top: str = "",
    tickets: str = "",
) -> Classes:
    """Return the figures of each class; ``sort`` is one of SORTS, "-" before it turns it round."""
    rows = rows_of(judging, tickets)
    if field.key == "category":
        rows = [
            replace(
                row, truth=top_of(row.truth), before=top_of(row.before), after=top_of(row.after)
            )
            for row in rows
        ]
    return _classes(rows, field, language, judging, sort, top)


def answers(
    rows: Iterable[JudgedTicket],
    language: str,
    *,
    field: Field,
    sort: str = "class",
    tickets: str = "",
) -> Classes:
    """Return the same of readings of the day, which no other version read."""
    return _classes(of_language(rows, tickets), field, language, None, sort, "")


def _classes(
    rows: Sequence[JudgedTicket],
    field: Field,
    language: str,
    judging: ModelJudging | None,
    sort: str,
    top: str,
) -> Classes:
    tops = taxonomy.TOPS if field.key == USUAL_FIELD else ()
    top = top if top in {one.slug for one in tops} else ""
    sorts = SORTS if judging else tuple(one for one in SORTS if one != "change")
    key = sort.removeprefix("-") if sort.removeprefix("-") in sorts else "class"
    found = _rows(rows, field, language)
    return Classes(
        judging,
        field,
        len(rows),
        _groups(found, key, sort.startswith("-"), field, language),
        tuple(Column(one, one == key, not sort.startswith("-")) for one in sorts),
        sum(row.after.is_weak for row in found),
        tuple(
            SaidConfusion(one, field.label(one.truth, language), field.label(one.said, language))
            for one in confusions(rows, MOST_CONFUSIONS)
        ),
        _heat(rows, top, field, language),
        tuple((one.slug, label_of(one.slug, language)) for one in tops),
        top,
        sort if key in sort else "class",
        macro_f1(row.before for row in found),
        macro_f1(row.after for row in found),
        sum(row.truth == row.after for row in rows),
    )


def _rows(rows: Sequence[JudgedTicket], field: Field, language: str) -> list[ClassRow]:
    before = figures([(row.truth, row.before) for row in rows])
    after = figures([(row.truth, row.after) for row in rows])
    taken = {one.truth: one.said for one in reversed(confusions(rows, len(rows)))}
    names = before.keys() | after.keys()
    ordered = [name for name in field.names if name in names]
    return [
        ClassRow(
            name,
            field.label(name, language),
            before.get(name, _NOTHING),
            after.get(name, _NOTHING),
            field.label(taken[name], language) if name in taken else "",
        )
        for name in (*ordered, *sorted(names - set(ordered)))
    ]


def _groups(
    rows: list[ClassRow], key: str, is_down: bool, field: Field, language: str
) -> tuple[Group, ...]:
    if key == "class":
        ordered = list(reversed(rows)) if is_down else rows
        if field.key != USUAL_FIELD:
            return (Group("", tuple(ordered)),)
        return tuple(
            Group(label_of(top, language), tuple(part))
            for top, part in groupby(ordered, lambda row: top_of(row.slug))
        )
    value = _VALUES[key]
    known = [row for row in rows if value(row) is not None]
    known.sort(key=lambda row: value(row) or 0.0, reverse=is_down)
    return (Group("", (*known, *(row for row in rows if value(row) is None))),)


_VALUES: Mapping[str, Callable[[ClassRow], float | None]] = {
    "n": lambda row: row.tickets,
    "precision": lambda row: row.after.precision,
    "recall": lambda row: row.after.recall,
    "f1": lambda row: row.after.f1,
    "change": lambda row: row.change,
}


def _heat(rows: Sequence[JudgedTicket], top: str, field: Field, language: str) -> Heat:
    """Draw classes against each other; sub-categories by their tops, or those of one top."""
    pairs = [(row.truth, row.after) for row in rows if not top or top_of(row.truth) == top]
    if top:
        names = [slug for slug in taxonomy.SUBS if top_of(slug) == top]
        table = matrix(pairs, lambda slug: slug if slug in names else ELSEWHERE)
        columns = [*names, ELSEWHERE]
    else:
        names = list(FIELDS["category"].names if field.key == USUAL_FIELD else field.names)
        table = matrix(pairs)
        columns = names
    counts = [[table[t][said] if t in table else 0 for said in columns] for t in names]
    words = [field.label(name, language) if name != ELSEWHERE else "…" for name in columns]
    chart = charts.heat(counts, words[: len(names)], words)
    body = tuple(
        (field.label(truth, language), tuple(map(Cell, [truth] * len(columns), columns, line)))
        for truth, line in zip(names, counts, strict=True)
    )
    return Heat(chart, tuple(words), body)


def confused(rows: Iterable[JudgedTicket], truth: str, said: str) -> list[JudgedTicket]:
    """Return the tickets of a cell: exact classes, whole categories, or everything else."""
    return [row for row in rows if _is(row.truth, truth) and _said(row, truth, said)]


def _said(row: JudgedTicket, truth: str, said: str) -> bool:
    if said == ELSEWHERE:
        return top_of(row.after) != top_of(truth)
    return _is(row.after, said)


def _is(slug: str, wanted: str) -> bool:
    return as_is(slug) == wanted or top_of(slug) == wanted


def words_of(row: JudgedTicket, field: Field, language: str) -> dict[str, Any]:
    """Return what a judged ticket is and was read as, in words."""
    return {
        "truth": field.label(row.truth, language),
        "before": field.label(row.before, language) if row.before else "",
        "after": field.label(row.after, language) if row.after else "",
        "is_right": row.truth == row.after,
    }
