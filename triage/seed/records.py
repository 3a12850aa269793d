"""The rows that training, judging and traps are made of."""

from dataclasses import dataclass

LANGUAGES = ("zh", "en")
CHANNELS = ("chat", "mail", "review", "phone", "form", "social")
FLAGS = (
    "legal",
    "regulator",
    "exposure",
    "platform",
    "safety",
    "injury",
    "minor",
    "privacy",
    "abuse",
    "violence",
    "self-harm",
)


@dataclass(frozen=True, slots=True)
class SeedRow:
    """One customer text with every label that triage learns; `voice` is who wrote its core."""

    text: str
    subject: str
    language: str
    category: str
    also: tuple[str, ...]
    emotion: int
    distressed: bool
    flags: tuple[str, ...]
    channel: str
    origin: str
    voice: str = ""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A customer text for one scenario of the knowledge base; never trained on."""

    text: str
    language: str
    category: str
    scenario: str


@dataclass(frozen=True, slots=True)
class Trap:
    """A sentence that misleads, with what a careful reader would say about it.

    `kind` is how it misleads. `category` is empty, `emotion` and `distressed` are None and
    `priority` is 0 where the sentence does not decide them.
    """

    text: str
    language: str
    kind: str
    category: str = ""
    emotion: tuple[int, int] | None = None
    distressed: bool | None = None
    priority: int = 0
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    """A line of a data file: a text with slots, and the labels it brings along."""

    text: str
    subject: str = ""
    emotion: int = 0
    distressed: bool = False
    flags: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    channel: str = ""
    voice: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """All the material written for one sub-category in one language."""

    category: str
    cores: tuple[Phrase, ...]
    cases: tuple[Phrase, ...]
    products: tuple[str, ...]
    demands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """Everything written in one language."""

    language: str
    topics: tuple[Topic, ...]
    phrases: dict[str, tuple[Phrase, ...]]
    slots: dict[str, tuple[str, ...]]
