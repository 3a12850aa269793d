"""Word retrieval with BM25 (Robertson and Zaragoza 2009), over tokens counted already."""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from knowledgebase.ranking.features import Counted, FloatArray, IntArray, Postings, Vocabulary

_K1, _B = 1.2, 0.6


class Bm25Statistics:
    """What BM25 knows of all documents: how rare a token is, how long a document usually is.

    Parameters
    ----------
    vocabulary : Vocabulary
    counts : csr_matrix
        One row of counted tokens per document.
    """

    def __init__(self, vocabulary: Vocabulary, counts: sp.csr_matrix) -> None:
        self.documents = counts.shape[0]
        seen = np.bincount(counts.indices, minlength=counts.shape[1])
        self.idf = self._idf(seen) * self._lexical(vocabulary, len(seen))
        lengths = self._lengths(counts)
        self.average = (float(lengths.mean()) if self.documents else 0.0) or 1.0

    def _idf(self, seen: NDArray[np.int64]) -> FloatArray:
        idf: FloatArray = np.log1p((self.documents - seen + 0.5) / (seen + 0.5)).astype(np.float32)
        return idf

    @staticmethod
    def _lexical(vocabulary: Vocabulary, size: int) -> NDArray[np.bool_]:
        lexical = [vocabulary.blocks[block].lexical for block in vocabulary.block_of[:size]]
        # Texts without a single token still make a matrix of one column.
        return np.array([*lexical, *[False] * (size - len(lexical))], bool)

    def _lengths(self, counts: sp.csr_matrix) -> FloatArray:
        return np.asarray(counts @ (self.idf[: counts.shape[1]] > 0), np.float32).ravel()

    def extended(self, vocabulary: Vocabulary) -> "Bm25Statistics":
        """Return the same statistics for a vocabulary that has grown since."""
        other = object.__new__(Bm25Statistics)
        other.documents, other.average = self.documents, self.average
        new = max(len(vocabulary) - len(self.idf), 0)
        rare = self._idf(np.ones(new, np.int64))
        lexical = self._lexical(vocabulary, len(self.idf) + new)[len(self.idf) :]
        other.idf = np.concatenate([self.idf, rare * lexical])
        return other

    def postings(self, counts: sp.csr_matrix) -> Postings:
        """Weigh every token of every document once; a question is then one product."""
        weighed = counts.copy()
        idf = self.idf[weighed.indices]
        lengths = self._lengths(counts)
        rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        damp = _K1 * (1 - _B + _B * lengths[rows] / self.average)
        weighed.data = (weighed.data * (_K1 + 1) / (weighed.data + damp) * idf).astype(np.float32)
        weighed.eliminate_zeros()
        return Postings(weighed)

    def question(self, counted: Counted) -> tuple[IntArray, FloatArray]:
        """Return columns and weights such that 1 is every word of the question, dense."""
        columns = counted.columns[counted.columns < len(self.idf)]
        reachable = float(self.idf[columns].sum()) * (_K1 + 1)
        return columns, np.full(len(columns), 1.0 / reachable if reachable else 0.0, np.float32)

    def coverage(self, counted: Counted) -> float:
        """How much of a question this library has words for, 0 to 1; rare words weigh more."""
        columns = counted.columns[counted.columns < len(self.idf)]
        known = float(self.idf[columns].sum())
        unknown = counted.unknown * float(np.log1p(2 * self.documents + 1))
        return known / (known + unknown) if known else 0.0
