"""How alike texts are: hashed TF-IDF over words (for Chinese also characters), cosines. Pure.

Words are weighed by how rare they are in the library. A word that the library lacks weighs the
most: answers that it lacks are recognised by just these. Rows need no common vocabulary, so the
library is read once, and every sub-category can be looked at on its own.
"""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from knowledgebase.ranking import text as texts

_BUCKETS = 2**18
_ROWS_AT_ONCE = 400


class Likeness:
    """Turns texts of one language into rows of length one that can be compared.

    Parameters
    ----------
    language : {"en", "zh"}
    library : sequence of str
        The texts that say which words are common.
    """

    def __init__(self, language: str, library: Sequence[str]) -> None:
        # Late: importing scikit-learn takes seconds, and only the mining needs it here.
        from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

        self._hashing = HashingVectorizer(
            analyzer=lambda text: texts.lexical_tokens(texts.normalise(text), language),
            n_features=_BUCKETS,
            alternate_sign=False,
            norm=None,
        )
        self._weights = TfidfTransformer(sublinear_tf=True)
        counts = self._hashing.transform(library) if library else sp.csr_matrix((1, _BUCKETS))
        self.library = self._weights.fit_transform(counts)[: len(library)]

    def rows(self, told: Sequence[str]) -> sp.csr_matrix:
        """Rows of length one; shape (texts, buckets). Variables in the texts count for nothing."""
        if not told:
            return sp.csr_matrix((0, _BUCKETS))
        return sp.csr_matrix(self._weights.transform(self._hashing.transform(told)))


def between(left: sp.csr_matrix, right: sp.csr_matrix) -> np.ndarray:
    """Cosines between the rows of two matrices; shape (left, right)."""
    return np.asarray((left @ right.T).todense())


def neighbours(rows: sp.csr_matrix, least: float) -> list[list[int]]:
    """For each row the rows at least ``least`` alike, itself included; bounded in memory."""
    found: list[list[int]] = []
    for start in range(0, rows.shape[0], _ROWS_AT_ONCE):
        block = between(rows[start : start + _ROWS_AT_ONCE], rows)
        for number, row in enumerate(block, start):
            row[number] = 1.0  # a text without words is still itself
            found.append([int(at) for at in np.flatnonzero(row >= least)])
    return found


def stars(near: Sequence[Sequence[int]]) -> list[list[int]]:
    """Cut a graph into stars: the text with the most neighbours takes those that are still free.

    The first of each cluster is its centre (after Aslam, Pelekhov and Rus, 1999). Ties go to the
    earlier text, so the same texts in the same order always make the same clusters.
    """
    free = set(range(len(near)))
    clusters = []
    for centre in sorted(free, key=lambda at: (-len(near[at]), at)):
        if centre not in free:
            continue
        members = [centre, *(at for at in near[centre] if at != centre and at in free)]
        free.difference_update(members)
        clusters.append(members)
    return clusters


def central_first(rows: sp.csr_matrix, members: Sequence[int]) -> list[int]:
    """Return the members of a cluster, those that are most like all the others first."""
    own = rows[list(members)]
    means = np.asarray(own @ own.mean(axis=0).T).ravel()
    order = sorted(range(len(members)), key=lambda at: (-round(float(means[at]), 9), at))
    return [members[at] for at in order]
