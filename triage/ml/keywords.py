"""Keyword groups: an editable table per language, with guards against idioms and negation.

A group is a feature of the classifier. A group with a `flag` raises that risk flag by rule, one
with a `tone` speaks about the customer's tone. What is matched is folded text (see normalise.py).
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import islice
from types import MappingProxyType

from triage.ml.literals import LiteralIndex, compile_checked, needed_literals

LANGUAGES = ("zh", "en")

_NOT_BEFORE = {
    "zh": re.compile(
        r"(?:没有?|未|无|不是|不会|不想|不用|不必|并未|并没有?|没人|无人|从未|未曾|没什么|避免|防止|以防)"
        r"(?:人|谁|再|真的|要|想|出现|发生|造成|去|任何|被|有)?[^,。;!?\s]{0,3}$"
    ),
    "en": re.compile(
        r"(?:\b(?:no|not|never|nobody|no one|noone|none|nothing|neither|without|isn't|wasn't|aren't"
        r"|weren't|didn't|don't|doesn't|won't|haven't|hasn't|hadn't|couldn't|wouldn't|ain't|nor"
        r"|no longer|avoid|prevent|instead of|rather than)\b)"
        r"(?:\s+(?!(?:i|my|we|our|you)\b)[a-z'-]+){0,4}\s*$"
    ),
}
_AFFIRMS = {
    # "do not make me call a lawyer", "why has nobody been told about the fire" keep the cue alive.
    "zh": re.compile(
        r"别逼|不要逼|非要|难道|是不是|要不是|不得不|不(?:只|仅|光|但)|如果不|再不|要是不|不然|否则"
    ),
    "en": re.compile(
        r"don't make me|do not make me|unless|if (?:you|i|this|it|we|my)\b|or else|not only"
        r"|no choice|no option|why (?:not|isn't|didn't)|not (?:the first|just)|do nothing|hesitate"
        r"|no way"
        r"|(?:haven't|hasn't|not|never) (?:\w+ ){0,3}(?:refund|repl|reply|replied|heard|answer)"
    ),
}
_AFTER_NOT = {
    "zh": re.compile(r"^[^,。;!?\s]{0,2}(?:倒是没|倒没|并没有|都没有发生|没发生)"),
    "en": re.compile(r"^\s+(?:free|proof|resistant|was not|is not|not needed|not necessary)\b"),
}
_LOOK_BACK = 48
MOST_HITS = 200
_MOST_OF_A_CUE = 8


@dataclass(frozen=True, slots=True)
class Group:
    """One row of the table."""

    name: str
    owner: str
    flag: str
    tone: str
    negatable: bool
    cues: tuple[str, ...]
    unless: re.Pattern[str] | None


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
    patterns: tuple[tuple[int, re.Pattern[str]], ...]
    index: LiteralIndex

    def find(self, text: str) -> list[Hit]:
        """Every hit, denied ones marked; at most `MOST_HITS`."""
        places: dict[int, list[tuple[int, int]]] = {}
        for number in self.index.candidates(text):
            group, pattern = self.patterns[number]
            spans = [match.span() for match in islice(pattern.finditer(text), _MOST_OF_A_CUE)]
            if spans:
                places.setdefault(group, []).extend(spans)
        hits: list[Hit] = []
        for group in sorted(places):
            hits.extend(self._hits(self.groups[group], _joined_places(places[group]), text))
        return hits[:MOST_HITS]

    def _hits(self, group: Group, places: list[tuple[int, int]], text: str) -> Iterable[Hit]:
        covered = _spans(group.unless, text)
        for start, end in places:
            if not any(a < end and b > start for a, b in covered):
                yield Hit(group, start, end, group.negatable and self._denied(text, start, end))

    def _denied(self, text: str, start: int, end: int) -> bool:
        before = _clause_before(text, start)
        if _NOT_BEFORE[self.language].search(before):
            return not _AFFIRMS[self.language].search(before)
        return bool(_AFTER_NOT[self.language].search(text[end : end + 20]))


def _joined_places(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """From left to right, without overlap, at most eight."""
    places: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if not places or start >= places[-1][1]:
            places.append((start, end))
        elif end > places[-1][1]:
            places[-1] = (places[-1][0], end)
    return places[:_MOST_OF_A_CUE]


def _spans(pattern: re.Pattern[str] | None, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)] if pattern else []


def _clause_before(text: str, start: int) -> str:
    before = text[max(0, start - _LOOK_BACK) : start]
    cut = max(before.rfind(mark) for mark in ".!?;。!?;\n,,")
    return before[cut + 1 :]


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
    cues = [(number, cue) for number, group in enumerate(groups) for cue in group.cues]
    patterns = tuple((number, compile_checked(_led(cue, language))) for number, cue in cues)
    return KeywordTable(
        language, groups, patterns, LiteralIndex([needed_literals(cue) for _, cue in cues])
    )


def _group(row: dict[str, object], language: str) -> Group:
    name = str(row.get("name", ""))
    try:
        unless = _joined(_strings(row.get("unless", [])), language)
        cues = tuple(_strings(row["cues"]))
        for cue in cues:
            compile_checked(_led(cue, language))
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
        unless=unless,
    )


def _strings(values: object) -> Sequence[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError("cues and unless are lists of strings")
    return values


def _led(cue: str, language: str) -> str:
    return rf"(?<![a-z0-9])(?:{cue})" if language == "en" else f"(?:{cue})"


def _joined(cues: Sequence[str], language: str) -> re.Pattern[str] | None:
    return compile_checked("|".join(_led(cue, language) for cue in cues)) if cues else None


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
