"""Keyword groups: an editable table per language, with guards against idioms and negation.

A group is a feature of the classifier. A group with a `flag` raises that risk flag by rule, one
with a `tone` speaks about the customer's tone. What is matched is folded text (see normalise.py).
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from itertools import islice
from types import MappingProxyType

from triage.ml.denial import is_denied
from triage.ml.disguise import plain
from triage.ml.literals import LiteralIndex, compile_checked, signs_of

LANGUAGES = ("zh", "en")

_ACTS = frozenset({"legal", "regulator", "exposure", "platform", "abuse", "violence", "self-harm"})
MOST_HITS = 200
_MOST_OF_A_CUE = 8
_LED_LANGUAGE = "en"
"""Its cues begin at the beginning of a word."""

Place = tuple[int, int]
Tried = tuple[re.Pattern[str], Sequence[int] | None]


@dataclass(frozen=True, slots=True)
class Group:
    """One row of the table."""

    name: str
    owner: str
    flag: str
    tone: str
    negatable: bool
    cues: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[str, ...]
    guards: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A group that fired at `start:end` of the folded text; `denied` when the text says not so."""

    group: Group
    start: int
    end: int
    denied: bool = False


@dataclass(frozen=True, slots=True)
class KeywordTable:
    """All groups of one language."""

    language: str
    groups: tuple[Group, ...]
    patterns: tuple[tuple[int, re.Pattern[str], bool], ...]
    index: LiteralIndex

    def find(self, text: str) -> list[Hit]:
        """Every hit, denied ones marked; at most `MOST_HITS`. Disguised words count as meant."""
        undisguised, kept = plain(text)
        hits = self._find(undisguised)
        if kept is None:
            return hits
        return [replace(hit, start=kept[hit.start], end=kept[hit.end - 1] + 1) for hit in hits]

    def _find(self, text: str) -> list[Hit]:
        places: dict[int, list[Place]] = {}
        guards: dict[int, list[Tried]] = {}
        for number, starts in self.index.candidates(text).items():
            group, pattern, is_guard = self.patterns[number]
            if is_guard:
                guards.setdefault(group, []).append((pattern, starts))
            elif spans := _spans(text, pattern, starts, _MOST_OF_A_CUE):
                places.setdefault(group, []).extend(spans)
        hits: list[Hit] = []
        for group in sorted(places):
            covered = [span for guard in guards.get(group, ()) for span in _spans(text, *guard)]
            joined = _joined_places(places[group])
            hits.extend(self._hits(self.groups[group], joined, covered, text))
        return hits[:MOST_HITS]

    def _hits(
        self,
        group: Group,
        places: list[Place],
        covered: list[Place],
        text: str,
    ) -> Iterable[Hit]:
        for start, end in places:
            if not any(a < end and b > start for a, b in covered):
                yield Hit(group, start, end, self._denied(text, start, end, group))
            elif group.flag:
                # An idiom speaks against the flag, so that the model does not raise it alone.
                yield Hit(group, start, end, denied=True)

    def _denied(self, text: str, start: int, end: int, group: Group) -> bool:
        act = group.flag in _ACTS or group.tone == "threat"
        return group.negatable and is_denied(text, start, end, self.language, act=act)


def _joined_places(found: list[Place]) -> list[Place]:
    """From left to right, without overlap, at most eight."""
    places: list[Place] = []
    for start, end in sorted(found):
        if not places or start >= places[-1][1]:
            places.append((start, end))
        elif end > places[-1][1]:
            places[-1] = (places[-1][0], end)
    return places[:_MOST_OF_A_CUE]


def _spans(
    text: str, pattern: re.Pattern[str], starts: Sequence[int] | None, most: int | None = None
) -> list[Place]:
    """Matches from left to right without overlap; they begin at `starts`, if that is known."""
    if starts is None:
        return [match.span() for match in islice(pattern.finditer(text), most)]
    match_at, spans, end = pattern.match, list[Place](), 0
    for start in starts:
        if start >= end and (match := match_at(text, start)):
            end = match.end()
            spans.append((start, end))
            if len(spans) == most:
                break
    return spans


