"""What goes into the ranking and what comes out. Pure."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Article:
    """Something that can be found: a reply with its title, text and customer phrasings."""

    id: str
    title: str = ""
    body: str = ""
    examples: tuple[str, ...] = ()
    lang: str = ""
    category: str = ""
    offer: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """One text that looks for articles, with the ids that would be right."""

    text: str
    relevant: tuple[str, ...] = ()
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One article found: fused score, and how much of it each way of looking gave."""

    id: str
    score: float
    parts: dict[str, float] = field(default_factory=dict)
