"""Texts as sparse vectors: TF-IDF per block of tokens, blocks weighed and put side by side."""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from knowledgebase.ranking import text as texts

FloatArray = NDArray[np.float64]


class Vectoriser:
    """Learns document frequencies from texts and turns texts into unit-length rows.

    Parameters
    ----------
    language : {"en", "zh"}
        Decides which blocks of tokens are cut from a text.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.blocks = texts.BLOCKS[language]

    def fit_transform(self, corpus: Sequence[str]) -> sp.csr_matrix:
        """Learn vocabulary and document frequencies of ``corpus``; return its rows.

        One pass over the texts: cutting them into tokens is most of the work.
        """
        # Late: importing scikit-learn takes seconds, and not every process ranks.
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.parts_: list[tuple[float, TfidfVectorizer]] = []
        rows: list[sp.csr_matrix] = []
        for block in self.blocks:
            part = TfidfVectorizer(
                analyzer=block.cut, sublinear_tf=True, dtype=np.float64, lowercase=False
            )
            try:
                rows.append(part.fit_transform(corpus))
            except ValueError:  # no text yields any token of this block
                continue
            self.parts_.append((block.weight, part))
        self.scale_ = float(np.sqrt(sum(weight**2 for weight, _ in self.parts_))) or 1.0
        return self._side_by_side(rows, len(corpus))

    def transform(self, corpus: Sequence[str]) -> sp.csr_matrix:
        """Rows of length one (shorter where a block is empty); shape (texts, features)."""
        return self._side_by_side([part.transform(corpus) for _, part in self.parts_], len(corpus))

    def _side_by_side(self, rows: Sequence[sp.csr_matrix], count: int) -> sp.csr_matrix:
        if not rows:
            return sp.csr_matrix((count, 1))
        weighed = [
            row * (weight / self.scale_) for row, (weight, _) in zip(rows, self.parts_, strict=True)
        ]
        return sp.hstack(weighed, format="csr")


def unit_rows(matrix: sp.csr_matrix) -> sp.csr_matrix:
    """Return the same rows at length one; empty rows stay empty."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1.0
    return sp.csr_matrix(sp.diags(1.0 / lengths) @ matrix)
