"""What the triage model reads and answers: plain records."""

from dataclasses import asdict, dataclass
from typing import Any

from triage.ml.priority import Priority

TICKETS = "tickets"
"""The voice of labelled tickets, which is as many voices as there are customers."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text with every label that triage learns; `origin` joins rows of the same material.

    `voice` is who wrote it, where that is known.
    """

    text: str
    language: str
    category: str
    subject: str = ""
    also: tuple[str, ...] = ()
    emotion: int = 0
    distressed: bool = False
    flags: tuple[str, ...] = ()
    origin: str = ""
    voice: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """A stretch of the original text that speaks for the category.

    `start`, `end` count characters of `field` ('text' or 'subject'); `towards` is the share of the
    category's score, `against_runner_up` what sets it apart from the second-best category.
    """

    field: str
    start: int
    end: int
    text: str
    towards: float
    against_runner_up: float


@dataclass(frozen=True, slots=True)
class Fired:
    """A keyword group that matched; `denied` when a negation cancels it."""

    group: str
    field: str
    start: int
    end: int
    text: str
    denied: bool


@dataclass(frozen=True, slots=True)
class RaisedFlag:
    """A risk flag, how sure (0..1), and whether a rule or the model raised it."""

    flag: str
    score: float
    who: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """One triaged text.

    `band` is 'file' (may be filed alone), 'suggest' or 'ask'; `abstained` means no answer is
    given as ours and a person must choose; `needs_person` adds risk, threats and P1 to that.
    """

    language: str
    category: str
    category_probability: float
    confidence: float
    top: str
    top_probability: float
    also: tuple[str, ...]
    alternatives: tuple[tuple[str, float], ...]
    probabilities: dict[str, float]
    in_scope: float
    emotion: int
    emotion_probability: float
    emotion_probabilities: tuple[float, ...]
    distressed: bool
    distressed_probability: float
    flags: tuple[RaisedFlag, ...]
    outside_words: bool
    urgent_need: bool
    priority: Priority
    band: str
    abstained: bool
    needs_person: bool
    decided_by: dict[str, str]
    reasons: tuple[Reason, ...]
    fired: tuple[Fired, ...]
    model_version: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)
