"""From text to countable features, for English and Chinese. Pure.

A text becomes several *blocks* of tokens, each weighed on its own: words, neighbouring
words, pieces of words, and *concepts*, that is groups of words and phrases that customers
use for the same thing (``common.concepts`` and ``concepts_more_*.txt``).
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import cast

from common.concepts import read_concepts

_HERE = Path(__file__).parent
_HAN = re.compile(r"[㐀-鿿]")
_WORD = re.compile(r"[a-z0-9]+")
_ZH_RUN = re.compile(r"[㐀-鿿]+|[a-z0-9]+")
_SLOT = re.compile(r"\{[a-z_]+\}")
_LONGEST_TEXT = 4000
# Order and phone numbers say which order it is, not what is wrong; hotlines do say something.
_LONG_NUMBER = re.compile(r"(?<![0-9a-z])(?!12315|12345)(?=[a-z]*[0-9])[0-9a-z]{6,}(?![0-9a-z])")

_STOP_EN = frozenset(
    [
        "a",
        "an",
        "the",
        "i",
        "me",
        "my",
        "mine",
        "you",
        "your",
        "we",
        "our",
        "us",
        "it",
        "its",
        "this",
        "that",
        "these",
        "those",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "am",
        "do",
        "does",
        "did",
        "doing",
        "have",
        "has",
        "had",
        "having",
        "can",
        "could",
        "will",
        "would",
        "shall",
        "should",
        "may",
        "might",
        "must",
        "to",
        "of",
        "in",
        "on",
        "at",
        "by",
        "for",
        "with",
        "from",
        "as",
        "and",
        "or",
        "but",
        "if",
        "so",
        "than",
        "then",
        "too",
        "very",
        "just",
        "also",
        "there",
        "here",
        "what",
        "which",
        "who",
        "whom",
        "how",
        "when",
        "where",
        "why",
        "please",
        "tell",
        "want",
        "need",
        "know",
        "like",
        "get",
        "got",
        "let",
        "im",
        "ive",
        "id",
        "ill",
        "whats",
        "hows",
        "wheres",
        "cant",
        "dont",
        "didnt",
        "doesnt",
        "isnt",
        "wont",
        "wasnt",
        "about",
        "into",
        "out",
        "up",
        "down",
        "over",
        "under",
        "again",
        "any",
        "some",
        "all",
        "no",
        "not",
        "only",
        "own",
        "same",
        "such",
        "more",
        "most",
        "other",
        "hi",
        "hello",
        "hey",
        "thanks",
        "thank",
        "ok",
        "okay",
        "use",
        "using",
        "make",
        "help",
        "give",
        "show",
        "find",
        "see",
        "look",
        "trying",
        "try",
        "way",
        "go",
        "going",
        "come",
    ]
)


def detect_language(text: str) -> str:
    """``zh`` when a fair part of the letters are Han, else ``en``."""
    han = len(_HAN.findall(text))
    return "zh" if han and han * 2 >= len(re.findall(r"[A-Za-z]+", text)) else "en"


def normalise(text: str) -> str:
    """Lower case, simplified characters, slots, apostrophes and long numbers out, cut to length."""
    text = unicodedata.normalize("NFKC", text[:_LONGEST_TEXT]).lower()
    text = _SLOT.sub(" ", text).replace("’", "").replace("'", "").replace("_", " ")
    text = _LONG_NUMBER.sub(" ", text)
    return _to_simplified()(text) if _HAN.search(text) else text


@cache
def _to_simplified() -> Callable[[str], str]:
    import opencc  # late: not every process folds characters

    return cast("Callable[[str], str]", opencc.OpenCC("t2s").convert)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return a short English stem: plural, -ing, -ed, -ly and a final e go."""
    if word.endswith(("ies", "sses")):
        word = word[:-3] + "y" if word.endswith("ies") else word[:-2]
    else:
        for suffix in ("ing", "edly", "ed", "ly", "s"):
            if word.endswith(suffix) and len(word) - len(suffix) >= 3 and word[-2:] != "ss":
                word = word[: -len(suffix)]
                if suffix in {"ing", "ed"} and word[-1] == word[-2] and word[-1] not in "lsz":
                    word = word[:-1]
                break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


