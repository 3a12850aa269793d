"""Texts as sparse vectors: counted tokens, weighed by TF-IDF per block, blocks side by side."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from knowledgebase.ranking import text as texts

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Counted:
    """One text as counted tokens: columns, how often each, and tokens nobody has seen."""

    columns: IntArray
    counts: FloatArray
    unknown: int


class Vocabulary:
    """Which token of which block has which column. Grows only while articles are added.

    Parameters
    ----------
    language : {"en", "zh"}
        Decides which blocks of tokens are cut from a text.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.blocks = texts.BLOCKS[language]
        self._columns: list[dict[str, int]] = [{} for _ in self.blocks]
        self.block_of: list[int] = []

    def __len__(self) -> int:
        return len(self.block_of)

    def learn(self, corpus: Sequence[str]) -> sp.csr_matrix:
        """Count the tokens of texts, new ones included; shape (texts, columns so far)."""
        columns: list[int] = []
        counts: list[int] = []
        starts = [0]
        for text in corpus:
            for number, block in enumerate(self.blocks):
                for token, count in Counter(block.cut(text)).items():
                    columns.append(self._column(number, token))
                    counts.append(count)
            starts.append(len(columns))
        shape = (len(corpus), max(len(self), 1))
        return sp.csr_matrix(
            (np.array(counts, np.float32), np.array(columns, np.int32), np.array(starts)), shape
        )

    def count(self, text: str) -> Counted:
        """Count the known tokens of a question; unknown ones only where words are compared."""
        columns: list[int] = []
        counts: list[int] = []
        unknown = 0
        for block, known in zip(self.blocks, self._columns, strict=True):
            for token, count in Counter(block.cut(text)).items():
                column = known.get(token)
                if column is not None:
                    columns.append(column)
                    counts.append(count)
                else:
                    unknown += block.lexical
        return Counted(np.array(columns, np.int32), np.array(counts, np.float32), unknown)

    def _column(self, block: int, token: str) -> int:
        known = self._columns[block]
        column = known.get(token)
        if column is None:
            column = len(self.block_of)
            # The block first: who finds the token must find its block as well.
            self.block_of.append(block)
            known[token] = column
        return column


class Weigher:
    """TF-IDF per block, blocks weighed against each other; rows of length one.

    Parameters
    ----------
    vocabulary : Vocabulary
    counts : csr_matrix
        Counted texts that document frequencies are learnt from.
    """

    def __init__(self, vocabulary: Vocabulary, counts: sp.csr_matrix) -> None:
        self.vocabulary = vocabulary
        self._texts = counts.shape[0]
        seen = np.bincount(counts.indices, minlength=len(vocabulary))
        self._take(seen)

    def _take(self, seen: NDArray[np.int64]) -> None:
        block_of = np.array(self.vocabulary.block_of[: len(seen)], np.int8)
        weights = np.array([block.weight for block in self.vocabulary.blocks], np.float32)
        present = np.isin(np.arange(len(weights)), block_of)
        self.block_of = block_of
        self.idf = (np.log((1 + self._texts) / (1 + seen)) + 1).astype(np.float32)
        self.scale = weights / (np.sqrt((weights[present] ** 2).sum()) or 1.0)

    def extended(self) -> "Weigher":
        """Return the same weights, for a vocabulary that has grown since; new tokens are rare."""
        other = object.__new__(Weigher)
        other.vocabulary, other._texts, other.scale = self.vocabulary, self._texts, self.scale
        other.block_of = np.array(self.vocabulary.block_of, np.int8)
        more = len(other.block_of) - len(self.idf)
        rare = np.float32(np.log((1 + self._texts) / 2) + 1)
        other.idf = np.concatenate([self.idf, np.full(more, rare, np.float32)])
        return other

    def rows(self, counts: sp.csr_matrix) -> sp.csr_matrix:
        """Return weighed rows of counted texts."""
        owner = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        data = self._weigh(owner, counts.shape[0], counts.indices, counts.data)
        return sp.csr_matrix((data, counts.indices, counts.indptr), counts.shape)

    def of_bodies(self, rows: sp.csr_matrix) -> sp.csr_matrix:
        """Return weighed rows without the blocks that bodies do without."""
        kept = np.array([block.in_body for block in self.vocabulary.blocks])
        rows = rows.copy()
        rows.data[~kept[self.block_of[rows.indices]]] = 0
        rows.eliminate_zeros()
        return rows

    def row(self, counted: Counted) -> tuple[IntArray, FloatArray]:
        """Return columns and weights of one question."""
        fits = counted.columns < len(self.idf)
        columns, counts = counted.columns[fits], counted.counts[fits]
        return columns, self._weigh(np.zeros(len(columns), np.int64), 1, columns, counts)

    def _weigh(
        self, owner: NDArray[np.int64], texts_: int, columns: IntArray, counts: FloatArray
    ) -> FloatArray:
        data = (1 + np.log(counts)) * self.idf[columns]
        blocks = len(self.scale)
        place = owner * blocks + self.block_of[columns]
        lengths = np.sqrt(np.bincount(place, data * data, minlength=texts_ * blocks))
        lengths[lengths == 0] = 1.0
        weighed: FloatArray = data / lengths[place] * self.scale[self.block_of[columns]]
        return weighed.astype(np.float32, copy=False)


class Postings:
    """A matrix of documents turned on its side: for each token, who has it and how much."""

    def __init__(self, rows: sp.csr_matrix) -> None:
        turned = rows.tocsc()
        self.documents = rows.shape[0]
        self._starts = turned.indptr
        self._who = turned.indices
        self._weights = turned.data.astype(np.float32)

    def scores(self, columns: IntArray, weights: FloatArray) -> FloatArray:
        """Return the product of one question with every document; shape (documents,)."""
        fits = columns < len(self._starts) - 1
        columns, weights = columns[fits], weights[fits]
        starts, ends = self._starts[columns], self._starts[columns + 1]
        sizes = ends - starts
        total = int(sizes.sum())
        if not total:
            return np.zeros(self.documents, np.float32)
        places = np.repeat(starts - np.concatenate(([0], np.cumsum(sizes)[:-1])), sizes)
        places += np.arange(total)
        products = self._weights[places] * np.repeat(weights, sizes)
        summed = np.bincount(self._who[places], products, minlength=self.documents)
        return summed.astype(np.float32)


def unit_rows(matrix: sp.csr_matrix) -> sp.csr_matrix:
    """Return the same rows at length one; empty rows stay empty."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1.0
    return sp.csr_matrix(sp.diags(1.0 / lengths) @ matrix, dtype=np.float32)


def added_up(rows: sp.csr_matrix, owners: IntArray, owner_count: int) -> sp.csr_matrix:
    """Return one row per owner: the sum of its rows."""
    count = len(owners)
    belongs = sp.csr_matrix(
        (np.ones(count, np.float32), (owners, np.arange(count))), shape=(owner_count, count)
    )
    return sp.csr_matrix(belongs @ rows)
