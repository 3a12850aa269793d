"""Texts as sparse rows, a whole batch at once.

`features.named_features` says which features a text has, as strings; it builds the vocabulary.
Here the same features are found as numbers: a couple of words is one integer, looked up with all
others of the batch in a sorted array. That is five times as fast, and a test holds both equal.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

if TYPE_CHECKING:
    from triage.ml.features import Reading

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Places = tuple[Longs, Longs, Longs]
"""Columns found, with the first and the last word of each, counted through the whole batch."""

PAIR_REACH = 12
CONCEPT_REACH = 18
"""Concepts stand beside their words, so that a sentence is longer with them."""
SENTENCE_MARKS = frozenset(".!?;。!?;\n")
HAN_FIRST, HAN_LAST = "\u3400", "\ufaff"
_OTHER, _ALNUM, _MARK = 0, 1, 2
_HAN_ONLY = re.compile(f"[{HAN_FIRST}-{HAN_LAST}]*")
_LEADS = "wpckn"
_MOST_REMEMBERED = 50_000
_CHAR_BITS = 21
_WORD_BITS = 20
_PLACES_PER_KEY = 4
_NONE = np.zeros(0, dtype=np.int64)
_ODD = np.uint64(0x9E3779B97F4A7C15)


def grams_of(word: str) -> list[str]:
    """Two to five characters in a row of a word with a space on either side."""
    padded = f" {word[:40]} "
    return [
        padded[start : start + size]
        for size in (2, 3, 4, 5)
        for start in range(len(padded) - size + 1)
    ]


@dataclass(frozen=True, slots=True)
class Encoded:
    """Texts as sparse rows that remember their words.

    Attributes
    ----------
    rows : sparse array of shape (texts, columns), float32
    counts : array of shape (values,), how often each feature stands in its text
    inverse : array of shape (occurrences,), places in `rows.data`
    firsts, lasts : array of shape (occurrences,)
        First and last word of each, counted through the whole batch.
    word_starts : array of shape (texts + 1,), where the words of each text begin
    """

    rows: sp.csr_matrix
    counts: Longs
    inverse: Longs
    firsts: Longs
    lasts: Longs
    word_starts: Longs

    def text_of_values(self) -> Longs:
        """The text of each value in `rows.data`."""
        return np.repeat(np.arange(self.rows.shape[0]), np.diff(self.rows.indptr))

    def word_shares(self, weights: FloatArray) -> FloatArray:
        """What each word of the batch adds to a score.

        Parameters
        ----------
        weights : array of shape (values,)
            Weight of each of `rows.data` in the score.
        """
        share = (self.rows.data * weights / self.counts)[self.inverse] / 2
        words = int(self.word_starts[-1])
        return np.asarray(
            np.bincount(self.firsts, share, minlength=words)
            + np.bincount(self.lasts, share, minlength=words),
            dtype=np.float32,
        )


@dataclass(frozen=True, slots=True)
class _Lookup:
    """Sorted keys with their columns.

    Most keys that are looked up are unknown; `seen` tells so of nearly all of them in one step,
    where a search through the keys takes many.
    """

    keys: Longs
    columns: Longs
    seen: Bools
    """True at the place of each key's hash."""

    @classmethod
    def of(cls, columns: Mapping[int, int]) -> "_Lookup":
        keys = np.fromiter(columns.keys(), dtype=np.int64, count=len(columns))
        values = np.fromiter(columns.values(), dtype=np.int64, count=len(columns))
        order = np.argsort(keys)
        bits = max(int(len(keys) * _PLACES_PER_KEY).bit_length(), 1)
        seen = np.zeros(1 << bits, dtype=np.bool_)
        seen[_hashes(keys, bits)] = True
        return cls(keys[order], values[order], seen)

    def find(self, keys: Longs) -> Longs:
        """Column of each key, -1 where there is none."""
        found = np.full(len(keys), -1, dtype=np.int64)
        if len(self.keys) and len(keys):
            bits = len(self.seen).bit_length() - 1
            maybe = np.flatnonzero(self.seen[_hashes(keys, bits)])
            wanted = keys[maybe]
            places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
            found[maybe] = np.where(self.keys[places] == wanted, self.columns[places], -1)
        return found


