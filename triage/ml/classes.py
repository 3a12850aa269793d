"""Figures of each class on tickets that people labelled: how often it was said, and rightly.

A class is weak when its precision or recall lies below the share right of all tickets by more than
chance (the 95 % interval of Wilson 1927, from five tickets on).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from triage.ml.categories import top_of
from triage.ml.intervals import wilson

LEAST_FOR_CONFUSION = 2
LEAST_FOR_WEAK = 5


@dataclass(frozen=True, slots=True)
class JudgedTicket:
    """A ticket that was kept apart, what a person said of it, and what both models did."""

    ticket: int
    language: str
    truth: str
    before: str
    after: str

    def to_row(self) -> list[Any]:
        """As it is kept."""
        return list(astuple(self))

    @classmethod
    def of(cls, row: Sequence[Any]) -> "JudgedTicket":
        """The counterpart of `to_row`."""
        ticket, language, truth, before, after = row
        return cls(int(ticket), str(language), str(truth), str(before), str(after))


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """Precision and recall of one class; None where nothing was said or nothing was true."""

    tickets: int
    said: int
    right: int
    is_weak: bool = False

    @property
    def precision(self) -> float | None:
        """Of what was said to be of the class, the share that was."""
        return self.right / self.said if self.said else None

    @property
    def recall(self) -> float | None:
        """Of what was of the class, the share that was found."""
        return self.right / self.tickets if self.tickets else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both; None for a class that neither was nor was said."""
        both = self.tickets + self.said
        return 2 * self.right / both if both else None


@dataclass(frozen=True, slots=True)
class Confusion:
    """Tickets of one class that were read as another: `after` of `tickets`, `before` before."""

    truth: str
    said: str
    before: int
    after: int
    tickets: int


Pair = tuple[str, str]


def as_is(slug: str) -> str:
    """Sub-categories apart."""
    return slug


def figures(pairs: Sequence[Pair]) -> dict[str, ClassFigures]:
    """Figures of every class that was true or said, from pairs of truth and answer."""
    truths = Counter(truth for truth, _ in pairs)
    said = Counter(answer for _, answer in pairs)
    right = Counter(truth for truth, answer in pairs if truth == answer)
    overall = sum(right.values()) / len(pairs) if pairs else 0.0
    return {
        name: ClassFigures(
            truths[name],
            said[name],
            right[name],
            _below(right[name], truths[name], overall) or _below(right[name], said[name], overall),
        )
        for name in sorted(truths.keys() | (said.keys() - {""}))
    }


def _below(hits: int, of: int, share: float) -> bool:
    return of >= LEAST_FOR_WEAK and wilson(hits, of)[1] < share


def macro_f1(found: Iterable[ClassFigures]) -> float | None:
    """Mean F1 of the classes that occur."""
    scores = [one.f1 for one in found if one.tickets and one.f1 is not None]
    return sum(scores) / len(scores) if scores else None


def confusions(rows: Sequence[JudgedTicket], most: int) -> list[Confusion]:
    """What is read wrongly most often by the newer model, at least twice."""
    truths = Counter(row.truth for row in rows)
    before = Counter((row.truth, row.before) for row in rows)
    after = Counter((row.truth, row.after) for row in rows if row.truth != row.after)
    found = [
        Confusion(truth, said, before[truth, said], count, truths[truth])
        for (truth, said), count in after.items()
        if count >= LEAST_FOR_CONFUSION
    ]
    return sorted(found, key=lambda one: (-one.after, -one.after / one.tickets, one.truth))[:most]


def matrix(pairs: Iterable[Pair], place: Callable[[str], str] = top_of) -> dict[str, Counter[str]]:
    """How often each place was read as each: `matrix[truth][answer]`."""
    table: dict[str, Counter[str]] = {}
    for truth, answer in pairs:
        table.setdefault(place(truth), Counter())[place(answer)] += 1
    return table
