"""Word retrieval with BM25 (Robertson and Zaragoza 2009), as one sparse product."""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from knowledgebase.ranking import text as texts
from knowledgebase.ranking.features import FloatArray

_K1, _B = 1.2, 0.6


class Bm25:
    """BM25 over normalised documents of one language; scores lie between 0 and 1."""

    def __init__(self, language: str) -> None:
        self.language = language

    def fit(self, documents: Sequence[str]) -> "Bm25":
        """Weigh every token of every document once; a query is then one product."""
        # Late: importing scikit-learn takes seconds, and not every process ranks.
        from sklearn.feature_extraction.text import CountVectorizer

        self.counter_ = CountVectorizer(
            analyzer=lambda text: texts.lexical_tokens(text, self.language), lowercase=False
        )
        try:
            counts = sp.csr_matrix(self.counter_.fit_transform(documents), dtype=np.float64)
        except ValueError:  # no document has a single token
            self.idf_ = np.zeros(0)
            self.weights_ = sp.csc_matrix((0, len(documents)))
            return self
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        average = float(lengths.mean()) or 1.0
        seen = np.bincount(counts.indices, minlength=counts.shape[1])
        self.idf_ = np.log1p((counts.shape[0] - seen + 0.5) / (seen + 0.5))
        rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        damp = _K1 * (1 - _B + _B * lengths[rows] / average)
        counts.data = counts.data * (_K1 + 1) / (counts.data + damp)
        self.weights_ = sp.csr_matrix(counts.multiply(self.idf_)).T.tocsr()
        return self

    def coverage(self, query: str) -> float:
        """How much of a query this library has words for, 0 to 1; rare words weigh more."""
        tokens = set(texts.lexical_tokens(query, self.language))
        if not tokens or not len(self.idf_):
            return 0.0
        vocabulary = self.counter_.vocabulary_
        known = sum(float(self.idf_[vocabulary[t]]) for t in tokens if t in vocabulary)
        unknown = sum(t not in vocabulary for t in tokens)
        return known / (known + unknown * float(np.log1p(2 * self.weights_.shape[1] + 1)))

    def scores(self, query: str) -> FloatArray:
        """Score of every document; 1 would be every query word, as dense as can be."""
        if not len(self.idf_):
            return np.zeros(self.weights_.shape[1])
        row = sp.csr_matrix(self.counter_.transform([query]), dtype=np.float64)
        row.data = np.ones_like(row.data)
        reachable = float(self.idf_[row.indices].sum()) * (_K1 + 1)
        if reachable == 0:
            return np.zeros(self.weights_.shape[1])
        return np.asarray((row @ self.weights_).todense()).ravel() / reachable
