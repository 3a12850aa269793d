"""How far a sent text is from the template it came from. Pure."""

import re
from dataclasses import dataclass

import numpy as np

from knowledgebase import variables

# What a slot may take in without counting as an edit: a name, a number, a date with its time.
_SLOT_CHARS = 24
_END = re.compile(r"[。！？!?；;]|\.(?=\s|$)")
# Longer texts are compared at their beginning only.
_MOST_CHARS = 4000


@dataclass(frozen=True, slots=True)
class Edits:
    """Characters typed, replaced or removed, and their share of the longer of both texts."""

    distance: int
    share: float


def edits_between(body: str, sent: str) -> Edits:
    """Return the edit distance (Levenshtein 1966) of a text to a template.

    A slot takes in up to 24 characters of one sentence for nothing: filling it is no edit. Runs
    of blanks count as one.
    """
    fixed = variables.PATTERN.split(_plain(body[:_MOST_CHARS]))[::2]
    told = _plain(sent[:_MOST_CHARS])
    text = np.array([ord(char) for char in told], dtype=np.int32)
    ends = _ends_before(told)
    row = np.arange(len(text) + 1, dtype=np.int32)
    for number, part in enumerate(fixed):
        if number:
            row = _after_slot(row, ends)
        for char in part:
            row = _after_char(row, ord(char), text)
    distance = int(row[-1])
    longest = max(sum(len(part) for part in fixed), 1)
    return Edits(distance, round(min(distance / longest, 1.0), 3))


def _after_char(row: np.ndarray, char: int, text: np.ndarray) -> np.ndarray:
    """Return the next row of the table: keep, replace or remove one character of the body."""
    below = np.empty_like(row)
    below[0] = row[0] + 1
    below[1:] = np.minimum(row[1:] + 1, row[:-1] + (text != char))
    return _with_typed(below)


def _after_slot(row: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return the next row where up to ``_SLOT_CHARS`` characters of a sentence come for nothing.

    ``ends`` counts the ends of sentences up to each place.
    """
    least = row.copy()
    for taken in range(1, min(_SLOT_CHARS, len(row) - 1) + 1):
        within = ends[taken:] == ends[:-taken]
        least[taken:] = np.where(within, np.minimum(least[taken:], row[:-taken]), least[taken:])
    return _with_typed(least)


def _with_typed(row: np.ndarray) -> np.ndarray:
    """Let characters of the sent text be typed anew, at one each."""
    steps = np.arange(len(row), dtype=np.int32)
    least: np.ndarray = np.minimum.accumulate(row - steps) + steps
    return least


def _ends_before(text: str) -> np.ndarray:
    """Count, for each place between characters, the ends of sentences before it."""
    ended = np.zeros(len(text) + 1, dtype=np.int32)
    for match in _END.finditer(text):
        ended[match.end()] += 1
    counts: np.ndarray = np.cumsum(ended)
    return counts


def _plain(text: str) -> str:
    return " ".join(text.split())
