"""How far the tickets of today are from those before: classes by an index, words by counts.

The index is the population stability index of the shares of classes, as scoring of credit uses
it: below 0.1 little has moved, above 0.25 much. Few tickets give a large index by chance alone, so
what chance explains is shown beside it, and nothing is called a change that chance explains.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import exp, log, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from triage.ml.categories import top_of
from triage.ml.normalise import normalise
from triage.ml.words import split_words

WATCH, FAR = 0.1, 0.25
LEAST_TICKETS = 50
"""With fewer tickets on either side nothing is said."""
LEAST_FOR_A_WORD = 5
MOST_NEW_WORDS = 15
MOST_EXAMPLES = 3
_TIMES_MORE = 3.0
_DEVIATIONS = 4.0
_Z_95 = 1.645
_LONGEST_WORD = 30
_WORD_LEAD = "w"
# What normalising puts in the place of numbers and addresses.
_MASK = "mask"


@dataclass(frozen=True, slots=True)
class Shift:
    """How far shares moved; `chance` is what the index reaches by chance, 95 times in 100."""

    index: float
    chance: float
    kind: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"index": round(self.index, 4), "chance": round(self.chance, 4), "kind": self.kind}


def shift(now: Mapping[str, int], before: Mapping[str, int]) -> Shift:
    """Compare the shares of classes; `kind` is few, calm, watch or far."""
    names = [name for name in now.keys() | before.keys() if now.get(name) or before.get(name)]
    n, m = sum(now.values()), sum(before.values())
    index = 0.0
    for name in sorted(names):
        # Half a ticket more everywhere: a class that is new would make the index infinite.
        first = (now.get(name, 0) + 0.5) / (n + 0.5 * len(names))
        second = (before.get(name, 0) + 0.5) / (m + 0.5 * len(names))
        index += (first - second) * log(first / second)
    if min(n, m) < LEAST_TICKETS:
        return Shift(index, 0.0, "few")
    chance = (1 / n + 1 / m) * _chi_square_95(len(names) - 1)
    if index < WATCH or index <= chance:
        return Shift(index, chance, "calm")
    return Shift(index, chance, "watch" if index < FAR else "far")


def _chi_square_95(degrees: int) -> float:
    """Upper five percent point (Wilson and Hilferty 1931)."""
    if degrees < 1:
        return 0.0
    part = 2 / (9 * degrees)
    return float(degrees * (1 - part + _Z_95 * sqrt(part)) ** 3)


def learnt_shares(vocabulary: Mapping[str, int], idf: npt.NDArray[np.floating]) -> dict[str, float]:
    """In which share of the texts that were learnt from each word stood."""
    return {
        name[1:]: exp(1 - float(idf[column]))
        for name, column in vocabulary.items()
        if name[0] == _WORD_LEAD and _is_word(name[1:])
    }


def _is_word(word: str) -> bool:
    """Words that mean something alone; numbers, marks, couples and single signs are left out."""
    if not word.isalpha() or len(word) > _LONGEST_WORD or word.startswith(_MASK):
        return False
    return len(word) >= (3 if word.isascii() else 2)


@dataclass(slots=True)
class WordCounts:
    """Words of some texts: in how many each stood, as it was written, and on which tickets."""

    texts: int = 0
    words: int = 0
    unknown: int = 0
    tickets: Counter[str] = field(default_factory=Counter)
    written: dict[str, str] = field(default_factory=dict)
    examples: dict[str, list[int]] = field(default_factory=dict)

    def add(self, ticket: int, text: str, learnt: Mapping[str, float]) -> tuple[int, int]:
        """Count a text; returns its words and those that were never learnt."""
        folded = normalise(text).text
        found = [(word, start, end) for word, start, end in split_words(folded) if _is_word(word)]
        unknown = sum(word not in learnt for word, _, _ in found)
        self.texts += 1
        self.words += len(found)
        self.unknown += unknown
        for word, start, end in {word: (word, start, end) for word, start, end in found}.values():
            self.tickets[word] += 1
            self.written.setdefault(word, folded[start:end][:_LONGEST_WORD])
            examples = self.examples.setdefault(word, [])
            if len(examples) < MOST_EXAMPLES:
                examples.append(ticket)
        return len(found), unknown

    @property
    def unknown_share(self) -> float | None:
        """The share of words that were never learnt; None without words."""
        return self.unknown / self.words if self.words else None


@dataclass(frozen=True, slots=True)
class NewWord:
    """A word that many tickets hold now and few did; shares are of texts."""

    word: str
    tickets: int
    texts: int
    before: int
    before_texts: int
    learnt: float
    examples: tuple[int, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self) | {"learnt": round(self.learnt, 5), "examples": list(self.examples)}


def new_words(
    now: WordCounts, before: WordCounts, learnt: Mapping[str, float], most: int = MOST_NEW_WORDS
) -> list[NewWord]:
    """Words that stand in far more tickets than before and than in what was learnt from.

    A word counts from five tickets on, so that no single customer's name is one.
    """
    found: list[tuple[float, NewWord]] = []
    for word, tickets in now.tickets.items():
        if tickets < LEAST_FOR_A_WORD:
            continue
        earlier = before.tickets[word]
        share = max(earlier / before.texts if before.texts else 0.0, learnt.get(word, 0.0))
        expected = share * now.texts
        surprise = (tickets - expected) / sqrt(max(expected, 1.0))
        if tickets >= _TIMES_MORE * expected and surprise >= _DEVIATIONS:
            one = NewWord(
                now.written[word],
                tickets,
                now.texts,
                earlier,
                before.texts,
                learnt.get(word, 0.0),
                tuple(now.examples[word]),
            )
            found.append((surprise, one))
    found.sort(key=lambda pair: (-pair[0], pair[1].word))
    return [one for _, one in found[:most]]


def by_top(counts: Mapping[str, int]) -> dict[str, int]:
    """Add sub-categories up."""
    tops: Counter[str] = Counter()
    for name, count in counts.items():
        if name:
            tops[top_of(name)] += count
    return dict(tops)
