"""Is one model better than another on the same tickets? A paired test, as a whole and by part.

Two models that read the same tickets differ only where exactly one of them is right, so only those
tickets count (McNemar 1947, in its exact binomial form: each such ticket is a toss of a coin).
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from math import comb
from typing import Any

from triage.ml.categories import base_priority

LEVEL = 0.05
"""The chance of taking noise for a difference that is accepted, for all parts together."""
LEAST_TICKETS = 50
_CRITICAL_PRIORITY = 1


@dataclass(frozen=True, slots=True)
class Judged:
    """A ticket that a person labelled, and what both models would have said."""

    language: str
    truth: str
    champion: str
    challenger: str


@dataclass(frozen=True, slots=True)
class Part:
    """The comparison on some of the tickets.

    ``p_better`` and ``p_worse`` are the chances of a difference this large for equal models.
    """

    name: str
    tickets: int
    champion_right: int
    challenger_right: int
    only_champion: int
    only_challenger: int
    p_better: float
    p_worse: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """All parts, the whole first; ``why`` is a code: better, no_better, worse, too_few."""

    parts: tuple[Part, ...]
    why: str
    worse_parts: tuple[str, ...] = ()

    @property
    def is_better(self) -> bool:
        """Tell whether the challenger may take over."""
        return self.why == "better"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {**asdict(self), "is_better": self.is_better}


def compare(
    rows: Sequence[Judged], anchors: Sequence[Judged] = (), *, level: float = LEVEL
) -> Comparison:
    """Judge a challenger: better on the whole, and in no part worse by more than chance.

    Parameters
    ----------
    rows : the newest labelled tickets, of which neither model has learnt
    anchors : texts with a label that nobody can change, against labels that are wrong on purpose
    level : the accepted error; parts share it, since many looks find something by chance
    """
    whole = part_of("all", rows)
    parts = [*_parts(rows), *_by_language(anchors, "anchor")]
    share = level / max(len(parts), 1)
    worse = tuple(part.name for part in parts if part.p_worse <= share)
    return Comparison((whole, *parts), _why(whole, worse, level), worse)


def _why(whole: Part, worse: tuple[str, ...], level: float) -> str:
    if whole.tickets < LEAST_TICKETS:
        return "too_few"
    if worse or whole.p_worse <= level:
        return "worse"
    return "better" if whole.p_better <= level else "no_better"


def _parts(rows: Sequence[Judged]) -> Iterable[Part]:
    yield from _by_language(rows, "language")
    for category in sorted({row.truth for row in rows}):
        if base_priority(category) == _CRITICAL_PRIORITY:
            yield part_of(f"class {category}", [row for row in rows if row.truth == category])


def _by_language(rows: Sequence[Judged], name: str) -> Iterable[Part]:
    for language in sorted({row.language for row in rows}):
        yield part_of(f"{name} {language}", [row for row in rows if row.language == language])


def part_of(name: str, rows: Sequence[Judged]) -> Part:
    """Compare both models on some tickets."""
    pairs = [(row.champion == row.truth, row.challenger == row.truth) for row in rows]
    only_champion = sum(first and not second for first, second in pairs)
    only_challenger = sum(second and not first for first, second in pairs)
    return Part(
        name=name,
        tickets=len(rows),
        champion_right=sum(first for first, _ in pairs),
        challenger_right=sum(second for _, second in pairs),
        only_champion=only_champion,
        only_challenger=only_challenger,
        p_better=at_least(only_challenger, only_champion + only_challenger),
        p_worse=at_least(only_champion, only_champion + only_challenger),
    )


def at_least(heads: int, tosses: int) -> float:
    """The chance of this many heads or more in tosses of a fair coin."""
    return float(sum(comb(tosses, k) for k in range(heads, tosses + 1)) / 2**tosses)
