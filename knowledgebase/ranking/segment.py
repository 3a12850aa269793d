"""Some articles of one language, counted and weighed once."""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from knowledgebase.ranking import text as texts
from knowledgebase.ranking.features import (
    FloatArray,
    IntArray,
    Postings,
    Vocabulary,
    Weigher,
    added_up,
    unit_rows,
)
from knowledgebase.ranking.lexical import Bm25Statistics
from knowledgebase.ranking.records import Article

# Of one example, within the centroid; of one word of the text, within word retrieval.
_TITLE_IN_CENTROID = 0.7
_TITLE_IN_WORDS = 2.0
# Beyond this a linear model per article costs more than it finds.
MOST_CLASSES = 800


class Material:
    """The counted texts of some articles: titles, phrasings and bodies."""

    def __init__(self, articles: Sequence[Article], vocabulary: Vocabulary) -> None:
        asked = [[texts.normalise(e) for e in a.examples] for a in articles]
        self.owners = np.repeat(
            np.arange(len(asked), dtype=np.int32), [len(one) for one in asked]
        ).astype(np.int32)
        self.titled = np.array([bool(a.title.strip()) for a in articles], bool)
        corpus = [
            *(texts.normalise(a.title) for a in articles),
            *(text for one in asked for text in one),
            *(texts.normalise(a.body) for a in articles),
        ]
        self.counts = vocabulary.learn(corpus)
        self.articles = len(articles)

    def documents(self) -> sp.csr_matrix:
        """Return one row of counts per article, everything in it added up."""
        count, units = self.articles, len(self.owners)
        titles, asked = self.counts[:count], self.counts[count : count + units]
        return sp.csr_matrix(
            titles * _TITLE_IN_WORDS
            + added_up(asked, self.owners, count)
            + self.counts[count + units :]
        )


class Segment:
    """Articles that can be asked together.

    Parameters
    ----------
    articles : sequence of Article
    material : Material
        Their counted texts.
    weigher : Weigher
    statistics : Bm25Statistics
    """

    def __init__(
        self,
        articles: Sequence[Article],
        material: Material,
        weigher: Weigher,
        statistics: Bm25Statistics,
    ) -> None:
        self.articles = list(articles)
        count, units = len(self.articles), len(material.owners)
        rows = weigher.rows(material.counts)
        self.owners, self.titled = material.owners, material.titled
        self.title_rows, self.unit_rows = rows[:count], rows[count : count + units]
        self._centroids = Postings(
            unit_rows(
                self.title_rows * _TITLE_IN_CENTROID + added_up(self.unit_rows, self.owners, count)
            )
        )
        self._titles = Postings(self.title_rows)
        self._bodies = Postings(weigher.of_bodies(rows[count + units :]))
        self._nearest, self._starts = self._every_unit()
        if count > MOST_CLASSES:
            # Only the linear model needs them, and it does not learn that many.
            empty = sp.csr_matrix((0, rows.shape[1]), dtype=np.float32)
            self.title_rows = self.unit_rows = empty
        self._words = statistics.postings(material.documents())

    def _every_unit(self) -> tuple[Postings, IntArray]:
        """Return every title and phrasing sorted by article, and where each article starts."""
        count = len(self.articles)
        owner = np.concatenate([np.arange(count), self.owners])
        order = np.argsort(owner, kind="stable")
        rows = sp.vstack([self.title_rows, self.unit_rows], format="csr")[order]
        return Postings(rows), np.searchsorted(owner[order], np.arange(count)).astype(np.int32)

    def parts(
        self, row: tuple[IntArray, FloatArray], words: tuple[IntArray, FloatArray]
    ) -> dict[str, FloatArray]:
        """Return the score of every article in each way of looking."""
        return {
            "title": self._titles.scores(*row),
            "centroid": self._centroids.scores(*row),
            "nearest": np.maximum.reduceat(self._nearest.scores(*row), self._starts),
            "body": self._bodies.scores(*row),
            "lexical": self._words.scores(*words),
        }
