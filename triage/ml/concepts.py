"""Groups of words for the same thing: "money back", "reimburse" and "refund" are one concept.

A word seen in training says nothing about its synonyms; the groups of `common.concepts` do.
"""

from collections.abc import Iterator, Sequence
from functools import cache

from common.concepts import read_concepts
from triage.ml.words import Word, split_words

Found = tuple[str, int, int]
"""Name of a concept, first and last word of its phrase."""

MARK = "\u00a7"
"""Leads the name of a concept; as a word it only ever stands alone."""
_HAN_FIRST, _HAN_LAST = "\u3400", "\ufaff"


def find_concepts(words: Sequence[Word]) -> list[Found]:
    """Concepts in the words of a text, in order; from each place the longest phrase counts."""
    found: list[Found] = []
    english = _english()
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
            continue
        for phrase, concepts in english.get(name, ()):
            last = place + len(phrase)
            if len(phrase) == 1 or phrase == tuple(word for word, _, _ in words[place:last]):
                found += [(concept, place, last - 1) for concept in concepts]
                break
    found += _in_chinese(run, owners)
    found.sort(key=lambda one: one[1])
    return found


def _in_chinese(run: str, owners: list[int]) -> Iterator[Found]:
    chinese = _chinese()
    for start, char in enumerate(run):
        for phrase, concepts in chinese.get(char, ()):
            if run.startswith(phrase, start):
                last = owners[start + len(phrase) - 1]
                yield from ((concept, owners[start], last) for concept in concepts)
                break


@cache
def _english() -> dict[str, list[tuple[tuple[str, ...], list[str]]]]:
    """By first word: phrases as words with the names of their concepts, longest first."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, phrases in read_concepts("en"):
        for phrase in phrases:
            words = tuple(word for word, _, _ in split_words(phrase))
            # Long numbers are all one word to the model.
            if not any(word.startswith("00") for word in words):
                _add(groups.setdefault(words, []), MARK + name)
    by_first: dict[str, list[tuple[tuple[str, ...], list[str]]]] = {}
    for words in sorted(groups, key=len, reverse=True):
        by_first.setdefault(words[0], []).append((words, groups[words]))
    return by_first


@cache
def _chinese() -> dict[str, list[tuple[str, list[str]]]]:
    """By first character: phrases with the names of their concepts, longest first."""
    groups: dict[str, list[str]] = {}
    for name, phrases in read_concepts("zh"):
        for phrase in phrases:
            _add(groups.setdefault(phrase, []), MARK + name)
    by_first: dict[str, list[tuple[str, list[str]]]] = {}
    for phrase in sorted(groups, key=len, reverse=True):
        by_first.setdefault(phrase[0], []).append((phrase, groups[phrase]))
    return by_first


def _add(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)
