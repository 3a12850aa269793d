"""Texts as sparse vectors: TF-IDF per block of tokens, blocks weighed and put side by side."""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

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

    def fit(self, corpus: Sequence[str]) -> "Vectoriser":
        """Learn the vocabulary and document frequencies of ``corpus`` (normalised texts)."""
        self.parts_: list[tuple[float, TfidfVectorizer]] = []
        for block in self.blocks:
            part = TfidfVectorizer(
                analyzer=block.cut, sublinear_tf=True, dtype=np.float64, lowercase=False
            )
            try:
                part.fit(corpus)
            except ValueError:  # no text yields any token of this block
                continue
            self.parts_.append((block.weight, part))
        self.scale_ = float(np.sqrt(sum(weight**2 for weight, _ in self.parts_))) or 1.0
        return self

    def transform(self, corpus: Sequence[str]) -> sp.csr_matrix:
        """Rows of length one (shorter where a block is empty); shape (texts, features)."""
        if not self.parts_:
            return sp.csr_matrix((len(corpus), 1))
        rows = [part.transform(corpus) * (weight / self.scale_) for weight, part in self.parts_]
        return sp.hstack(rows, format="csr")


def unit_rows(matrix: sp.csr_matrix) -> sp.csr_matrix:
    """Return the same rows at length one; empty rows stay empty."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1.0
    return sp.csr_matrix(sp.diags(1.0 / lengths) @ matrix)
