"""Chooses the replies to suggest for one ticket: match, filters, outcome, and why. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from knowledgebase import policy
from knowledgebase.ranking import text as texts
from knowledgebase.ranking.outcome import Outcome, arrange
from knowledgebase.ranking.records import Article, Hit

if TYPE_CHECKING:
    from knowledgebase.ranking.index import LanguageIndex

# Match times coverage has to reach this: one in fifty held-back phrasings in English and one in
# thirty in Chinese do not. Less will do when the category agrees.
_LEAST_FIT = {"en": 0.09, "zh": 0.14}
_LEAST_FIT_SAME_CATEGORY = 0.04
_SAME_CATEGORY, _SAME_TOP = 0.5, 0.1
_GENERAL_PENALTY = 0.25
_DEPTH = 60


@dataclass(frozen=True, slots=True)
class Need:
    """What is known about the ticket that needs a reply."""

    text: str
    language: str
    category: str = ""
    category_is_sure: bool = False
    emotion: int = 0
    order_state: str = ""
    seed: str = ""
    paused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Why:
    """Why a reply is suggested: shared words, category, and what it led to."""

    words: tuple[str, ...] = ()
    same_category: bool = False
    is_trial: bool = False
    outcome: Outcome = field(default_factory=Outcome)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One reply to suggest, its score and the reasons."""

    id: str
    score: float
    why: Why


def is_allowed(article: Article, need: Need, states: Sequence[str] = ()) -> bool:
    """Whether policy and conditions let this reply be suggested at all."""
    group = policy.group_of(need.category) or policy.group_of(article.category)
    if article.offer:
        most = policy.cell(need.emotion, group).offer
        if not policy.offer_allowed(article.offer, most):
            return False
    return not (states and need.order_state and need.order_state not in states)


def suggest(
    index: "LanguageIndex",
    need: Need,
    *,
    outcomes: Mapping[str, Outcome] | None = None,
    order_states: Mapping[str, Sequence[str]] | None = None,
    limit: int = 3,
) -> list[Suggestion]:
    """Return the best replies for ``need``; none when nothing fits."""
    led_to, states = outcomes or {}, order_states or {}
    known = index.by_id
    coverage = index.coverage(need.text)
    matches: list[tuple[float, str]] = []
    for hit in _candidates(index, need, known):
        article = known[hit.id]
        if hit.id in need.paused:
            continue
        if not is_allowed(article, need, states.get(hit.id, ())):
            continue
        if not _fits(hit, article, need, coverage, index.language):
            continue
        matches.append((hit.score + _closeness(article, need), hit.id))
    return [
        Suggestion(one, score, _why(known[one], need, led_to, is_trial=trial))
        for score, one, trial in arrange(matches, led_to, need.seed, limit)
    ]


def _candidates(index: "LanguageIndex", need: Need, known: Mapping[str, Article]) -> list[Hit]:
    """Return matches by text; with a sure category all of its replies, however weak."""
    if not need.category_is_sure:
        return index.search(need.text, limit=_DEPTH)
    hits = index.search(need.text, limit=_DEPTH, category=need.category)
    same = [hit for hit in hits if known[hit.id].category == need.category]
    general = [hit for hit in hits[:_DEPTH] if not known[hit.id].category]
    return [*same, *general]


def _fits(hit: Hit, article: Article, need: Need, coverage: float, language: str) -> bool:
    same = bool(need.category) and article.category == need.category
    least = _LEAST_FIT[language]
    return hit.score * coverage >= (_LEAST_FIT_SAME_CATEGORY if same else least)


def _closeness(article: Article, need: Need) -> float:
    if not article.category:
        return -_GENERAL_PENALTY
    if article.category == need.category:
        return _SAME_CATEGORY
    same_top = article.category.partition(".")[0] == need.category.partition(".")[0]
    return _SAME_TOP if need.category and same_top else 0.0


def _why(article: Article, need: Need, led_to: Mapping[str, Outcome], *, is_trial: bool) -> Why:
    asked = texts.shown_words(need.text, need.language)
    told = texts.shown_words(
        " ".join((article.title, *article.examples, article.body)), need.language
    )
    shared = sorted((word for key, word in asked.items() if key in told), key=len, reverse=True)
    return Why(
        words=tuple(shared[:3]),
        same_category=bool(need.category) and article.category == need.category,
        is_trial=is_trial,
        outcome=led_to.get(article.id, Outcome()),
    )
