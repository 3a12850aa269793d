"""Which plain strings must stand in a text before a regular expression can match it.

Hundreds of cues are tried on every text; looking for a literal first costs a twentieth of trying
the expression. What cannot be worked out is None, and the expression is then always tried.
"""

import re
from typing import Any

# The parser of the standard library, which is not public; without it every cue is simply tried.
_sre: Any = getattr(re, "_parser", None)

_MOST = 600
_KEY = 4


def needed_literals(pattern: str) -> tuple[frozenset[str], ...]:
    """Sets of strings: of each set at least one stands in every match; the most telling first.

    Empty when nothing can be said.
    """
    if _sre is None:
        return ()
    found = _all_of_sequence(list(_sre.parse(pattern)))
    usable = [texts for texts in found if texts and len(texts) <= _MOST and all(texts)]
    usable.sort(key=_telling, reverse=True)
    return tuple(frozenset(texts) for texts in usable)


def _telling(texts: set[str]) -> tuple[int, int]:
    return min(len(text) for text in texts), -len(texts)


def _of_sequence(items: list[Any]) -> set[str] | None:
    """The best of the sets that the parts of a sequence need."""
    return max(_all_of_sequence(items), key=_telling, default=None)


def _all_of_sequence(items: list[Any]) -> list[set[str]]:
    """Every set that a part of a sequence needs."""
    candidates: list[set[str]] = []
    run = ""
    for kind, value in items:
        if str(kind) == "LITERAL":
            run += chr(value)
            continue
        if run:
            candidates.append({run})
            run = ""
        if str(kind) == "SUBPATTERN":
            candidates += _all_of_sequence(list(value[3]))
        elif inner := _of_item(str(kind), value):
            candidates.append(inner)
    return [*candidates, {run}] if run else candidates


def _of_item(kind: str, value: Any) -> set[str] | None:
    if kind in {"MAX_REPEAT", "MIN_REPEAT"}:
        return _of_sequence(list(value[2])) if value[0] >= 1 else None
    if kind == "BRANCH":
        parts = [_of_sequence(list(branch)) for branch in value[1]]
        if any(part is None for part in parts):
            return None
        return set().union(*(part for part in parts if part))
    if kind == "IN":
        chars = {chr(v) for k, v in value if str(k) == "LITERAL"}
        return chars if len(chars) == len(value) else None
    return None


def compile_checked(pattern: str) -> re.Pattern[str]:
    """Compile, refusing expressions that match the empty string."""
    made = re.compile(pattern)
    if made.match(""):
        raise re.error(f"matches nothing at all: {pattern!r}")
    return made


class LiteralIndex:
    """Finds, in one pass over a text, which of many expressions may match it."""

    def __init__(self, needed: list[tuple[frozenset[str], ...]]) -> None:
        self._always = {number for number, sets in enumerate(needed) if not sets}
        self._by_start: dict[str, list[tuple[str, int]]] = {}
        self._also = [sets[1:] for sets in needed]
        for number, sets in enumerate(needed):
            for text in sets[0] if sets else ():
                self._by_start.setdefault(text[:_KEY], []).append((text, number))

    def candidates(self, text: str) -> set[int]:
        """Numbers of the expressions worth trying."""
        found = set(self._always)
        starts = self._by_start
        grams = {
            text[place : place + size] for size in range(1, _KEY + 1) for place in range(len(text))
        }
        for key in grams.intersection(starts):
            found.update(number for literal, number in starts[key] if literal in text)
        return {number for number in found if self._holds_all(number, text)}

    def _holds_all(self, number: int, text: str) -> bool:
        """Looking for further strings costs a tenth of trying the expression in vain."""
        return all(any(needed in text for needed in texts) for texts in self._also[number])
