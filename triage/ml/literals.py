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


def needed_literals(pattern: str) -> frozenset[str] | None:
    """Strings of which at least one is in every match; None when there is no such set."""
    if _sre is None:
        return None
    found = _of_sequence(list(_sre.parse(pattern)))
    if found is None or not found or len(found) > _MOST or any(not text for text in found):
        return None
    return frozenset(found)


def _of_sequence(items: list[Any]) -> set[str] | None:
    """The best of the sets that the parts of a sequence need."""
    candidates: list[set[str]] = []
    run = ""
    for kind, value in items:
        if str(kind) == "LITERAL":
            run += chr(value)
            continue
        if run:
            candidates.append({run})
            run = ""
        inner = _of_item(str(kind), value)
        if inner:
            candidates.append(inner)
    if run:
        candidates.append({run})
    if not candidates:
        return None
    return max(candidates, key=lambda texts: (min(len(text) for text in texts), -len(texts)))


def _of_item(kind: str, value: Any) -> set[str] | None:
    if kind == "SUBPATTERN":
        return _of_sequence(list(value[3]))
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

    def __init__(self, literals: list[frozenset[str] | None]) -> None:
        self._always = {number for number, texts in enumerate(literals) if texts is None}
        self._by_start: dict[str, list[tuple[str, int]]] = {}
        for number, texts in enumerate(literals):
            for text in texts or ():
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
        return found
