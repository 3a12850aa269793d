"""What another reading of the same tickets would change, counted. No database here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

BETTER, WORSE, UNKNOWN = "better", "worse", "unknown"


@dataclass(frozen=True, slots=True)
class Decided:
    """What a reading does with a ticket; `asked` where it waits for a person."""

    category: str
    priority: int
    flags: frozenset[str]
    asked: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Both readings of one ticket; `said` is what a person said in the end, "" for nothing."""

    old: Decided
    new: Decided
    said: str = ""

    @property
    def differs(self) -> bool:
        """Tell whether anything would be done otherwise."""
        return self.old != self.new

    @property
    def is_moved(self) -> bool:
        """Tell whether the category would be another one."""
        return self.old.category != self.new.category

    @property
    def outcome(self) -> str:
        """Whether a person's word speaks for the new category, against it, or not at all."""
        if not self.said or not self.is_moved:
            return UNKNOWN
        if self.said == self.new.category:
            return BETTER
        return WORSE if self.said == self.old.category else UNKNOWN


@dataclass(slots=True)
class Tally:
    """Counts of a replay; `moves[old][new]` are changed categories."""

    tickets: int = 0
    differ: int = 0
    moved: int = 0
    raised: int = 0
    lowered: int = 0
    old_asked: int = 0
    new_asked: int = 0
    now_asked: int = 0
    now_filed: int = 0
    better: int = 0
    worse: int = 0
    said: int = 0
    old_right: int = 0
    new_right: int = 0
    gained: dict[str, int] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)
    moves: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, pair: Pair) -> None:
        """Count one ticket."""
        old, new = pair.old, pair.new
        self.tickets += 1
        self.differ += pair.differs
        self.raised += new.priority < old.priority
        self.lowered += new.priority > old.priority
        self.old_asked += old.asked
        self.new_asked += new.asked
        self.now_asked += new.asked and not old.asked
        self.now_filed += old.asked and not new.asked
        self.better += pair.outcome == BETTER
        self.worse += pair.outcome == WORSE
        if pair.said:
            self.said += 1
            self.old_right += old.category == pair.said
            self.new_right += new.category == pair.said
        _count(self.gained, new.flags - old.flags)
        _count(self.lost, old.flags - new.flags)
        if pair.is_moved:
            self.moved += 1
            _count(self.moves.setdefault(old.category, {}), [new.category])

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Tally":
        """The counterpart of `to_dict`; what is missing is nothing."""
        return cls(**{name: kept[name] for name in cls.__dataclass_fields__ if name in kept})


def _count(counts: dict[str, int], names: Iterable[str]) -> None:
    for name in names:
        counts[name] = counts.get(name, 0) + 1
