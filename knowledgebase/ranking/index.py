"""The index in memory: articles of one language, looked at in several ways and fused."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from knowledgebase.ranking import text as texts
from knowledgebase.ranking.features import FloatArray, Vectoriser, unit_rows
from knowledgebase.ranking.lexical import Bm25
from knowledgebase.ranking.records import Article, Hit

# A class needs this many phrasings before a linear model can tell it apart.
LEAST_EXAMPLES = 5
# Beyond this a linear model per article costs more than it finds.
_MOST_CLASSES = 800
_MOST_UNITS = 60_000


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each way of looking counts in the fused score (tuned in benchmarks/knowledge.py)."""

    centroid: float = 1.0
    nearest: float = 0.2
    body: float = 2.2
    lexical: float = 0.8
    linear: float = 0.4
    title: float = 0.7  # of one example, within the centroid


class LanguageIndex:
    """Articles of one language, ready to be asked.

    Parameters
    ----------
    articles : sequence of Article
        Order decides ties.
    language : {"en", "zh"}
    weights : Weights
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
        self.articles = list(articles)
        self.language = language
        self.weights = weights or Weights()
        self._build_vectors()
        self._linear: tuple[FloatArray, FloatArray, np.ndarray] | None = None
        self._training = threading.Lock()
        self.may_train_linear = True
        if linear:
            self.train_linear()

    def _build_vectors(self) -> None:
        titles = [texts.normalise(a.title) for a in self.articles]
        bodies = [texts.normalise(a.body) for a in self.articles]
        asked = [[texts.normalise(e) for e in a.examples] for a in self.articles]
        units = [text for one in asked for text in one]
        self._owners = np.repeat(np.arange(len(asked)), [len(one) for one in asked])
        self.vectoriser = Vectoriser(self.language)
        rows = self.vectoriser.fit_transform([*titles, *units, *bodies])
        self._title_rows = rows[: len(titles)]
        self._unit_rows = rows[len(titles) : len(titles) + len(units)] if units else None
        self._centroids = self._add_up().T.tocsr()
        self._body_columns = rows[len(titles) + len(units) :].T.tocsr()
        self._nearest_columns, self._starts, self._nearest_owner = self._all_units()
        self.bm25 = Bm25(self.language).fit(
            [
                " ".join((title, title, *one, body))
                for title, one, body in zip(titles, asked, bodies, strict=True)
            ]
        )

    def _add_up(self) -> sp.csr_matrix:
        """One row per article: its title and phrasings added up, at length one."""
        total = self._title_rows * self.weights.title
        if self._unit_rows is not None:
            count = len(self._owners)
            belongs = sp.csr_matrix(
                (np.ones(count), (self._owners, np.arange(count))),
                shape=(len(self.articles), count),
            )
            total = total + belongs @ self._unit_rows
        return unit_rows(sp.csr_matrix(total))

    def _all_units(self) -> tuple[sp.csr_matrix, np.ndarray, np.ndarray]:
        """Every title and phrasing as a column, sorted by article, and where each one starts."""
        rows, owners = [self._title_rows], [np.arange(len(self.articles))]
        if self._unit_rows is not None:
            rows.append(self._unit_rows)
            owners.append(self._owners)
        owner = np.concatenate(owners)
        order = np.argsort(owner, kind="stable")
        owner = owner[order]
        starts = np.searchsorted(owner, np.arange(len(self.articles)))
        columns = sp.vstack(rows, format="csr")[order].T.tocsr()
        return columns, starts, owner

    def train_linear(self) -> None:
        """Fit one linear classifier over the articles that have enough phrasings. Runs once."""
        with self._training:
            if self.may_train_linear:
                self.may_train_linear = False
                self._linear = self._fit_linear()

    def _fit_linear(self) -> tuple[FloatArray, FloatArray, np.ndarray] | None:
        if self._unit_rows is None:
            return None
        counts = np.bincount(self._owners, minlength=len(self.articles))
        classes = np.flatnonzero(counts >= LEAST_EXAMPLES)
        if not 2 <= len(classes) <= _MOST_CLASSES or len(self._owners) > _MOST_UNITS:
            return None
        chosen = np.flatnonzero(np.isin(self._owners, classes))
        titled = np.isin(np.arange(len(self.articles)), classes) & np.array(
            [bool(a.title.strip()) for a in self.articles]
        )
        rows = sp.vstack([self._unit_rows[chosen], self._title_rows[titled]], format="csr")
        labels = np.concatenate([self._owners[chosen], np.flatnonzero(titled)])
        # Late: importing scikit-learn takes seconds, and not every process ranks.
        from sklearn.svm import LinearSVC

        model = LinearSVC(C=1.0, tol=1e-3, random_state=0).fit(rows, labels)
        coefficients, intercepts = model.coef_, model.intercept_
        if len(model.classes_) == 2:  # scikit-learn keeps one row for two classes
            coefficients = np.vstack([-coefficients, coefficients])
            intercepts = np.array([-intercepts[0], intercepts[0]])
        return np.ascontiguousarray(coefficients.T), intercepts, model.classes_

    def parts(self, query: str) -> dict[str, FloatArray]:
        """Score of every article in each way of looking, before weighing."""
        plain = texts.normalise(query)
        row = self.vectoriser.transform([plain])
        near = _dense(row @ self._nearest_columns)
        found = {
            "centroid": _dense(row @ self._centroids),
            "nearest": np.maximum.reduceat(near, self._starts),
            "body": _dense(row @ self._body_columns),
            "lexical": self.bm25.scores(plain),
            "linear": np.zeros(len(self.articles)),
        }
        if self._linear is not None:
            coefficients, intercepts, classes = self._linear
            margins = np.asarray(row @ coefficients).ravel() + intercepts
            found["linear"][classes] = np.clip((margins + 1.0) / 2.0, 0.0, 1.5)
        return found

    def search(self, query: str, *, limit: int = 10) -> list[Hit]:
        """Return the best articles, best first. Empty when there is nothing to compare with."""
        if not self.articles or not query.strip():
            return []
        parts = self.parts(query)
        fused = sum(getattr(self.weights, name) * score for name, score in parts.items())
        best = np.argsort(-np.asarray(fused), kind="stable")[:limit]
        return [
            Hit(
                self.articles[i].id,
                float(np.asarray(fused)[i]),
                {name: float(score[i]) for name, score in parts.items()},
            )
            for i in best
        ]


def _dense(row: sp.csr_matrix) -> FloatArray:
    return np.asarray(row.todense()).ravel()


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
