"""Figures of each class of the last judging, sorted and grouped, and what is confused with what."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from tickets import taxonomy
from triage import charts
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
    """Everything that the part about classes shows."""

    judging: ModelJudging
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


def label_of(slug: str, language: str) -> str:
    """Return the shortest word for a category or sub-category."""
    if "." in slug:
        return taxonomy.sub_label(slug, language) or slug
    return taxonomy.top_label(slug, language) or slug


def rows_of(judging: ModelJudging, tickets: str = "") -> list[JudgedTicket]:
    """Return the judged tickets, of one language or of all."""
    rows = [JudgedTicket.of(row) for row in judging.rows]
    return [row for row in rows if not tickets or row.language == tickets]


def classes(
    judging: ModelJudging, language: str, *, sort: str = "class", top: str = "", tickets: str = ""
) -> Classes:
    """Return the figures of each class; ``sort`` is one of SORTS, "-" before it turns it round."""
    rows = rows_of(judging, tickets)
    known = {one.slug for one in taxonomy.TOPS}
    top = top if top in known else ""
    key = sort.removeprefix("-") if sort.removeprefix("-") in SORTS else "class"
    found = _rows(rows, language)
    before = figures([(row.truth, row.before) for row in rows])
    after = figures([(row.truth, row.after) for row in rows])
    return Classes(
        judging,
        len(rows),
        _groups(found, key, sort.startswith("-"), language),
        tuple(Column(one, one == key, not sort.startswith("-")) for one in SORTS),
        sum(row.after.is_weak for row in found),
        tuple(
            SaidConfusion(one, label_of(one.truth, language), label_of(one.said, language))
            for one in confusions(rows, MOST_CONFUSIONS)
        ),
        _heat(rows, top, language),
        tuple((one.slug, label_of(one.slug, language)) for one in taxonomy.TOPS),
        top,
        sort if key in sort else "class",
        macro_f1(before.values()),
        macro_f1(after.values()),
    )


def _rows(rows: Sequence[JudgedTicket], language: str) -> list[ClassRow]:
    before = figures([(row.truth, row.before) for row in rows])
    after = figures([(row.truth, row.after) for row in rows])
    taken = {one.truth: one.said for one in reversed(confusions(rows, len(rows)))}
    names = before.keys() | after.keys()
    ordered = [slug for slug in taxonomy.SUBS if slug in names]
    return [
        ClassRow(
            slug,
            label_of(slug, language),
            before.get(slug, _NOTHING),
            after.get(slug, _NOTHING),
            label_of(taken[slug], language) if slug in taken else "",
        )
        for slug in (*ordered, *sorted(names - set(ordered)))
    ]


def _groups(rows: list[ClassRow], key: str, is_down: bool, language: str) -> tuple[Group, ...]:
    if key == "class":
        ordered = list(reversed(rows)) if is_down else rows
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


def _heat(rows: Sequence[JudgedTicket], top: str, language: str) -> Heat:
    """Draw the tops against each other, or the subs of one top and everything else."""
    pairs = [(row.truth, row.after) for row in rows if not top or top_of(row.truth) == top]
    if top:
        names = [slug for slug in taxonomy.SUBS if top_of(slug) == top]
        table = matrix(pairs, lambda slug: slug if slug in names else ELSEWHERE)
        columns = [*names, ELSEWHERE]
    else:
        names = [one.slug for one in taxonomy.TOPS]
        table = matrix(pairs)
        columns = names
    counts = [[table[t][said] if t in table else 0 for said in columns] for t in names]
    words = [label_of(name, language) if name != ELSEWHERE else "…" for name in columns]
    chart = charts.heat(counts, words[: len(names)], words)
    body = tuple(
        (label_of(truth, language), tuple(map(Cell, [truth] * len(columns), columns, line)))
        for truth, line in zip(names, counts, strict=True)
    )
    return Heat(chart, tuple(words), body)


def confused(judging: ModelJudging, truth: str, said: str, tickets: str = "") -> list[JudgedTicket]:
    """Return the tickets of a cell: exact sub-categories, whole categories, or everything else."""
    return [
        row
        for row in rows_of(judging, tickets)
        if _is(row.truth, truth) and _said(row, truth, said)
    ]


def _said(row: JudgedTicket, truth: str, said: str) -> bool:
    if said == ELSEWHERE:
        return top_of(row.after) != top_of(truth)
    return _is(row.after, said)


def _is(slug: str, wanted: str) -> bool:
    return as_is(slug) == wanted or top_of(slug) == wanted


def words_of(row: JudgedTicket, language: str) -> dict[str, Any]:
    """Return a judged ticket's categories in words."""
    return {
        "truth": label_of(row.truth, language),
        "before": label_of(row.before, language) if row.before else "",
        "after": label_of(row.after, language) if row.after else "",
        "is_right": row.truth == row.after,
    }
