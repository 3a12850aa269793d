"""What goes into the mining and what comes out. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# How many people, and how many texts, must stand behind everything that is shown.
LEAST = 3


@dataclass(frozen=True, slots=True)
class Known:
    """What is known to be personal in one text.

    ``slots`` are values that have a variable of their own (by its name); ``private`` ones have
    none: whatever says them is left out.
    """

    slots: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    private: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One reply that a person wrote, the question it answered, and how that ended.

    ``customer`` and ``author`` only tell people apart; they are never shown. Outcomes that nobody
    knows are None (``score``) or False.
    """

    text: str
    language: str
    customer: str
    category: str = ""
    question: str = ""
    author: str = ""
    reference: str = ""
    score: int | None = None
    was_reopened: bool = False
    was_repeated: bool = False
    known: Known = field(default_factory=Known)


@dataclass(frozen=True, slots=True)
class Question:
    """What one customer asked, where no reply of the library fits."""

    text: str
    language: str
    customer: str
    category: str = ""
    reference: str = ""
    known: Known = field(default_factory=Known)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands behind a finding, counted. Good is a score of at least four."""

    texts: int
    customers: int
    authors: int = 0
    scored: int = 0
    good: int = 0
    score_sum: int = 0
    reopened: int = 0
    repeated: int = 0

    def __add__(self, other: "Evidence") -> "Evidence":
        """Add up the evidence of two findings that say the same to different people."""
        return Evidence(
            *(getattr(self, name) + getattr(other, name) for name in Evidence.__slots__)
        )


@dataclass(frozen=True, slots=True)
class Near:
    """The existing reply that comes closest, and how close: 0 to 1."""

    id: str = ""
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class FoundAnswer:
    """A reply that people keep writing and the library lacks, without anybody's data."""

    language: str
    category: str
    body: str
    words: tuple[str, ...]
    examples: tuple[str, ...]
    evidence: Evidence
    references: tuple[str, ...]
    near: Near = field(default_factory=Near)


@dataclass(frozen=True, slots=True)
class FoundGap:
    """Something that customers ask and no reply serves, without anybody's data."""

    language: str
    category: str
    words: tuple[str, ...]
    examples: tuple[str, ...]
    evidence: Evidence
    references: tuple[str, ...]
