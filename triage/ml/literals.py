"""Which plain strings must stand in a text, and where, for a regular expression to match it.

Thousands of cues are tried on every text. Nearly all begin with one of a few strings; one pass of
an Aho-Corasick automaton tells where those stand, and an expression is tried at these places
alone. What cannot be worked out is left open, and the expression is then tried everywhere.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ahocorasick

# The parser of the standard library, which is not public; without it every cue is simply tried.
_sre: Any = getattr(re, "_parser", None)

_MOST = 600
_MOST_STARTS = 200
_MOST_CHARS = 64
_LONG = 10
_RARITY, _RARITY_HAN = 1 / 12, 1 / 200
_COMMON = 4e-5
_WORD_CHARS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


@dataclass(frozen=True, slots=True)
class Signs:
    """Plain strings of an expression.

    `starts`: every match begins with one of them; empty when that is not known.
    `needed`: sets of strings of which each match holds one, the most telling first; empty also
    where the beginnings are rare enough.
    """

    starts: frozenset[str]
    needed: tuple[frozenset[str], ...]


def signs_of(pattern: str) -> Signs:
    """What is known of an expression without trying it; nothing where either case matches."""
    if _sre is None:
        return Signs(frozenset(), ())
    parsed = _sre.parse(pattern)
    if parsed.state.flags & re.IGNORECASE:
        return Signs(frozenset(), ())
    items = list(parsed)
    starts = _starts(items)
    if starts and _share(starts) <= _COMMON:
        # Where the beginnings are rare, nothing else is looked for.
        return Signs(starts, ())
    found = [texts for texts in _all_of_sequence(items) if texts and len(texts) <= _MOST]
    found.sort(key=_telling, reverse=True)
    return Signs(starts, tuple(frozenset(texts) for texts in found if all(texts)))


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
            candidates += [] if _ignores_case(value) else _all_of_sequence(list(value[3]))
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


def _ignores_case(subpattern: Any) -> bool:
    return bool(subpattern[1] & re.IGNORECASE)


Beginnings = dict[str, bool]
"""Strings that matches may begin with, and whether what follows in the expression follows them."""


def _starts(items: list[Any]) -> frozenset[str]:
    """Strings of which one begins every match, none the beginning of another; or nothing."""
    found = _begin(items, {"": True})
    if "" in found:
        return frozenset()
    return frozenset(
        text for text in found if not any(text[:size] in found for size in range(1, len(text)))
    )


def _begin(items: list[Any], before: Beginnings) -> Beginnings:
    """The beginnings `before` with the parts of a sequence behind them, as far as is useful."""
    state, run = before, ""
    for kind, value in items:
        if str(kind) == "LITERAL":
            run += chr(value)
            continue
        state, run = _followed(state, run), ""
        if str(kind) in {"AT", "ASSERT", "ASSERT_NOT"}:
            # They take no characters: leaving them out allows more, never less.
            continue
        longer = _longer(str(kind), value, [text for text, is_open in state.items() if is_open])
        if longer is None or len(state) + len(longer) > _MOST_STARTS:
            return dict.fromkeys(state, False)
        closed = {text: False for text, is_open in state.items() if not is_open}
        joined = _merged(closed, longer)
        state = {text: is_open and len(text) < _LONG for text, is_open in joined.items()}
        if not any(state.values()):
            break
    return _followed(state, run)


def _followed(state: Beginnings, run: str) -> Beginnings:
    """Plain characters behind the beginnings that are open, no further than is useful."""
    if not run:
        return state
    made: Beginnings = {}
    for text, is_open in state.items():
        longer = (text + run)[:_LONG] if is_open else text
        made[longer] = made.get(longer, True) and is_open and len(longer) < _LONG
    return made


def _longer(kind: str, value: Any, texts: list[str]) -> Beginnings | None:
    """The texts with one part of a sequence behind them; None when there is no telling."""
    opened = dict.fromkeys(texts, True)
    if kind == "IN":
        chars = _chars_of(value)
        return {text + char: True for text in texts for char in chars} or None
    if kind == "SUBPATTERN":
        return None if _ignores_case(value) else _begin(list(value[3]), opened)
    if kind == "BRANCH":
        return _merged(*(_begin(list(branch), opened) for branch in value[1]))
    if kind in {"MAX_REPEAT", "MIN_REPEAT"}:
        least, most, part = value
        once = _begin(list(part), opened)
        once = once if most == 1 else dict.fromkeys(once, False)
        return _merged(once, {} if least else opened)
    return None


def _chars_of(members: Any) -> list[str]:
    """The characters of a class; none when they are too many or all but some."""
    chars: list[str] = []
    for kind, value in members:
        if str(kind) == "LITERAL":
            chars.append(chr(value))
        elif str(kind) == "RANGE" and value[1] - value[0] < _MOST_CHARS:
            chars += map(chr, range(value[0], value[1] + 1))
        else:
            return []
    return chars if len(chars) <= _MOST_CHARS else []


def _merged(*parts: Beginnings) -> Beginnings:
    """Of a text that is both open and not, only what stands there already is sure."""
    made: Beginnings = {}
    for part in parts:
        for text, is_open in part.items():
            made[text] = made.get(text, True) and is_open
    return made


def compile_checked(pattern: str) -> re.Pattern[str]:
    """Compile, refusing expressions that match the empty string."""
    made = re.compile(pattern)
    if made.match(""):
        raise re.error(f"matches nothing at all: {pattern!r}")
    return made


class LiteralIndex:
    """Finds, in one pass over a text, where many expressions may match it.

    Parameters
    ----------
    signs : what is known of each expression
    at_word_start : bool
        Whether a match begins where no Latin letter or digit stands before it.
    """

    def __init__(self, signs: Sequence[Signs], *, at_word_start: bool = False) -> None:
        self._at_word_start = at_word_start
        keys = [_key(one) for one in signs]
        self._keyed = {number for number, key in enumerate(keys) if key}
        self._placeless = {number for number, one in enumerate(signs) if not one.starts}
        self._always = self._placeless - self._keyed
        self._begun = _by_text(one.starts for one in signs)
        self._automaton = _automaton(self._begun, _by_text(keys))

    def candidates(self, text: str) -> Mapping[int, list[int] | None]:
        """Numbers of the expressions worth trying, and where; None is everywhere."""
        places, held = self._places(text)
        found: dict[int, list[int] | None] = dict.fromkeys(self._always)
        found.update(dict.fromkeys(held & self._placeless))
        keyed = self._keyed
        for literal, starts in places.items():
            for number in self._begun[literal]:
                if number not in keyed or number in held:
                    known = found.get(number)
                    # Expressions share the list of a string: it is never added to.
                    found[number] = sorted(known + starts) if known else starts
        return found

    def _places(self, text: str) -> tuple[dict[str, list[int]], set[int]]:
        """Where the beginnings stand, and the expressions whose key stands in the text."""
        places: dict[str, list[int]] = {}
        held: set[int] = set()
        anywhere = not self._at_word_start
        for end, (literal, length, holders) in self._automaton.iter(text):
            if holders:
                held.update(holders)
            if length:
                start = end - length + 1
                if anywhere or not start or text[start - 1] not in _WORD_CHARS:
                    if literal in places:
                        places[literal].append(start)
                    else:
                        places[literal] = [start]
        return places, held


def _key(signs: Signs) -> frozenset[str]:
    """The strings to look for before an expression is tried; none where its beginnings are rare."""
    if not signs.starts:
        return signs.needed[0] if signs.needed else frozenset()
    others = [texts for texts in signs.needed if texts.isdisjoint(signs.starts)]
    key = min(others, key=_share, default=frozenset())
    return key if key and _share(key) < _share(signs.starts) else frozenset()


def _share(texts: Iterable[str]) -> float:
    """At how many places of a text one of these stands, very roughly."""
    return sum(math.prod(_RARITY_HAN if char > "\u2e80" else _RARITY for char in t) for t in texts)


def _by_text(texts_of: Iterable[frozenset[str]]) -> dict[str, list[int]]:
    by_text: dict[str, list[int]] = {}
    for number, texts in enumerate(texts_of):
        for text in texts:
            by_text.setdefault(text, []).append(number)
    return by_text


def _automaton(begun: Mapping[str, list[int]], held: Mapping[str, list[int]]) -> Any:
    """Finds (string, its length or 0 where nothing begins with it, those whose key it is)."""
    made = ahocorasick.Automaton()
    # One without words is refused; this one says nothing.
    made.add_word("\0", ("\0", 0, ()))
    for text in begun.keys() | held.keys():
        length = len(text) if text in begun else 0
        made.add_word(text, (text, length, tuple(held.get(text, ()))))
    made.make_automaton()
    return made
