"""From text to countable features, for English and Chinese. Pure.

A text becomes several *blocks* of tokens, each weighed on its own: words, neighbouring
words, pieces of words, and *concepts*, that is groups of words and phrases that customers
use for the same thing (``concepts_en.txt``, ``concepts_zh.txt``).
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations, pairwise
from pathlib import Path

_HERE = Path(__file__).parent
_HAN = re.compile(r"[㐀-鿿]")
_WORD = re.compile(r"[a-z0-9]+")
_ZH_RUN = re.compile(r"[㐀-鿿]+|[a-z0-9]+")
_SLOT = re.compile(r"\{[a-z_]+\}")
_LONGEST_TEXT = 4000

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
    """Lower case, one form of each character, slots and apostrophes taken out, cut to length."""
    text = unicodedata.normalize("NFKC", text[:_LONGEST_TEXT]).lower()
    return _SLOT.sub(" ", text).replace("’", "").replace("'", "").replace("_", " ")


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


def _stems(text: str) -> list[str]:
    return [stem(word) for word in _WORD.findall(text)]


def _en_pairs(text: str) -> list[str]:
    return [f"{a}_{b}" for a, b in pairwise(_stems(text))]


def _en_pieces(text: str) -> list[str]:
    pieces = []
    for word in _WORD.findall(text):
        padded = f" {word} "
        for size in (3, 4, 5):
            pieces += [padded[i : i + size] for i in range(len(padded) - size + 1)]
    return pieces


def _en_near(text: str) -> list[str]:
    """Content words standing near each other, in either order."""
    stems = list(dict.fromkeys(s for s in _stems(text) if s not in _STOP_STEMS))[:40]
    return [f"{min(a, b)}+{max(a, b)}" for i, a in enumerate(stems) for b in stems[i + 1 : i + 4]]


def _read_groups(name: str) -> Iterator[tuple[str, list[str]]]:
    for line in (_HERE / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            group, _, members = line.partition(":")
            yield group, [member.strip() for member in members.split(",")]


@cache
def _phrases_en() -> tuple[dict[tuple[str, ...], tuple[str, ...]], dict[str, int]]:
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for group, members in _read_groups("concepts_en.txt"):
        for member in members:
            key = tuple(_stems(normalise(member)))
            found[key] = (*found.get(key, ()), group)
    longest: dict[str, int] = {}
    for key in found:
        longest[key[0]] = max(longest.get(key[0], 0), len(key))
    return found, longest


@lru_cache(maxsize=2_000)
def _concepts_en(text: str) -> list[str]:
    phrases, longest = _phrases_en()
    stems = _stems(text)
    found: list[str] = []
    for start, first in enumerate(stems):
        for size in range(1, min(longest.get(first, 0), len(stems) - start) + 1):
            found += phrases.get(tuple(stems[start : start + size]), ())
    return found


@cache
def _pattern_zh() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    groups: dict[str, tuple[str, ...]] = {}
    for group, members in _read_groups("concepts_zh.txt"):
        for member in members:
            groups[member] = (*groups.get(member, ()), group)
    longest_first = sorted(groups, key=len, reverse=True)
    return re.compile(f"(?=({'|'.join(map(re.escape, longest_first))}))"), groups


@lru_cache(maxsize=2_000)
def _concepts_zh(text: str) -> list[str]:
    pattern, groups = _pattern_zh()
    return [group for match in pattern.finditer(text) for group in groups[match[1]]]


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
    """One kind of feature: its name, how it is cut from text, what it weighs."""

    name: str
    cut: Callable[[str], list[str]]
    weight: float


BLOCKS: dict[str, tuple[Block, ...]] = {
    "en": (
        Block("words", _stems, 1.0),
        Block("pairs", _en_pairs, 0.5),
        Block("pieces", _en_pieces, 1.0),
        Block("concepts", _concepts_en, 1.0),
        Block("concept pairs", lambda text: _concept_pairs(_concepts_en(text)), 0.5),
        Block("near words", _en_near, 0.5),
    ),
    "zh": (
        Block("words", _zh_words, 0.8),
        Block("characters", _zh_chars, 0.7),
        Block("bigrams", _zh_bigrams, 1.0),
        Block("concepts", _concepts_zh, 1.0),
        Block("concept pairs", lambda text: _concept_pairs(_concepts_zh(text)), 0.5),
    ),
}


def lexical_tokens(text: str, language: str) -> list[str]:
    """Tokens for word retrieval: stems and concepts; for Chinese also bigrams."""
    if language == "zh":
        return [
            *_zh_words(text),
            *_zh_chars(text),
            *_zh_bigrams(text),
            *(f"§{c}" for c in _concepts_zh(text)),
        ]
    return [*_stems(text), *_en_pairs(text), *(f"§{c}" for c in _concepts_en(text))]


def shown_words(text: str, language: str) -> dict[str, str]:
    """Content words of a text by the token that stands for them, for explaining a match."""
    if language == "zh":
        return {word: word for word in _zh_words(normalise(text)) if len(word) > 1}
    shown: dict[str, str] = {}
    for word in _WORD.findall(normalise(text)):
        if stem(word) not in _STOP_STEMS and len(word) > 2:
            shown.setdefault(stem(word), word)
    return shown
