"""How far a sent text is from the template it came from. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from knowledgebase import variables

# What a slot may take in without counting as an edit: a name, a number, a date with its time.
_SLOT_CHARS = 24
# Longer texts are compared at their beginning only.
_MOST_CHARS = 4000


@dataclass(frozen=True, slots=True)
class Edits:
    """Characters typed, replaced or removed, and their share of the longer of both texts."""

    distance: int
    share: float


def edits_between(body: str, sent: str) -> Edits:
    """Return the edit distance (Levenshtein 1966) of a text to a template.

    A slot takes in up to 24 characters for nothing: filling it is no edit. Runs of blanks count
    as one.
    """
    fixed = variables.PATTERN.split(_plain(body[:_MOST_CHARS]))[::2]
    text = np.array([ord(char) for char in _plain(sent[:_MOST_CHARS])], dtype=np.int32)
    row = np.arange(len(text) + 1, dtype=np.int32)
    for number, part in enumerate(fixed):
        if number:
            row = _after_slot(row)
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


def _after_slot(row: np.ndarray) -> np.ndarray:
    """Return the next row where up to ``_SLOT_CHARS`` characters come for nothing."""
    ahead = np.full(_SLOT_CHARS, np.iinfo(np.int32).max // 2, dtype=np.int32)
    windows = sliding_window_view(np.concatenate([ahead, row]), _SLOT_CHARS + 1)
    return _with_typed(windows.min(axis=1))


def _with_typed(row: np.ndarray) -> np.ndarray:
    """Let characters of the sent text be typed anew, at one each."""
    steps = np.arange(len(row), dtype=np.int32)
    least: np.ndarray = np.minimum.accumulate(row - steps) + steps
    return least


def _plain(text: str) -> str:
    return " ".join(text.split())
