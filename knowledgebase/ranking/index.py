"""The index in memory: articles of one language, looked at in several ways and fused."""

import threading
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from knowledgebase.ranking import text as texts
from knowledgebase.ranking.features import FloatArray, Vocabulary, Weigher
from knowledgebase.ranking.fusion import Weights, weights_for
from knowledgebase.ranking.lexical import Bm25Statistics
from knowledgebase.ranking.linear import LinearModel, fit_linear
from knowledgebase.ranking.records import Article, Hit
from knowledgebase.ranking.segment import Material, Segment


class LanguageIndex:
    """Articles of one language, ready to be asked.

    Parameters
    ----------
    articles : sequence of Article
        Order decides ties.
    language : {"en", "zh"}
    weights : Weights, optional
        Instead of those that suit what the articles hold.
    linear : bool
        Whether to train the linear model (slowest part of building).
    """

    def __init__(
        self,
        articles: Sequence[Article],
        language: str,
        *,
        weights: Weights | None = None,
        linear: bool = True,
    ) -> None:
        self.language = language
        self._given_weights = weights
        self._vocabulary = Vocabulary(language)
        material = Material(articles, self._vocabulary)
        self._weigher = Weigher(self._vocabulary, material.counts)
        self._statistics = Bm25Statistics(self._vocabulary, material.documents())
        self._segments = [Segment(articles, material, self._weigher, self._statistics)]
        self._gone: frozenset[str] = frozenset()
        self._linear: LinearModel | None = None
        self._take_stock()
        self._training = threading.Lock()
        self.may_train_linear = True
        if linear:
            self.train_linear()

    def _take_stock(self) -> None:
        everything = [article for segment in self._segments for article in segment.articles]
        last = len(self._segments[0].articles)
        self._here = np.array(
            [place >= last or one.id not in self._gone for place, one in enumerate(everything)],
            bool,
        )
        self._everything = everything
        self.articles = [one for one, here in zip(everything, self._here, strict=True) if here]
        self.by_id = {article.id: article for article in self.articles}
        self._of_category: dict[str, list[int]] = {}
        for place, article in enumerate(self.articles):
            self._of_category.setdefault(article.category, []).append(place)
        self._weigh()

    def _weigh(self) -> None:
        trained = self._linear is not None
        self.weights = self._given_weights or weights_for(self.articles, is_trained=trained)

    def updated(self, changed: Sequence[Article], gone: Collection[str] = ()) -> "LanguageIndex":
        """Return this index with some articles new or different and some gone.

        What did not change is shared and keeps its weights, so that the cost is that of the
        changes since the index was built whole. Old and new may be asked at the same time;
        ``updated`` may not run twice at once over the same ancestors.
        """
        other = object.__new__(LanguageIndex)
        other.language, other._given_weights = self.language, self._given_weights
        other._vocabulary = self._vocabulary
        later = {a.id: a for segment in self._segments[1:] for a in segment.articles}
        later |= {article.id: article for article in changed}
        later = {name: article for name, article in later.items() if name not in gone}
        material = Material(list(later.values()), self._vocabulary)
        other._weigher = self._weigher.extended()
        other._statistics = self._statistics.extended(self._vocabulary)
        other._segments = self._segments[:1]
        if later:
            segment = Segment(list(later.values()), material, other._weigher, other._statistics)
            other._segments = [*other._segments, segment]
        other._gone = self._gone | set(later) | set(gone)
        other._linear = self._linear
        other._take_stock()
        other._training = threading.Lock()
        other.may_train_linear = True
        return other

    @property
    def changes(self) -> int:
        """How many articles are new, different or gone since the index was built whole."""
        return len(self._gone)

    def train_linear(self) -> None:
        """Fit one linear model over the articles that have enough phrasings. Runs once."""
        with self._training:
            if self.may_train_linear:
                self.may_train_linear = False
                self._linear = fit_linear(self._segments, self._here)
                self._weigh()

    def coverage(self, query: str) -> float:
        """How much of a query this library has words for, 0 to 1."""
        return self._statistics.coverage(self._vocabulary.count(texts.normalise(query)))

    def parts(self, query: str) -> dict[str, FloatArray]:
        """Score of every article in each way of looking, before weighing."""
        counted = self._vocabulary.count(texts.normalise(query))
        row = self._weigher.row(counted)
        words = self._statistics.question(counted)
        each = [segment.parts(row, words) for segment in self._segments]
        found = {name: np.concatenate([one[name] for one in each]) for name in each[0]}
        found["linear"] = np.zeros(len(self._everything), np.float32)
        if self._linear is not None:
            self._linear.score(*row, into=found["linear"])
        return {name: score[self._here] for name, score in found.items()}

    def search(self, query: str, *, limit: int = 10, category: str = "") -> list[Hit]:
        """Return the best articles, best first. Empty when there is nothing to compare with.

        With a category also the best ``limit`` of that category, however weak.
        """
        if not self.articles or not query.strip():
            return []
        parts = self.parts(query)
        weights = self.weights
        fused = np.zeros(len(self.articles), np.float32)
        for name, score in parts.items():
            fused += np.float32(getattr(weights, name)) * score
        places = _best(fused, np.arange(len(fused)), limit)
        if category:
            same = np.array(self._of_category.get(category, ()), np.int64)
            more = _best(fused, same, limit)
            places = np.concatenate([places, more[~np.isin(more, places)]])
        return [
            Hit(
                self.articles[i].id,
                float(fused[i]),
                {name: float(score[i]) for name, score in parts.items()},
            )
            for i in places
        ]


def _best(scores: FloatArray, places: NDArray[np.int64], limit: int) -> NDArray[np.int64]:
    """Return the ``limit`` best of some places, best first; equals in their order."""
    found = scores[places]
    if limit < len(places):
        least = np.partition(found, len(found) - limit)[len(found) - limit]
        places = places[found >= least]
        found = scores[places]
    return places[np.argsort(-found, kind="stable")[:limit]]


class Index:
    """All articles, one LanguageIndex for each language."""

    def __init__(
        self, articles: Sequence[Article], *, weights: Weights | None = None, linear: bool = True
    ) -> None:
        by_language: dict[str, list[Article]] = {}
        for article in articles:
            language = _language_of(
                article.lang, " ".join((article.title, article.body, *article.examples[:3]))
            )
            by_language.setdefault(language, []).append(article)
        self.languages = {
            language: LanguageIndex(one, language, weights=weights, linear=linear)
            for language, one in by_language.items()
        }

    def search(self, query: str, *, language: str = "", limit: int = 10) -> list[Hit]:
        """Return the best articles of the query's language."""
        index = self.languages.get(_language_of(language, query))
        return index.search(query, limit=limit) if index else []


def _language_of(named: str, text: str) -> str:
    known = named.lower()[:2]
    return known if known in texts.BLOCKS else texts.detect_language(text)