_STOP_STEMS = frozenset(stem(word) for word in _STOP_EN)


@lru_cache(maxsize=64)
def _stems(text: str) -> tuple[str, ...]:
    """Cut once for all blocks that ask one after the other."""
    return tuple(stem(word) for word in _WORD.findall(text))


def _en_pairs(text: str) -> list[str]:
    return [f"{a}_{b}" for a, b in pairwise(_stems(text))]


@lru_cache(maxsize=20_000)
def _pieces_of(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    return tuple(padded[i : i + size] for size in (3, 4, 5) for i in range(len(padded) - size + 1))


def _en_pieces(text: str) -> list[str]:
    return [piece for word in _WORD.findall(text) for piece in _pieces_of(word)]


def _en_near(text: str) -> list[str]:
    """Content words standing near each other, in either order."""
    stems = list(dict.fromkeys(s for s in _stems(text) if s not in _STOP_STEMS))[:40]
    return [f"{min(a, b)}+{max(a, b)}" for i, a in enumerate(stems) for b in stems[i + 1 : i + 4]]


def _read_groups(language: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the groups that all rooms share, then those that only finding replies needs."""
    yield from read_concepts(language)
    more = (_HERE / f"concepts_more_{language}.txt").read_text("utf-8")
    for line in more.splitlines():
        if line and not line.startswith("#"):
            group, _, members = line.partition(":")
            yield group, [member.strip() for member in members.split(",")]


_NUMBER_EN = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|several|few|couple)"
_AMOUNTS_EN = tuple(
    (name, re.compile(pattern))
    for name, pattern in {
        "#days": rf"\b{_NUMBER_EN}(?: of)? ?(?:day|week|month|year|fortnight)s?\b|\bfortnight\b",
        "#hours": rf"\b{_NUMBER_EN}(?: of)? ?(?:hour|hr|minute|min)s?\b|\bmidnight\b",
        "#money": r"[$€£¥]\s?\d|\b\d+(?:[.,]\d+)? ?(?:euro|dollar|pound|yuan|rmb|usd|eur|gbp)s?\b",
        "#percent": r"\b\d+ ?(?:%|percent|per cent)",
        "#measure": r"\b\d+(?:[.,]\d+)? ?"
        r"(?:cm|mm|m|kg|g|ml|l|inch|inches|metres?|meters?|mah|gb|w)\b",
        "#date": r"\b\d{1,2}(?:st|nd|rd|th)\b",
    }.items()
)


@cache
def _phrases_en() -> tuple[dict[tuple[str, ...], tuple[str, ...]], dict[str, int]]:
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for group, members in _read_groups("en"):
        for member in members:
            key = _stems(normalise(member))
            if key and group not in found.get(key, ()):
                found[key] = (*found.get(key, ()), group)
    longest: dict[str, int] = {}
    for key in found:
        longest[key[0]] = max(longest.get(key[0], 0), len(key))
    return found, longest


@lru_cache(maxsize=2_000)
def _concepts_en(text: str) -> list[str]:
    phrases, longest = _phrases_en()
    stems = _stems(text)
    found = [name for name, pattern in _AMOUNTS_EN if pattern.search(text)]
    for start, first in enumerate(stems):
        for size in range(1, min(longest.get(first, 0), len(stems) - start) + 1):
            found += phrases.get(stems[start : start + size], ())
    return found


_NUMBER_ZH = "[0-9一二两三四五六七八九十几半百]+"
_AMOUNTS_ZH = tuple(
    (name, re.compile(_NUMBER_ZH + pattern))
    for name, pattern in {
        "#days": "多?个?(?:天|日|周|星期|礼拜|月|年|工作日)",
        "#hours": "多?个?(?:小时|钟头|分钟|点|钟)",
        "#money": "多?(?:元|块|万|千|毛|角)",
        "#share": "(?:折|%|成|倍)",
        "#measure": "(?:厘米|毫米|米|斤|公斤|千克|克|毫升|升|寸|码|号|cm|mm|kg|ml|g|mah)",
        "#count": "(?:件|个|盒|包|瓶|双|箱|袋|支|套|本|条)",
        "#times": "(?:次|遍|回)",
    }.items()
)


@cache
def _pattern_zh() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    groups: dict[str, tuple[str, ...]] = {}
    for group, members in _read_groups("zh"):
        for member in members:
            if group not in groups.get(member, ()):
                groups[member] = (*groups.get(member, ()), group)
    longest_first = sorted(groups, key=len, reverse=True)
    return re.compile(f"(?=({'|'.join(map(re.escape, longest_first))}))"), groups


@lru_cache(maxsize=2_000)
def _concepts_zh(text: str) -> list[str]:
    pattern, groups = _pattern_zh()
    amounts = [name for name, one in _AMOUNTS_ZH if one.search(text)]
    return amounts + [group for match in pattern.finditer(text) for group in groups[match[1]]]


def _concept_pairs(concepts: list[str]) -> list[str]:
    distinct = sorted(set(concepts))
    return [f"{a}&{b}" for a, b in combinations(distinct, 2)] if len(distinct) <= 12 else []


def _zh_words(text: str) -> list[str]:
    import rjieba  # late: not every process cuts words

    return [word for word in rjieba.cut(text) if _ZH_RUN.fullmatch(word)]


def _zh_chars(text: str) -> list[str]:
    return _HAN.findall(text)


def _zh_bigrams(text: str) -> list[str]:
    return [
        run[i : i + 2]
        for run in _ZH_RUN.findall(text)
        if _HAN.match(run)
        for i in range(len(run) - 1)
    ]


@dataclass(frozen=True, slots=True)
class Block:
    """One kind of feature: its name, how it is cut from text, what it weighs.

    ``lexical`` blocks are compared by word retrieval as well. Blocks that are not ``in_body``
    are left out of the vectors of bodies, where they are many and say little.
    """

    name: str
    cut: Callable[[str], Sequence[str]]
    weight: float
    lexical: bool = False
    in_body: bool = True


BLOCKS: dict[str, tuple[Block, ...]] = {
    "en": (
        Block("words", _stems, 0.5, lexical=True),
        Block("pairs", _en_pairs, 0.5, lexical=True),
        Block("pieces", _en_pieces, 1.0, in_body=False),
        Block("concepts", _concepts_en, 1.0, lexical=True),
        Block("concept pairs", lambda text: _concept_pairs(_concepts_en(text)), 0.5),
        Block("near words", _en_near, 0.3, in_body=False),
    ),
    "zh": (
        Block("words", _zh_words, 0.6, lexical=True),
        Block("characters", _zh_chars, 1.0, lexical=True),
        Block("bigrams", _zh_bigrams, 1.0, lexical=True, in_body=False),
        Block("concepts", _concepts_zh, 1.0, lexical=True),
        Block("concept pairs", lambda text: _concept_pairs(_concepts_zh(text)), 0.5),
    ),
}


def lexical_tokens(text: str, language: str) -> list[str]:
    """Return the tokens of a normalised text by which words are compared."""
    return [
        token if block.name != "concepts" else f"§{token}"
        for block in BLOCKS[language]
        if block.lexical
        for token in block.cut(text)
    ]


def shown_words(text: str, language: str) -> dict[str, str]:
    """Content words of a text by the token that stands for them, for explaining a match."""
    if language == "zh":
        return {word: word for word in _zh_words(normalise(text)) if len(word) > 1}
    shown: dict[str, str] = {}
    for word in _WORD.findall(normalise(text)):
        if stem(word) not in _STOP_STEMS and len(word) > 2:
            shown.setdefault(stem(word), word)
    return shown
