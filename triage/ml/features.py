"""Sparse features of a text: words and word pairs, word couples, characters, keyword groups.

Words + characters beat either alone on every set measured; unordered couples of words inside a
sentence add one to five points of accuracy on short questions (docs/adr/0010-triage-features.md).
Every feature occurrence knows the words it came from, so that weights can be put back on the text.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from triage.ml.normalise import Folded, normalise
from triage.ml.words import Word, split_words

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]

BLOCKS = ("word", "pair", "char", "key")
_BLOCK_WEIGHT = {"word": 1.0, "pair": 1.4, "char": 1.0, "key": 0.6}
_PAIR_REACH = 12
_SENTENCE_MARKS = frozenset(".!?;。!?;\n")
_PREFIX = {"word": "w", "pair": "p", "char": "c", "key": "k"}

GroupFinder = Callable[[str], Sequence[tuple[str, int, int]]]
"""Gives (group, start, end) of the keyword groups that fire in a folded text."""


@dataclass(slots=True)
class Reading:
    """One text as features; `homes[i]` are the words feature i came from."""

    folded: Folded
    words: list[Word]
    features: dict[str, list[str]]
    homes: dict[str, list[tuple[int, int]]]


def no_groups(_text: str) -> Sequence[tuple[str, int, int]]:
    """A group finder for texts without a keyword table."""
    return ()


def read(text: str, find_groups: GroupFinder = no_groups) -> Reading:
    """Fold a text and list its features with the words they came from."""
    folded = normalise(text)
    words = split_words(folded.text)
    reading = Reading(folded, words, {}, {})
    _add_words(reading)
    _add_pairs(reading)
    _add_characters(reading)
    _add_groups(reading, find_groups)
    return reading


def _add_words(reading: Reading) -> None:
    names = [word for word, _, _ in reading.words]
    last = len(names) - 1
    features = list(names)
    homes = [(i, i) for i in range(len(names))]
    if names:
        features += [f"<_{names[0]}", f"{names[-1]}_>"]
        homes += [(0, 0), (last, last)]
    features += [f"{a}_{b}" for a, b in pairwise(names)]
    homes += [(i, i + 1) for i in range(last)]
    reading.features["word"], reading.homes["word"] = features, homes


def _add_pairs(reading: Reading) -> None:
    features: list[str] = []
    homes: list[tuple[int, int]] = []
    seen: set[str] = set()
    for sentence in _sentences(reading.words):
        for place, (index, name) in enumerate(sentence):
            for other, mate in sentence[place + 1 : place + 1 + _PAIR_REACH]:
                if name == mate:
                    continue
                pair = f"{name}~{mate}" if name < mate else f"{mate}~{name}"
                if pair not in seen:
                    seen.add(pair)
                    features.append(pair)
                    homes.append((index, other))
    reading.features["pair"], reading.homes["pair"] = features, homes


def _sentences(words: list[Word]) -> Iterable[list[tuple[int, str]]]:
    sentence: list[tuple[int, str]] = []
    for index, (name, _, _) in enumerate(words):
        if name in _SENTENCE_MARKS:
            yield sentence
            sentence = []
        elif name[0].isalnum():
            sentence.append((index, name))
    yield sentence


def _add_characters(reading: Reading) -> None:
    features: list[str] = []
    homes: list[tuple[int, int]] = []
    text = reading.folded.text
    han: list[tuple[str, int]] = []
    previous = (-1, -1)
    for index, (name, start, end) in enumerate(reading.words):
        if (start, end) == previous:
            continue
        previous = (start, end)
        if "\u3400" <= text[start] <= "\ufaff":
            han.extend((char, index) for char in text[start:end])
            continue
        _flush_han(han, features, homes)
        grams = _grams(text[start:end]) if text[start].isalpha() else (name,)
        features.extend(grams)
        homes.extend([(index, index)] * len(grams))
    _flush_han(han, features, homes)
    reading.features["char"], reading.homes["char"] = features, homes


def _flush_han(
    han: list[tuple[str, int]], features: list[str], homes: list[tuple[int, int]]
) -> None:
    """Chinese characters run on over word borders, since borders are often guessed wrongly."""
    run = "".join(char for char, _ in han)
    for size in (1, 2, 3):
        for start in range(len(run) - size + 1):
            features.append(run[start : start + size])
            homes.append((han[start][1], han[start + size - 1][1]))
    han.clear()


_gram_cache: dict[str, tuple[str, ...]] = {}


def _grams(word: str) -> tuple[str, ...]:
    grams = _gram_cache.get(word)
    if grams is None:
        padded = f" {word[:40]} "
        grams = tuple(
            padded[start : start + size]
            for size in (2, 3, 4, 5)
            for start in range(len(padded) - size + 1)
        )
        if len(_gram_cache) < 50_000:
            _gram_cache[word] = grams
    return grams


def _add_groups(reading: Reading, find_groups: GroupFinder) -> None:
    features: list[str] = []
    homes: list[tuple[int, int]] = []
    for group, start, end in find_groups(reading.folded.text):
        inside = [i for i, (_, a, b) in enumerate(reading.words) if a < end and b > start]
        if inside:
            features.append(group)
            homes.append((inside[0], inside[-1]))
    reading.features["key"], reading.homes["key"] = features, homes


@dataclass(slots=True)
class Encoded:
    """One text as a sparse row that remembers its words.

    Attributes
    ----------
    columns, values, counts : array of shape (distinct features,)
    inverse : array of shape (occurrences,), places in `columns`
    homes : array of shape (occurrences, 2), first and last word of each
    """

    columns: IntArray
    values: FloatArray
    inverse: npt.NDArray[np.intp]
    counts: npt.NDArray[np.intp]
    homes: IntArray

    def word_shares(self, weights: FloatArray, n_words: int) -> FloatArray:
        """What each word adds to a score.

        Parameters
        ----------
        weights : array of shape (distinct features,)
            Weight of each of `columns` in the score.
        """
        share = (self.values * weights / self.counts)[self.inverse] / 2
        return np.asarray(
            np.bincount(self.homes[:, 0], share, minlength=n_words)
            + np.bincount(self.homes[:, 1], share, minlength=n_words),
            dtype=np.float32,
        )


@dataclass(slots=True)
class Vectoriser:
    """TF-IDF of the blocks side by side, each block scaled to unit length.

    Attributes
    ----------
    vocabulary_ : dict of str to int
        Column of each feature, its name led by a letter for the block.
    idf_ : array of shape (columns,)
    """

    find_groups: GroupFinder = no_groups
    max_features: int = 400_000
    vocabulary_: dict[str, int] = field(default_factory=dict)
    idf_: FloatArray = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    weights: dict[str, float] = field(default_factory=lambda: dict(_BLOCK_WEIGHT))
    blocks_: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int32))

    def fit_readings(self, readings: Sequence[Reading]) -> "Vectoriser":
        """Learn columns and idf from texts that were read before."""
        counts: Counter[str] = Counter()
        for reading in readings:
            for block in self._used_blocks():
                lead = _PREFIX[block]
                counts.update({lead + name for name in reading.features[block]})
        least = _least_counts(len(readings))
        kept = [(name, n) for name, n in counts.items() if n >= least[name[0]]]
        kept.sort(key=lambda pair: (-pair[1], pair[0]))
        del kept[self.max_features :]
        self.vocabulary_ = {name: column for column, (name, _) in enumerate(kept)}
        frequency = np.array([n for _, n in kept], dtype=np.float64)
        self.idf_ = (np.log((1 + len(readings)) / (1 + frequency)) + 1).astype(np.float32)
        return self

    def fit(self, texts: Sequence[str]) -> "Vectoriser":
        """Learn columns and idf."""
        return self.fit_readings([read(text, self.find_groups) for text in texts])

    def transform(self, texts: Sequence[str]) -> sp.csr_matrix:
        """Rows of shape (texts, columns), float32."""
        return self.transform_readings([read(text, self.find_groups) for text in texts])

    def transform_readings(self, readings: Sequence[Reading]) -> sp.csr_matrix:
        """Rows of texts that were read before."""
        return self.stack([self.encode(reading) for reading in readings])

    def stack(self, encoded: Sequence["Encoded"]) -> sp.csr_matrix:
        """Rows of encoded texts, of shape (texts, columns)."""
        shape = (len(encoded), len(self.vocabulary_))
        if not encoded:
            return sp.csr_matrix(shape, dtype=np.float32)
        ends = np.cumsum([0, *(len(row.columns) for row in encoded)])
        columns = np.concatenate([row.columns for row in encoded])
        values = np.concatenate([row.values for row in encoded])
        return sp.csr_matrix((values, columns, ends), shape=shape)

    def encode(self, reading: Reading) -> "Encoded":
        """Columns and values of one text, and which words they came from."""
        find = self.vocabulary_.get
        used = self._used_blocks()
        found = [
            find(_PREFIX[block] + name, -1) for block in used for name in reading.features[block]
        ]
        homes = [home for block in used for home in reading.homes[block]]
        places = np.array(found, dtype=np.int32)
        known = places >= 0
        columns, inverse, counts = np.unique(places[known], return_inverse=True, return_counts=True)
        values = (1 + np.log(counts)).astype(np.float32) * self.idf_[columns]
        blocks = self._block_of()[columns]
        lengths = np.sqrt(np.bincount(blocks, values * values, minlength=len(BLOCKS)))
        scale = self._block_weights() / np.maximum(lengths, 1e-9)
        values *= scale[blocks].astype(np.float32)
        where = np.array(homes, dtype=np.int32).reshape(-1, 2)[known]
        return Encoded(columns, values, inverse, counts, where)

    def _used_blocks(self) -> list[str]:
        """Blocks whose weight is not zero."""
        return [block for block in BLOCKS if self.weights[block] > 0]

    def _block_of(self) -> IntArray:
        if len(self.blocks_) != len(self.vocabulary_):
            leads = {_PREFIX[block]: number for number, block in enumerate(BLOCKS)}
            places = [leads[name[0]] for name in self.vocabulary_]
            self.blocks_ = np.array(places, dtype=np.int32)
        return self.blocks_

    def _block_weights(self) -> npt.NDArray[np.float64]:
        return np.array([self.weights[block] for block in BLOCKS])

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
        made.weights = {block: float(state["weights"][block]) for block in BLOCKS}
        return made


def _least_counts(documents: int) -> dict[str, int]:
    """In how many texts a feature must stand to be kept, by its leading letter."""
    if documents < 500:
        return {"w": 1, "p": 1, "c": 1, "k": 1}
    if documents < 20_000:
        return {"w": 1, "p": 2, "c": 2, "k": 1}
    return {"w": 2, "p": 3, "c": 3, "k": 1}
