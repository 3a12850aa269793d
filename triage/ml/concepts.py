"""Groups of words for the same thing: "money back", "reimburse" and "refund" are one concept.

A word seen in training says nothing about its synonyms; the groups of `common.concepts` do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import ahocorasick

from common.concepts import read_concepts
from triage.ml.words import Word, split_words

Found = tuple[str, int, int]
"""Name of a concept, first and last word of its phrase."""

MARK = "\u00a7"
"""Leads the name of a concept; as a word it only ever stands alone."""
_HAN_FIRST, _HAN_LAST = "\u3400", "\ufaff"


@dataclass(slots=True)
class _Branch:
    """What may follow some words of a phrase, and the concepts of the phrase that ends here."""

    concepts: list[str] = field(default_factory=list)
    following: dict[str, "_Branch"] = field(default_factory=dict)


def find_concepts(words: Sequence[Word]) -> list[Found]:
    """Concepts in the words of a text, in order; from each place the longest phrase counts."""
    found: list[Found] = []
    names = [name for name, _, _ in words]
    first_words = _english().following
    run, owners, end_of_run = "", list[int](), -1
    for place, (name, start, end) in enumerate(words):
        if _HAN_FIRST <= name[0] <= _HAN_LAST:
            # Borders of Chinese words are often guessed wrongly: phrases run on over them.
            if start != end_of_run:
                found += _in_chinese(run, owners)
                run, owners = "", []
            run += name
            owners += [place] * len(name)
            end_of_run = end
        elif branch := first_words.get(name):
            found += _from_here(branch, names, place)
    found += _in_chinese(run, owners)
    found.sort(key=_first_word)
    return found


def _first_word(found: Found) -> int:
    return found[1]


def _from_here(branch: _Branch, names: Sequence[str], place: int) -> list[Found]:
    """Concepts of the longest phrase that begins at a place; `branch` belongs to its word."""
    concepts, last = branch.concepts, place
    for at in range(place + 1, len(names)):
        longer = branch.following.get(names[at])
        if longer is None:
            break
        branch = longer
        if branch.concepts:
            concepts, last = branch.concepts, at
    return [(concept, place, last) for concept in concepts]


def _in_chinese(run: str, owners: list[int]) -> list[Found]:
    longest: dict[int, tuple[int, list[str]]] = {}
    if run:
        # Of two phrases from one place the longer one ends later and comes last.
        for end, (length, concepts) in _chinese().iter(run):
            longest[end - length + 1] = (end, concepts)
    return [
        (concept, owners[start], owners[end])
        for start, (end, concepts) in sorted(longest.items())
        for concept in concepts
    ]


@cache
def _english() -> _Branch:
    """Phrases word by word."""
    root = _Branch()
    for name, phrases in read_concepts("en"):
        for phrase in phrases:
            words = [word for word, _, _ in split_words(phrase)]
            # Long numbers are all one word to the model.
            if any(word.startswith("00") for word in words):
                continue
            branch = root
            for word in words:
                branch = branch.following.setdefault(word, _Branch())
            _add(branch.concepts, MARK + name)
    return root


@cache
def _chinese() -> Any:
    """An automaton that finds (length, names of concepts) of every phrase."""
    groups: dict[str, list[str]] = {}
    for name, phrases in read_concepts("zh"):
        for phrase in phrases:
            _add(groups.setdefault(phrase, []), MARK + name)
    made = ahocorasick.Automaton()
    for phrase, concepts in groups.items():
        made.add_word(phrase, (len(phrase), concepts))
    made.make_automaton()
    return made


def _add(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)
