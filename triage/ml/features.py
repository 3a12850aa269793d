"""Sparse features of a text: words, couples of words, characters, keyword groups, concepts.

Words + characters beat either alone on every set measured; unordered couples of words inside a
sentence add one to five points of accuracy on short questions (docs/adr/0010-triage-features.md).
Every value knows the words it came from, so that weights can be put back on the text.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from triage.ml.concepts import MARK, Found, find_concepts
from triage.ml.encoding import (
    CONCEPT_REACH,
    HAN_FIRST,
    HAN_LAST,
    PAIR_REACH,
    SENTENCE_MARKS,
    Encoded,
    Encoder,
    grams_of,
)
from triage.ml.normalise import Folded, normalise
from triage.ml.words import Word, split_words

FloatArray = npt.NDArray[np.float32]

BLOCKS = ("word", "pair", "char", "key", "concept")
_BLOCK_WEIGHT = {"word": 1.0, "pair": 1.0, "char": 1.0, "key": 0.6, "concept": 1.2}
_AT_ONCE = 1_000
_PREFIX = {"word": "w", "pair": "p", "char": "c", "key": "k", "concept": "n"}

GroupFinder = Callable[[str], Sequence[tuple[str, int, int]]]
"""Gives (group, start, end) of the keyword groups that fire in a folded text."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One text cut into words, with (name, first word, last word) of groups and concepts in it."""

    folded: Folded
    words: list[Word]
    groups: list[tuple[str, int, int]]
    concepts: list[Found]


def no_groups(_text: str) -> Sequence[tuple[str, int, int]]:
    """A group finder for texts without a keyword table."""
    return ()


def read(text: str, find_groups: GroupFinder = no_groups) -> Reading:
    """Fold a text, cut it into words and find its keyword groups and concepts."""
    folded = normalise(text)
    words = split_words(folded.text)
    groups = words_at(words, find_groups(folded.text))
    return Reading(folded, words, groups, find_concepts(words))


def words_at(
    words: list[Word], found: Sequence[tuple[str, int, int]]
) -> list[tuple[str, int, int]]:
    """Places of groups as words: those that share a character with the place."""
    starts, ends = [word[1] for word in words], [word[2] for word in words]
    groups: list[tuple[str, int, int]] = []
    for group, start, end in found:
        first, last = bisect_right(ends, start), bisect_left(starts, end) - 1
        if first <= last:
            groups.append((group, first, last))
    return groups


def named_features(reading: Reading) -> dict[str, list[str]]:
    """The features of a text by block, once for each time they stand there; couples once."""
    return {
        "word": _words(reading),
        "pair": _pairs(reading),
        "char": _characters(reading),
        "key": [group for group, _, _ in reading.groups],
        "concept": _concepts(reading),
    }


def _words(reading: Reading) -> list[str]:
    names = [word for word, _, _ in reading.words]
    if not names:
        return []
    return [*names, f"<_{names[0]}", f"{names[-1]}_>", *(f"{a}_{b}" for a, b in pairwise(names))]


def _pairs(reading: Reading) -> list[str]:
    seen: dict[str, None] = {}
    for sentence in _sentences(reading.words):
        for place, name in enumerate(sentence):
            for mate in sentence[place + 1 : place + 1 + PAIR_REACH]:
                if name != mate:
                    seen[f"{name}~{mate}" if name < mate else f"{mate}~{name}"] = None
    return list(seen)


def _sentences(
    words: list[Word], named: Mapping[int, list[str]] | None = None
) -> Iterable[list[str]]:
    """Words and numbers of each sentence, followed by what is `named` at their places."""
    sentence: list[str] = []
    for place, (name, _, _) in enumerate(words):
        if name in SENTENCE_MARKS:
            yield sentence
            sentence = []
        elif name[0].isalnum():
            sentence.append(name)
        if named:
            sentence += named.get(place, ())
    yield sentence


def _concepts(reading: Reading) -> list[str]:
    """Concepts, and each in a couple with a word or another concept near it."""
    named: dict[int, list[str]] = {}
    for concept, first, _ in reading.concepts:
        named.setdefault(first, []).append(concept)
    seen: dict[str, None] = {}
    for sentence in _sentences(reading.words, named):
        for place, name in enumerate(sentence):
            for mate in sentence[place + 1 : place + 1 + CONCEPT_REACH]:
                if name != mate and MARK in (name[0], mate[0]):
                    seen[f"{name}~{mate}" if name < mate else f"{mate}~{name}"] = None
    return [concept for concept, _, _ in reading.concepts] + list(seen)


