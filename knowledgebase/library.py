"""The published replies in memory, one index per language, rebuilt when the revision grows."""

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from django.db import DatabaseError, connection

from knowledgebase.models import LibraryRevision, Scenario, Template
from knowledgebase.ranking.records import Article

if TYPE_CHECKING:
    from knowledgebase.ranking.index import LanguageIndex

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Library:
    """Everything published in one language at one revision."""

    revision: int
    index: "LanguageIndex"
    scenarios: dict[str, Scenario]
    bodies: dict[tuple[str, str], str]

    def body(self, slug: str, variant: str) -> tuple[str, str]:
        """Return (variant, text) for the wanted variant, or the nearest one that exists."""
        for one in (variant, "calm", "angry"):
            text = self.bodies.get((slug, one))
            if text:
                return one, text
        return "", ""


_libraries: dict[str, Library] = {}
_building: dict[str, threading.Lock] = {"en": threading.Lock(), "zh": threading.Lock()}


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
    if held.index.may_train_linear:
        # The slow part follows; until then the other ways of looking answer.
        threading.Thread(target=_train, args=(held,), daemon=True).start()
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


def _train(library: Library) -> None:
    library.index.train_linear()


def _build(language: str, revision: int) -> Library:
    # Late: it brings scipy, and only processes that serve pages rank replies.
    from knowledgebase.ranking.index import LanguageIndex

    templates = (
        Template.objects.filter(language=language)
        .exclude(published_body="")
        .select_related("scenario")
        .order_by("scenario_id", "id")
    )
    scenarios: dict[str, Scenario] = {}
    bodies: dict[tuple[str, str], str] = {}
    texts: dict[str, list[str]] = {}
    for template in templates:
        slug = template.scenario.slug
        scenarios[slug] = template.scenario
        bodies[slug, template.variant] = template.published_body
        texts.setdefault(slug, []).append(template.published_body)
    articles = [_article(one, language, texts[one.slug]) for one in scenarios.values()]
    return Library(
        revision=revision,
        index=LanguageIndex(articles, language, linear=False),
        scenarios=scenarios,
        bodies=bodies,
    )


def _article(scenario: Scenario, language: str, bodies: list[str]) -> Article:
    return Article(
        id=scenario.slug,
        title=scenario.title(language),
        body="\n".join(bodies),
        examples=tuple(scenario.examples(language)),
        lang=language,
        category=scenario.category,
        offer=scenario.offer,
    )
