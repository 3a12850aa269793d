"""A linear model over articles that have enough phrasings."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from knowledgebase.ranking.features import FloatArray, IntArray
from knowledgebase.ranking.segment import MOST_CLASSES, Segment

# A class needs this many phrasings before a linear model can tell it apart.
LEAST_EXAMPLES = 3
_MOST_UNITS = 60_000


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Margins of some articles: weights (features, classes), intercepts, places of the articles."""

    coefficients: FloatArray
    intercepts: FloatArray
    classes: NDArray[np.int64]

    def score(self, columns: IntArray, weights: FloatArray, *, into: FloatArray) -> None:
        """Write the margins of one question to the places of the articles; about 0 to 1."""
        fits = columns < len(self.coefficients)
        margins = weights[fits] @ self.coefficients[columns[fits]] + self.intercepts
        into[self.classes] = np.clip((margins + 1.0) / 2.0, 0.0, 1.5)


def fit_linear(segments: Sequence[Segment], here: NDArray[np.bool_]) -> LinearModel | None:
    """Fit one linear classifier over articles that are ``here``; None when it cannot help."""
    if len(here) > MOST_CLASSES:
        return None
    width = max(segment.unit_rows.shape[1] for segment in segments)
    firsts = np.cumsum([0, *(len(segment.articles) for segment in segments)])
    owners = np.concatenate([s.owners + first for s, first in zip(segments, firsts, strict=False)])
    titled = np.flatnonzero(np.concatenate([s.titled for s in segments]))
    counts = np.bincount(owners, minlength=len(here))
    classes = np.flatnonzero((counts >= LEAST_EXAMPLES) & here)
    if len(classes) < 2 or len(owners) > _MOST_UNITS:
        return None
    units = _stacked([s.unit_rows for s in segments], width)
    titles = _stacked([s.title_rows for s in segments], width)
    chosen, named = np.isin(owners, classes), titled[np.isin(titled, classes)]
    rows = sp.vstack([units[np.flatnonzero(chosen)], titles[named]], format="csr")
    return _fitted(rows, np.concatenate([owners[chosen], named]))


def _stacked(rows: Sequence[sp.csr_matrix], width: int) -> sp.csr_matrix:
    for one in rows:
        one.resize(one.shape[0], width)
    return sp.vstack(rows, format="csr")


def _fitted(rows: sp.csr_matrix, labels: NDArray[np.int64]) -> LinearModel:
    # Late: importing scikit-learn takes seconds, and not every process ranks.
    from sklearn.svm import LinearSVC

    model = LinearSVC(C=1.0, tol=1e-3, random_state=0).fit(rows.astype(np.float64), labels)
    coefficients, intercepts = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # scikit-learn keeps one row for two classes
        coefficients = np.vstack([-coefficients, coefficients])
        intercepts = np.array([-intercepts[0], intercepts[0]])
    return LinearModel(
        np.ascontiguousarray(coefficients.T, np.float32),
        intercepts.astype(np.float32),
        model.classes_,
    )