def _characters(reading: Reading) -> list[str]:
    """Chinese characters run on over word borders, since borders are often guessed wrongly."""
    features: list[str] = []
    text = reading.folded.text
    run = ""
    previous = (-1, -1)
    for name, start, end in reading.words:
        if (start, end) == previous:
            continue
        previous = (start, end)
        if HAN_FIRST <= text[start] <= HAN_LAST:
            run += text[start:end]
            continue
        features += _han_grams(run)
        features += grams_of(text[start:end]) if text[start].isalpha() else [name]
        run = ""
    return features + _han_grams(run)


def _han_grams(run: str) -> list[str]:
    return [run[at : at + size] for size in (1, 2, 3) for at in range(len(run) - size + 1)]


@dataclass(slots=True)
class Vectoriser:
    """TF-IDF of the blocks side by side, each block scaled to unit length.

    Attributes
    ----------
    couples : bool
        Whether words and concepts count in couples as well as alone.
    vocabulary_ : dict of str to int
        Column of each feature, its name led by a letter for the block.
    idf_ : array of shape (columns,)
    """

    find_groups: GroupFinder = no_groups
    max_features: int = 400_000
    couples: bool = True
    vocabulary_: dict[str, int] = field(default_factory=dict)
    idf_: FloatArray = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    weights: dict[str, float] = field(default_factory=lambda: dict(_BLOCK_WEIGHT))
    encoder_: Encoder | None = None

    def fit_readings(self, readings: Sequence[Reading]) -> "Vectoriser":
        """Learn columns and idf from texts that were read before."""
        counts: Counter[str] = Counter()
        for reading in readings:
            names = named_features(reading)
            for block in self._used_blocks():
                lead = _PREFIX[block]
                counts.update({lead + name for name in names[block] if self._is_used(name)})
        least = _least_counts(len(readings))
        kept = [(name, n) for name, n in counts.items() if n >= least[name[0]]]
        kept.sort(key=lambda pair: (-pair[1], pair[0]))
        del kept[self.max_features :]
        self.vocabulary_ = {name: column for column, (name, _) in enumerate(kept)}
        frequency = np.array([n for _, n in kept], dtype=np.float64)
        self.idf_ = (np.log((1 + len(readings)) / (1 + frequency)) + 1).astype(np.float32)
        self.encoder_ = None
        return self

    def fit(self, texts: Sequence[str]) -> "Vectoriser":
        """Learn columns and idf."""
        return self.fit_readings([read(text, self.find_groups) for text in texts])

    def transform(self, texts: Sequence[str]) -> sp.csr_matrix:
        """Rows of shape (texts, columns), float32."""
        return self.transform_readings([read(text, self.find_groups) for text in texts])

    def transform_readings(self, readings: Sequence[Reading]) -> sp.csr_matrix:
        """Rows of texts that were read before."""
        if len(readings) <= _AT_ONCE:
            return self.encode(readings).rows
        # The places of all features of a batch are held at once, ten times the size of the rows.
        parts = [
            self.encode(readings[start : start + _AT_ONCE]).rows
            for start in range(0, len(readings), _AT_ONCE)
        ]
        return sp.csr_matrix(sp.vstack(parts, format="csr"))

    def encode(self, readings: Sequence[Reading]) -> Encoded:
        """Rows of texts that were read before, with the words that every value came from."""
        if self.encoder_ is None:
            weights = [self.weights[block] for block in BLOCKS]
            self.encoder_ = Encoder(self.vocabulary_, self.idf_, weights)
        return self.encoder_.encode(readings)

    def _is_used(self, name: str) -> bool:
        return self.couples or "~" not in name[1:-1]

    def _used_blocks(self) -> list[str]:
        """Blocks whose weight is not zero; the block of couples only where they count."""
        used = [block for block in BLOCKS if self.weights[block] > 0]
        return used if self.couples else [block for block in used if block != "pair"]

    def to_state(self) -> dict[str, Any]:
        """Arrays and plain values for the artefact."""
        names = sorted(self.vocabulary_, key=self.vocabulary_.__getitem__)
        return {"names": names, "idf": self.idf_, "weights": self.weights}

    @classmethod
    def from_state(cls, state: dict[str, Any], find_groups: GroupFinder) -> "Vectoriser":
        """The counterpart of `to_state`."""
        made = cls(find_groups=find_groups)
        made.vocabulary_ = {name: column for column, name in enumerate(state["names"])}
        made.idf_ = np.asarray(state["idf"], dtype=np.float32)
        made.weights = {block: float(state["weights"].get(block, 0.0)) for block in BLOCKS}
        return made


def _least_counts(documents: int) -> dict[str, int]:
    """In how many texts a feature must stand to be kept, by its leading letter."""
    if documents < 500:
        return {"w": 1, "p": 1, "c": 1, "k": 1, "n": 1}
    if documents < 20_000:
        return {"w": 1, "p": 2, "c": 2, "k": 1, "n": 2}
    return {"w": 2, "p": 3, "c": 3, "k": 1, "n": 3}
