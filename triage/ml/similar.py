"""Which solved tickets are like a new one: a few numbers for each ticket, compared by rare words.

A ticket is known by the words and keyword groups of its problem and by its category, each as one
number. Alike is who shares what few others have. Nothing here is learnt, so nothing has to be
computed anew when a model changes (docs/adr/0015-similar-tickets.md).
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import prod
from zlib import crc32

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]

# The share of the likeness that is what triage thinks it is about; the rest is the words.
TERM_MASK = 0x7FFF_FFFF
_CATEGORY_SHARE = 0.35
_LIKELY_CATEGORY = 0.12
# A look-up reads some hundreds of rows by each of at most so many combinations of terms.
_MOST_PROBES = 12
_MOST_SINGLE = 4
_ROWS_PER_PROBE = 400
_COMBINED_FROM = 6
_MOST_CATEGORIES = 3
_TOO_COMMON = 0.3
# What `array_send` writes before the first element of an array that is not empty.
_ARRAY_HEAD = 20
# Words of one problem stand together this much more often than by chance.
_TOGETHER = 3.0


def category_term(category: str) -> int:
    """A category as a number below 0, apart from those of words."""
    return -1 - (crc32(category.encode()) & TERM_MASK)


@dataclass(frozen=True)
class Frequencies:
    """In which share of all tickets a term stands; what is not listed is rarer than `least`."""

    tickets: int
    shares: Mapping[int, float]
    least: float

    def of(self, term: int) -> float:
        """A share above 0."""
        return self.shares.get(term, self.least)

    def weigh(self, terms: Numbers) -> Shares:
        """How much each term tells, squared: the rarer, the more; categories tell nothing here."""
        known, weights = self._weights
        places = np.searchsorted(known, terms)
        # Behind the largest known term stands one that never is.
        found = np.where(known[places] == terms, weights[places], _weight(self.least))
        return np.where(terms < 0, 0.0, found)

    @cached_property
    def _weights(self) -> tuple[Numbers, Shares]:
        """The listed terms in order, and how much each tells."""
        listed = sorted(self.shares.items())
        terms = np.array([term for term, _ in listed] + [TERM_MASK + 1], dtype=np.int64)
        return terms, _weight(np.array([share for _, share in listed] + [1.0]))


def _weight(share: float | Shares) -> Shares:
    return np.asarray(np.log1p(1 / share) ** 2)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The ticket to find others for.

    Attributes
    ----------
    terms : of words and groups
    categories : chance of each category, by its term
    """

    terms: Sequence[int]
    categories: Mapping[int, float]


def probes(wanted: Wanted, known: Frequencies) -> list[tuple[int, ...]]:
    """Combinations of terms of which each stands in some hundreds of tickets, not in thousands.

    In a small pool that is single words; in one of a million it takes two to four common ones.
    """
    ranked = sorted(
        (term for term in set(wanted.terms) if _tells(term, known)),
        key=lambda term: (known.of(term), term),
    )
    rare = [term for term in ranked if _expected((term,), known) <= _ROWS_PER_PROBE]
    chosen: list[tuple[int, ...]] = [(term,) for term in rare[:_MOST_SINGLE]]
    likely = heapq.nlargest(_MOST_CATEGORIES, wanted.categories, key=wanted.categories.__getitem__)
    likely = [term for term in likely if wanted.categories[term] >= _LIKELY_CATEGORY]
    common = [term for term in ranked if term not in rare][:_COMBINED_FROM]
    joined = _combinations([*likely, *common], known)
    best = heapq.nlargest(_MOST_PROBES - len(chosen), joined, key=lambda pair: pair[0])
    return chosen + [combination for _, combination in best]


def _tells(term: int, known: Frequencies) -> bool:
    """In a pool of a few tickets every word is common, and all of them can be looked at."""
    return known.of(term) <= _TOO_COMMON or known.tickets <= _ROWS_PER_PROBE


def _combinations(
    terms: Sequence[int], known: Frequencies
) -> Iterable[tuple[float, tuple[int, ...]]]:
    """The shortest combinations that are rare enough, with how many tickets to expect."""
    found: list[frozenset[int]] = []
    for size in (2, 3, 4):
        for combination in combinations(terms, size):
            # Categories leave each other out.
            if sum(term < 0 for term in combination) > 1:
                continue
            expected = _expected(combination, known)
            members = frozenset(combination)
            if expected <= _ROWS_PER_PROBE and not any(one <= members for one in found):
                found.append(members)
                yield expected, combination


def _expected(terms: Sequence[int], known: Frequencies) -> float:
    """About how many tickets hold all of these terms."""
    share = prod(known.of(term) for term in terms) * _TOGETHER ** (len(terms) - 1)
    return known.tickets * min(share, *(known.of(term) for term in terms), 1.0)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Tickets to compare: a key each, a larger one is newer, and the terms of all, end to end.

    Attributes
    ----------
    keys : array of shape (tickets,)
    lengths : array of shape (tickets,), how many of the terms are each one's
    terms : array of shape (sum of lengths,), with the category's among them
    """

    keys: Numbers
    lengths: Numbers
    terms: Numbers

    @classmethod
    def of(cls, rows: Sequence[tuple[int, Sequence[int]]]) -> "Candidates":
        """From (key, terms) of each ticket."""
        return cls(
            np.array([key for key, _ in rows], dtype=np.int64),
            np.array([len(terms) for _, terms in rows], dtype=np.int64),
            np.array([term for _, terms in rows for term in terms], dtype=np.int64),
        )

    @classmethod
    def of_sent(cls, rows: Sequence[tuple[int, bytes | memoryview]]) -> "Candidates":
        """From (key, terms as PostgreSQL's `array_send` of an `int4[]`) of each ticket.

        Twenty bytes say what the array is (twelve for an empty one), then stand a length and a
        number for each term, in the order of the network.
        """
        sent = [bytes(terms)[_ARRAY_HEAD:] for _, terms in rows]
        words = np.frombuffer(b"".join(sent), dtype=">i4")
        return cls(
            np.array([key for key, _ in rows], dtype=np.int64),
            np.array([len(terms) // 8 for terms in sent], dtype=np.int64),
            words[1::2].astype(np.int64),
        )


def rank(wanted: Wanted, candidates: Candidates, known: Frequencies) -> list[tuple[float, int]]:
    """(likeness in 0..1, key) of each candidate, the most alike first, then the newest."""
    tickets = len(candidates.keys)
    rows = np.repeat(np.arange(tickets), candidates.lengths)
    weights = known.weigh(candidates.terms)
    asked = np.unique(np.array([*wanted.terms], dtype=np.int64))
    length = known.weigh(asked).sum()
    shared = np.where(np.isin(candidates.terms, asked), weights, 0.0)
    common = np.bincount(rows, shared, minlength=tickets)
    own = np.bincount(rows, weights, minlength=tickets)
    chances = np.zeros(tickets)
    for term, chance in wanted.categories.items():
        held = rows[candidates.terms == term]
        chances[held] = np.maximum(chances[held], chance)
    # Where nothing is known of the category, the words are everything.
    share = _CATEGORY_SHARE if wanted.categories else 0.0
    both = np.sqrt(length * own)
    words = np.divide(common, both, out=np.zeros(tickets), where=both > 0)
    likeness = (1 - share) * words + share * chances
    order = np.lexsort((-candidates.keys, -likeness))
    return list(zip(likeness[order].tolist(), candidates.keys[order].tolist(), strict=True))
