"""Replies for a text that is no ticket: another desk asks, and says what it knows."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from knowledgebase import policy, readers, variables
from knowledgebase.conditions import NOTHING_KNOWN, OrderFacts
from knowledgebase.library import current_library
from knowledgebase.models import Scenario
from knowledgebase.queries.filling import settings_zone, shop_day
from knowledgebase.queries.suggesting import outcomes_at
from knowledgebase.ranking.suggest import Need, Why, suggest
from knowledgebase.ranking.text import detect_language
from knowledgebase.readers import TextReading


@dataclass(frozen=True, slots=True)
class Ask:
    """A text and what the caller knows; None where it does not say."""

    text: str
    subject: str = ""
    language: str = ""
    category: str | None = None
    emotion: int | None = None
    distressed: bool | None = None
    facts: OrderFacts = NOTHING_KNOWN
    values: Mapping[str, object] = field(default_factory=dict)
    limit: int = 3


@dataclass(frozen=True, slots=True)
class Offered:
    """One reply for another desk."""

    scenario: Scenario
    variant: str
    text: str
    missing: tuple[str, ...]
    score: float
    why: Why


@dataclass(frozen=True, slots=True)
class Answer:
    """Ranked replies, and by which category, mood and row of the policy they were chosen."""

    language: str
    category: str
    emotion: int
    distressed: bool
    decided_by: dict[str, str]
    group: str
    cell: policy.Cell | None
    offered: tuple[Offered, ...]


def suggest_for_text(ask: Ask, *, now: datetime) -> Answer:
    """Return the best replies to a text; none when nothing fits."""
    reading = _reading(ask)
    category = reading.category if ask.category is None else ask.category
    emotion = reading.emotion if ask.emotion is None else ask.emotion
    distressed = reading.distressed if ask.distressed is None else ask.distressed
    language = ask.language or reading.language or detect_language(ask.text)
    group = policy.group_of(category)
    return Answer(
        language=language,
        category=category,
        emotion=emotion,
        distressed=distressed,
        decided_by={
            "category": _who(ask.category, reading.category),
            "emotion": _who(ask.emotion, reading.language),
            "language": "caller" if ask.language else "text",
        },
        group=group,
        cell=policy.cell(emotion, group) if group else None,
        offered=_offered(ask, reading, language, category, emotion, distressed, now),
    )


def _reading(ask: Ask) -> TextReading:
    if ask.category is not None and ask.emotion is not None and ask.language:
        return TextReading()
    return readers.read(ask.text, ask.subject, ask.language) or TextReading()


def _who(told: object, read: object) -> str:
    if told is not None:
        return "caller"
    return "model" if read else "nobody"


def _offered(
    ask: Ask,
    reading: TextReading,
    language: str,
    category: str,
    emotion: int,
    distressed: bool,
    now: datetime,
) -> tuple[Offered, ...]:
    library = current_library(language)
    if library is None or not ask.text.strip():
        return ()
    wanted = policy.variant_for(emotion, distressed=distressed)
    text = f"{ask.subject}\n{ask.text}"
    need = Need(
        text=text,
        language=language,
        category=category,
        # A category that the caller names is believed; a read one only when it is sure.
        category_is_sure=bool(category) and (ask.category is not None or reading.is_sure),
        emotion=emotion,
        seed=hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(),
        paused=library.left_out(ask.facts, shop_day(now)) | library.held_back(wanted),
    )
    found = suggest(
        library.index, need, outcomes=outcomes_at(emotion, library, wanted), limit=ask.limit
    )
    offered = []
    for one in found:
        variant, body = library.body(one.id, wanted)
        filled = variables.fill(
            body, ask.values, language=language, zone=settings_zone(), this_year=now.year
        )
        offered.append(
            Offered(
                scenario=library.scenarios[one.id],
                variant=variant,
                text=filled.text,
                missing=filled.missing,
                score=one.score,
                why=one.why,
            )
        )
    return tuple(offered)