def table(language: str) -> KeywordTable:
    """The table of 'zh' or 'en'; any other language gets an empty one."""
    return _instead.get().get(language) or _shipped(language)


@contextmanager
def reading_with(tables: Mapping[str, KeywordTable]) -> Iterator[None]:
    """Use these tables instead of the shipped ones meanwhile, in this thread alone."""
    token = _instead.set(tables)
    try:
        yield
    finally:
        _instead.reset(token)


_instead: ContextVar[Mapping[str, KeywordTable]] = ContextVar(
    "keyword_tables", default=MappingProxyType({})
)


@cache
def _shipped(language: str) -> KeywordTable:
    if language not in LANGUAGES:
        return _build("en", ())
    source = resources.files("triage.ml").joinpath(f"keywords_{language}.toml")
    return parse(source.read_text(encoding="utf-8"), language)


def parse(text: str, language: str) -> KeywordTable:
    """A table from TOML; raises ValueError naming the group that is wrong."""
    groups = [_group(row, language) for row in tomllib.loads(text).get("group", [])]
    names = [group.name for group in groups]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise ValueError(f"keyword group given twice: {sorted(doubled)}")
    return _build(language, tuple(groups))


def _build(language: str, groups: tuple[Group, ...]) -> KeywordTable:
    rows = [
        (number, cue, pattern, is_guard)
        for number, group in enumerate(groups)
        for is_guard, cues, patterns in (
            (False, group.cues, group.patterns),
            (True, group.unless, group.guards),
        )
        for cue, pattern in zip(cues, patterns, strict=True)
    ]
    return KeywordTable(
        language,
        groups,
        tuple((number, pattern, is_guard) for number, _, pattern, is_guard in rows),
        LiteralIndex(
            [signs_of(cue) for _, cue, _, _ in rows], at_word_start=language == _LED_LANGUAGE
        ),
    )


def _group(row: dict[str, object], language: str) -> Group:
    name = str(row.get("name", ""))
    try:
        unless = tuple(_strings(row.get("unless", [])))
        guards = tuple(compile_checked(_led(cue, language)) for cue in unless)
        cues = tuple(_strings(row["cues"]))
        patterns = tuple(compile_checked(_led(cue, language)) for cue in cues)
    except (KeyError, TypeError, re.error) as error:
        raise ValueError(f"keyword group {name!r}: {error}") from error
    if not name or not cues:
        raise ValueError(f"keyword group {name!r} has no name or no cues")
    return Group(
        name=name,
        owner=str(row.get("owner", "")),
        flag=str(row.get("flag", "")),
        tone=str(row.get("tone", "")),
        negatable=bool(row.get("negatable", False)),
        cues=cues,
        patterns=patterns,
        unless=unless,
        guards=guards,
    )


def _strings(values: object) -> Sequence[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError("cues and unless are lists of strings")
    return values


def _led(cue: str, language: str) -> str:
    return rf"(?<![a-z0-9])(?:{cue})" if language == _LED_LANGUAGE else f"(?:{cue})"


def groups_of(language: str) -> "GroupFinderOf":
    """What the feature extraction calls; a denied hit is its own feature."""
    return GroupFinderOf(language)


@dataclass(frozen=True, slots=True)
class GroupFinderOf:
    """Names and places of the groups that fire, for features.py."""

    language: str

    def __call__(self, text: str) -> list[tuple[str, int, int]]:
        """(group, start, end) per hit."""
        return feature_hits(table(self.language).find(text))


def feature_hits(hits: Sequence[Hit]) -> list[tuple[str, int, int]]:
    """Hits as features."""
    return [
        (f"not-{hit.group.name}" if hit.denied else hit.group.name, hit.start, hit.end)
        for hit in hits
    ]