def _hashes(keys: Longs, bits: int) -> npt.NDArray[np.uint64]:
    """The upper bits of each key times an odd number (Knuth's multiplicative hash)."""
    return (keys.view(np.uint64) * _ODD) >> np.uint64(64 - bits)


@dataclass(slots=True)
class _Batch:
    """The words of all texts in a row.

    Attributes
    ----------
    ids, kinds : array of shape (words,): known word or -1; other, letters and digits, or mark
    starts : array of shape (texts + 1,)
    texts : array of shape (words,), the text of each word
    """

    readings: Sequence["Reading"]
    ids: Longs
    kinds: Longs
    starts: Longs
    texts: Longs


class Encoder:
    """A vocabulary prepared for batches.

    Parameters
    ----------
    vocabulary : mapping of str to int
        Column of each feature, its name led by w, p, c, k or n for the block.
    idf : array of shape (columns,)
    weights : sequence of five floats, the weight of each block; 0 leaves it out
    """

    def __init__(
        self, vocabulary: Mapping[str, int], idf: FloatArray, weights: Sequence[float]
    ) -> None:
        self._size = len(vocabulary)
        self._idf = idf
        self._weights = np.asarray(weights, dtype=np.float64)
        self._blocks = np.array([_LEADS.index(name[0]) for name in vocabulary], dtype=np.int64)
        self._words: dict[str, int] = {}
        self._groups: dict[str, int] = {}
        self._grams: dict[str, int] = {}
        bigrams: dict[int, int] = {}
        pairs: dict[int, int] = {}
        single: dict[int, int] = {}
        concepts: dict[int, int] = {}
        mates: dict[int, int] = {}
        han: tuple[dict[int, int], ...] = ({}, {}, {})
        for lead_name, column in vocabulary.items():
            lead, name = lead_name[0], lead_name[1:]
            if lead == "k":
                self._groups[name] = column
            elif lead == "p":
                left, _, right = name.partition("~")
                pairs[_unordered(self._id(left), self._id(right))] = column
            elif lead == "n":
                left, _, right = name.partition("~")
                key = _unordered(self._id(left), self._id(right)) if right else self._id(left)
                (mates if right else concepts)[key] = column
            elif lead == "w":
                left, right = _parted(name)
                if right:
                    bigrams[self._id(left) << 32 | self._id(right)] = column
                else:
                    single[self._id(left)] = column
            elif _HAN_ONLY.fullmatch(name):
                han[len(name) - 1][_key_of(name)] = column
            else:
                self._grams[name] = column
        self._open, self._close = self._id("<"), self._id(">")
        self._single = np.full(len(self._words) + 1, -1, dtype=np.int64)
        self._single[list(single)] = list(single.values())
        self._bigrams, self._pairs = _Lookup.of(bigrams), _Lookup.of(pairs)
        self._concepts, self._mates = _Lookup.of(concepts), _Lookup.of(mates)
        self._han = tuple(_Lookup.of(columns) for columns in han)
        self._codes: dict[str, int] = {}
        self._gram_columns: dict[str, Longs] = {}

    def _id(self, word: str) -> int:
        return self._words.setdefault(word, len(self._words))

    def encode(self, readings: Sequence["Reading"]) -> Encoded:
        """Rows of texts, with the words that every value came from."""
        batch = self._batch(readings)
        finders = (
            self._find_words,
            self._find_pairs,
            self._find_characters,
            self._find_groups,
            self._find_concepts,
        )
        found = [
            places
            for find, weight in zip(finders, self._weights, strict=True)
            if weight > 0
            for places in find(batch)
        ]
        columns = np.concatenate([places[0] for places in found])
        known = columns >= 0
        firsts = np.concatenate([places[1] for places in found])[known]
        lasts = np.concatenate([places[2] for places in found])[known]
        keys = batch.texts[firsts] * max(self._size, 1) + columns[known]
        distinct, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
        rows = self._rows(distinct, counts, len(readings))
        return Encoded(rows, counts, inverse, firsts, lasts, batch.starts)

    def _rows(self, keys: Longs, counts: Longs, texts: int) -> sp.csr_matrix:
        text, columns = np.divmod(keys, max(self._size, 1))
        values = (1 + np.log(counts)).astype(np.float32) * self._idf[columns]
        block = self._blocks[columns]
        place = text * len(self._weights) + block
        length = np.sqrt(np.bincount(place, values * values, minlength=texts * len(self._weights)))
        scale = np.tile(self._weights, texts) / np.maximum(length, 1e-9)
        values *= scale[place].astype(np.float32)
        ends = np.zeros(texts + 1, dtype=np.int64)
        np.cumsum(np.bincount(text, minlength=texts), out=ends[1:])
        return sp.csr_matrix((values, columns.astype(np.int32), ends), shape=(texts, self._size))

    def _batch(self, readings: Sequence["Reading"]) -> _Batch:
        starts = np.zeros(len(readings) + 1, dtype=np.int64)
        lengths = [len(reading.words) for reading in readings]
        np.cumsum(lengths, out=starts[1:])
        known = self._codes.get
        codes = np.array(
            [
                code if (code := known(word[0])) is not None else self._code(word[0])
                for reading in readings
                for word in reading.words
            ],
            dtype=np.int64,
        )
        texts = np.repeat(np.arange(len(readings)), lengths)
        return _Batch(readings, (codes >> 2) - 1, codes & 3, starts, texts)

    def _code(self, name: str) -> int:
        """Number of a word and its kind in one."""
        kind = _MARK if name in SENTENCE_MARKS else _ALNUM if name[0].isalnum() else _OTHER
        code = (self._words.get(name, -1) + 1) << 2 | kind
        if len(self._codes) < _MOST_REMEMBERED:
            self._codes[name] = code
        return code

    def _find_words(self, batch: _Batch) -> Iterable[Places]:
        """Words, and words in a row with the borders of the text."""
        ids, words = batch.ids, np.arange(len(batch.ids))
        # An unknown word is -1, and the last place of the array holds "no column".
        yield self._single[ids], words, words
        filled = np.flatnonzero(np.diff(batch.starts))
        heads, tails = batch.starts[filled], batch.starts[filled + 1] - 1
        inside = np.ones(max(len(ids) - 1, 0), dtype=np.bool_)
        inside[tails[:-1]] = False
        left = words[:-1][inside]
        for first, second, firsts, lasts in (
            (ids[left], ids[left + 1], left, left + 1),
            (np.full(len(heads), self._open), ids[heads], heads, heads),
            (ids[tails], np.full(len(tails), self._close), tails, tails),
        ):
            both = (first >= 0) & (second >= 0)
            keys = first[both] << 32 | second[both]
            yield self._bigrams.find(keys), firsts[both], lasts[both]

    def _find_pairs(self, batch: _Batch) -> Iterable[Places]:
        """Unordered couples of words inside a sentence, each once in a text."""
        words = np.flatnonzero(batch.kinds == _ALNUM)
        every = np.ones(len(words), dtype=np.bool_)
        yield from self._couples(batch, self._pairs, PAIR_REACH, words, batch.ids[words], every)

    def _find_concepts(self, batch: _Batch) -> Iterable[Places]:
        """Concepts, and their couples with words and other concepts inside a sentence."""
        known = self._words.get
        found = [
            (known(name, -1), start + first, start + last)
            for reading, start in zip(batch.readings, batch.starts.tolist(), strict=False)
            for name, first, last in reading.concepts
        ]
        ids, firsts, lasts = np.array(found, dtype=np.int64).reshape(-1, 3).T
        yield self._concepts.find(ids), firsts, lasts
        words = np.flatnonzero(batch.kinds == _ALNUM)
        places = np.concatenate([words, firsts])
        order = np.argsort(places, kind="stable")
        both = np.concatenate([batch.ids[words], ids])[order]
        is_concept = (np.arange(len(places)) >= len(words))[order]
        yield from self._couples(batch, self._mates, CONCEPT_REACH, places[order], both, is_concept)

    def _couples(
        self,
        batch: _Batch,
        lookup: _Lookup,
        most: int,
        places: Longs,
        ids: Longs,
        needed: npt.NDArray[np.bool_],
    ) -> Iterable[Places]:
        """Unordered couples inside a sentence of which one is `needed`, each once in a text."""
        if not len(lookup.keys):
            return
        borders = batch.kinds == _MARK
        borders[batch.starts[:-1][batch.starts[:-1] < len(borders)]] = True
        sentences = np.cumsum(borders)[places]
        keys, firsts, lasts = [_NONE], [_NONE], [_NONE]
        for reach in range(1, min(most, len(places) - 1) + 1):
            a, b = ids[:-reach], ids[reach:]
            good = np.flatnonzero(
                (sentences[:-reach] == sentences[reach:])
                & (a != b)
                & (a >= 0)
                & (b >= 0)
                & (needed[:-reach] | needed[reach:])
            )
            a, b = a[good], b[good]
            keys.append(np.minimum(a, b) << 32 | np.maximum(a, b))
            firsts.append(good)
            lasts.append(good + reach)
        columns = lookup.find(np.concatenate(keys))
        known = np.flatnonzero(columns >= 0)
        first, last = np.concatenate(firsts)[known], np.concatenate(lasts)[known]
        yield self._once(batch, columns[known], places[first], places[last])

    def _once(self, batch: _Batch, columns: Longs, firsts: Longs, lasts: Longs) -> Places:
        """Of each column the first couple in its text, the nearer one of two from one place."""
        order = np.argsort(firsts << _WORD_BITS | (lasts - firsts))
        columns, firsts, lasts = columns[order], firsts[order], lasts[order]
        keys = batch.texts[firsts] * self._size + columns
        _, kept = np.unique(keys, return_index=True)
        return columns[kept], firsts[kept], lasts[kept]

    def _find_characters(self, batch: _Batch) -> Iterable[Places]:
        """Characters inside words; Chinese ones run on over word borders."""
        han: list[tuple[str, int, int]] = []
        spelt: list[Longs] = []
        spelt_at: list[int] = []
        remembered = self._gram_columns
        run, word = 0, -1
        for reading in batch.readings:
            text = reading.folded.text
            previous = -1
            run += 1
            for name, start, end in reading.words:
                word += 1
                if HAN_FIRST <= name[0] <= HAN_LAST:
                    han.append((name, word, run))
                elif start != previous:
                    written = text[start:end]
                    columns = remembered.get(written)
                    spelt.append(self._spelt(written, name) if columns is None else columns)
                    spelt_at.append(word)
                    run += 1
                previous = start
        if spelt:
            at = np.repeat(spelt_at, [len(columns) for columns in spelt])
            yield np.concatenate(spelt), at, at
        if han:
            yield from self._find_han(han)

    def _spelt(self, written: str, name: str) -> Longs:
        """Columns of the characters of a word that is not Chinese; they are remembered."""
        grams = grams_of(written) if written[0].isalpha() else [name]
        known = self._grams
        columns = np.array([known[gram] for gram in grams if gram in known], dtype=np.int64)
        if len(self._gram_columns) < _MOST_REMEMBERED:
            self._gram_columns[written] = columns
        return columns

    def _find_han(self, pieces: list[tuple[str, int, int]]) -> Iterable[Places]:
        written = "".join(piece for piece, _, _ in pieces)
        codes = np.frombuffer(written.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        keys = chars = codes.astype(np.int64)
        lengths = [len(piece) for piece, _, _ in pieces]
        words = np.repeat(np.array([word for _, word, _ in pieces], dtype=np.int64), lengths)
        runs = np.repeat(np.array([run for _, _, run in pieces], dtype=np.int64), lengths)
        yield self._han[0].find(keys), words, words
        for size in (2, 3):
            if len(chars) < size:
                return
            keys = keys[:-1] << _CHAR_BITS | chars[size - 1 :]
            whole = np.flatnonzero(runs[: -(size - 1)] == runs[size - 1 :])
            yield self._han[size - 1].find(keys[whole]), words[whole], words[whole + size - 1]

    def _find_groups(self, batch: _Batch) -> Iterable[Places]:
        found = [
            (self._groups.get(group, -1), start + first, start + last)
            for reading, start in zip(batch.readings, batch.starts.tolist(), strict=False)
            for group, first, last in reading.groups
        ]
        table = np.array(found, dtype=np.int64).reshape(-1, 3)
        yield table[:, 0], table[:, 1], table[:, 2]


def _unordered(one: int, other: int) -> int:
    return min(one, other) << 32 | max(one, other)


def _parted(name: str) -> tuple[str, str]:
    """The two words of "a_b", or the one with ""; a word may be a single underscore itself."""
    if len(name) < 3:
        return name, ""
    cut = 1 if name.startswith("__") else name.find("_", 1)
    return (name[:cut], name[cut + 1 :]) if cut > 0 else (name, "")


def _key_of(chars: str) -> int:
    key = 0
    for char in chars:
        key = key << _CHAR_BITS | ord(char)
    return key
