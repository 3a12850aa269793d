"""The published replies in memory, one index per language, brought up to date when they change."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import structlog
from django.db import DatabaseError, connection

from knowledgebase.conditions import OrderFacts, holds
from knowledgebase.models import (
    HarmFlag,
    LearntPhrase,
    LibraryRevision,
    Scenario,
    TemplatePause,
)
from knowledgebase.ranking.records import Article
from knowledgebase.stock import PublishedText, Stock

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from knowledgebase.ranking.index import LanguageIndex

log = structlog.get_logger(__name__)

# So many changes an index takes before it is built whole again; a twentieth in large libraries.
_FEWEST_CHANGES = 50


@dataclass(frozen=True, slots=True)
class Library:
    """Everything published in one language at one revision."""

    revision: int
    index: "LanguageIndex"
    scenarios: dict[str, Scenario]
    bodies: dict[tuple[str, str], str]
    limited: tuple[Scenario, ...] = ()
    # (slug, variant): not offered for now, and known to do harm.
    paused: frozenset[tuple[str, str]] = frozenset()
    harmful: frozenset[tuple[str, str]] = frozenset()
    # Nothing of these is for anybody who is calm or angry.
    distressed_only: frozenset[str] = frozenset()

    def held_back(self, variant: str) -> frozenset[str]:
        """Return the scenarios without a text for a mood, or whose text for it is paused.

        No other mood stands in for a paused one.
        """
        without = self.distressed_only if variant != "distressed" else frozenset()
        return without | frozenset(
            slug
            for slug, mood in self.paused
            if mood == variant
            or (variant == "distressed" and mood == "calm" and (slug, variant) not in self.bodies)
        )

    def does_harm(self, slug: str, variant: str) -> bool:
        """Whether the text that a customer in this mood would get is known to do harm."""
        return (slug, self.body(slug, variant)[0]) in self.harmful

    def left_out(self, facts: OrderFacts, today: date) -> frozenset[str]:
        """Return the scenarios that an order rules out, or whose last day is over."""
        return frozenset(
            one.slug
            for one in self.limited
            if not (one.is_offered(today) and holds(one.conditions, facts))
        )

    def body(self, slug: str, variant: str) -> tuple[str, str]:
        """Return (variant, text) for the wanted variant, or the nearest one that exists."""
        for one in (variant, "calm", "angry"):
            text = self.bodies.get((slug, one))
            if text:
                return one, text
        return "", ""


_libraries: dict[str, Library] = {}
_stocks: dict[str, Stock] = {}
_building: dict[str, threading.Lock] = {"en": threading.Lock(), "zh": threading.Lock()}
# Held while a thread of this process trains or rebuilds: one is enough.
_following: dict[str, threading.Lock] = {"en": threading.Lock(), "zh": threading.Lock()}


def current_revision() -> int:
    """Return the number of the newest published change."""
    return LibraryRevision.objects.filter(pk=1).values_list("number", flat=True).first() or 0


def current_library(language: str) -> Library | None:
    """Return the library of a language, fresh. None for languages without replies."""
    if language not in _building:
        return None
    revision = current_revision()
    held = _libraries.get(language)
    if held is not None and held.revision == revision:
        return held
    with _building[language]:
        held = _libraries.get(language)
        if held is None or held.revision != revision:
            held = _build(language, revision)
            _libraries[language] = held
    if held.index.may_train_linear and _following[language].acquire(blocking=False):
        # The slow part follows; until then the other ways of looking answer.
        threading.Thread(target=_follow_up, args=(language, held), daemon=True).start()
    return held


def warm_up() -> threading.Thread:
    """Build every library apart from any request, so that the first ticket does not wait."""
    thread = threading.Thread(target=_build_all, daemon=True, name="knowledge-warm-up")
    thread.start()
    return thread


def _build_all() -> None:
    try:
        for language in _building:
            current_library(language)
    except DatabaseError as error:
        # Not migrated yet, or the server is away: the first request builds instead.
        log.info("knowledge base not warmed up", error=repr(error))
    finally:
        connection.close()


def held_languages() -> list[str]:
    """Return the languages whose library this process holds."""
    return sorted(_libraries)


def forget() -> None:
    """Drop everything held, as a new process would."""
    _libraries.clear()
    _stocks.clear()


def _follow_up(language: str, library: Library) -> None:
    """Build the index whole when much of it was patched; train the linear model."""
    try:
        if library.index.changes > max(_FEWEST_CHANGES, len(library.index.articles) // 20):
            whole = type(library.index)(library.index.articles, language, linear=False)
            library = _put_whole(language, library, whole)
        library.index.train_linear()
    finally:
        _following[language].release()


def _put_whole(language: str, library: Library, whole: "LanguageIndex") -> Library:
    """Let the index built whole answer from now on, unless the library changed meanwhile."""
    with _building[language]:
        if _libraries.get(language) is not library:
            return library
        renewed = replace(library, index=whole)
        _libraries[language] = renewed
    return renewed


def _build(language: str, revision: int) -> Library:
    scenarios: dict[str, Scenario] = {}
    bodies: dict[tuple[str, str], str] = {}
    texts: dict[str, list[str]] = {}
    paused = _Marks.of(TemplatePause.objects.filter(ended_at=None))
    harmful = _Marks.of(HarmFlag.objects.filter(dismissed_at=None))
    for scenario, text in _stocks.setdefault(language, Stock(language)).read():
        slug = scenario.slug
        harmful.note(scenario, text)
        if paused.note(scenario, text):
            continue
        scenarios[slug] = scenario
        bodies[slug, text.variant] = text.body
        texts.setdefault(slug, []).append(text.body)
    learnt = _learnt(language)
    articles = [
        _article(one, language, texts[one.slug], learnt.get(one.pk, ()))
        for one in scenarios.values()
    ]
    return Library(
        revision=revision,
        index=_index(articles, language, _libraries.get(language)),
        scenarios=scenarios,
        bodies=bodies,
        limited=tuple(one for one in scenarios.values() if one.expires_on or one.conditions),
        paused=frozenset(paused.places),
        harmful=frozenset(harmful.places),
        distressed_only=frozenset(
            slug for slug in scenarios if not {(slug, "calm"), (slug, "angry")} & bodies.keys()
        ),
    )


def _index(articles: list[Article], language: str, held: Library | None) -> "LanguageIndex":
    """Take over what was indexed already; only what changed is counted and weighed."""
    # Late: it brings scipy, and only processes that serve pages rank replies.
    from knowledgebase.ranking.index import LanguageIndex

    if held is None or not held.index.articles:
        return LanguageIndex(articles, language, linear=False)
    known = held.index.by_id
    changed = [article for article in articles if known.get(article.id) != article]
    gone = known.keys() - {article.id for article in articles}
    return held.index.updated(changed, gone) if changed or gone else held.index


class _Marks:
    """Texts that carry a mark, named by digest: a text that was changed since carries none."""

    def __init__(self, digests: set[tuple[int, str]]) -> None:
        self.digests = digests
        self.places: set[tuple[str, str]] = set()

    @classmethod
    def of(cls, rows: "QuerySet[TemplatePause] | QuerySet[HarmFlag]") -> "_Marks":
        return cls(set(rows.order_by().values_list("template_id", "body_digest")))

    def note(self, scenario: Scenario, text: PublishedText) -> bool:
        """Tell whether a text carries the mark, and keep its place."""
        marked = (text.key, text.digest) in self.digests
        if marked:
            self.places.add((scenario.slug, text.variant))
        return marked


def _learnt(language: str) -> dict[int, list[str]]:
    """Return customers' own words by scenario."""
    phrases: dict[int, list[str]] = {}
    rows = LearntPhrase.objects.filter(language=language).values_list("scenario_id", "text")
    for scenario_id, text in rows:
        phrases.setdefault(scenario_id, []).append(text)
    return phrases


def _article(
    scenario: Scenario, language: str, bodies: list[str], learnt: Sequence[str] = ()
) -> Article:
    return Article(
        id=scenario.slug,
        title=scenario.title(language),
        body="\n".join(bodies),
        examples=(*scenario.examples(language), *learnt),
        lang=language,
        category=scenario.category,
        offer=scenario.offer,
    )
