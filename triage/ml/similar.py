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
from math import log, prod, sqrt
from zlib import crc32

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

    @cached_property
    def weights(self) -> dict[int, float]:
        """How much the listed terms tell, squared: the rarer, the more."""
        return {term: _weight(share) for term, share in self.shares.items()}

    @cached_property
    def rare_weight(self) -> float:
        """How much a term tells that is not listed."""
        return _weight(self.least)


def _weight(share: float) -> float:
    return log(1 + 1 / share) ** 2


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


def rank(
    wanted: Wanted, candidates: Iterable[tuple[int, Sequence[int]]], known: Frequencies
) -> list[tuple[float, int]]:
    """(likeness in 0..1, key) of each candidate, the most alike first, then the newest.

    Parameters
    ----------
    candidates : of (key, terms with the category's one among them); a larger key is newer
    """
    weights = known.weights
    rare = known.rare_weight
    asked = {term: weights.get(term, rare) for term in wanted.terms}
    length = sqrt(sum(asked.values())) or 1.0
    # Where nothing is known of the category, the words are everything.
    share = _CATEGORY_SHARE if wanted.categories else 0.0
    ranked: list[tuple[float, int]] = []
    for key, terms in candidates:
        own = sum([weights.get(term, rare) for term in terms if term >= 0])
        common = sum([asked[term] for term in terms if term in asked])
        chance = max([wanted.categories.get(term, 0.0) for term in terms if term < 0], default=0.0)
        words = common / (length * sqrt(own)) if own else 0.0
        ranked.append(((1 - share) * words + share * chance, key))
    ranked.sort(key=lambda pair: (-pair[0], -pair[1]))
    return ranked
