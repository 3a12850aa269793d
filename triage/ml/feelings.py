"""Feelings as features: words of one feeling are one group, and so are the ways of typing it.

Rows of rare labels are few, so most of their words are met too seldom to be learnt alone. Groups
are found as places of words, so that a weight can be put back on the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import ahocorasick

from common.concepts import read_concepts
from triage.ml.encoding import HAN_FIRST, HAN_LAST
from triage.ml.features import Reading, words_at
from triage.ml.words import Word, split_words

Found = tuple[str, int, int]
"""Name of a feeling, first and last word of its phrase."""

_DENYING = frozenset({"not", "no", "never", "nothing", "without", "不", "没", "没有", "别", "毫无"})
_REACH = 3
_TYPED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("drawn out", re.compile(r"([a-z])\1{2,}")),
    ("cried out", re.compile(r"[!?]\s*[!?]")),
    ("in wonder", re.compile(r"\?!|!\?")),
    ("trailing", re.compile(r"\.\.|…|。。")),
    ("ends loud", re.compile(r"!\s*$")),
    ("ends asking", re.compile(r"\?\s*$")),
    ("quoted", re.compile(r'"[^"]+"|“[^”]+”')),
)
_BORDER = "\n"
"""Around each word that is not Chinese: its phrases match whole words only."""


def with_feelings(reading: Reading) -> Reading:
    """The reading with its feelings and ways of typing among its groups."""
    typed = [
        ("typed " + name, match.start(), match.end())
        for name, pattern in _TYPED
        if (match := pattern.search(reading.folded.text))
    ]
    felt = [_told(found, reading.words) for found in find_feelings(reading.words)]
    return replace(reading, groups=[*reading.groups, *felt, *words_at(reading.words, typed)])


def find_feelings(words: Sequence[Word]) -> list[Found]:
    """Feelings in the words of a text; from each place the longest phrase counts."""
    written, owners = "", list[int]()
    for place, (name, _, _) in enumerate(words):
        piece = _piece(name)
        written += piece
        owners += [place] * len(piece)
    longest: dict[int, tuple[int, list[str]]] = {}
    # Of two phrases from one place the longer one ends later and comes last.
    for end, (length, feelings) in _automaton().iter(written):
        longest[end - length + 1] = (end, feelings)
    return [
        (feeling, owners[start], owners[end])
        for start, (end, feelings) in sorted(longest.items())
        for feeling in feelings
    ]


def _piece(name: str) -> str:
    return name if HAN_FIRST <= name[0] <= HAN_LAST else f"{_BORDER}{name}{_BORDER}"


def _told(found: Found, words: Sequence[Word]) -> Found:
    """A feeling with a "not" shortly before it is another group."""
    name, first, last = found
    before = {word for word, _, _ in words[max(0, first - _REACH) : first]}
    return (f"no {name}" if before & _DENYING else name, first, last)


@cache
def _automaton() -> Any:
    """Finds (length, names of feelings) of every phrase."""
    groups: dict[str, list[str]] = {}
    for name, phrase in _phrases():
        written = "".join(_piece(word) for word, _, _ in split_words(phrase))
        names = groups.setdefault(written, [])
        if name not in names:
            names.append(name)
    made = ahocorasick.Automaton()
    for written, names in groups.items():
        made.add_word(written, (len(written), names))
    made.make_automaton()
    return made


def _phrases() -> Iterator[tuple[str, str]]:
    """(feeling, phrase) of both languages."""
    for language in ("en", "zh"):
        for name, phrases in read_concepts(language, "feelings"):
            yield from ((f"feeling {name}", phrase) for phrase in phrases)
