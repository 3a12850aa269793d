"""Words with their place: Chinese cut by rjieba's dictionary, English folded to stems."""

import re
from functools import lru_cache

import rjieba

_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[a-zà-öø-ÿœß']+|\d+|[^\w\s]|\w")
_SUFFIXES = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("s", ""), ("ly", ""))
_SHORT_FORMS = (
    ("can't", ("can", "not")),
    ("won't", ("will", "not")),
    ("cannot", ("can", "not")),
    ("n't", ("not",)),
    ("'ve", ("have",)),
    ("'re", ("are",)),
    ("'ll", ("will",)),
    ("'m", ("am",)),
    ("'d", ("would",)),
    ("'s", ("is",)),
)
_IRREGULAR = {
    "dont": ("do", "not"), "doesnt": ("do", "not"), "didnt": ("did", "not"),
    "wont": ("will", "not"),
    "cant": ("can", "not"), "isnt": ("is", "not"), "havent": ("have", "not"), "im": ("i", "am"),
    "ive": ("i", "have"), "u": ("you",), "ur": ("your",), "pls": ("pleas",), "plz": ("pleas",),
    "thx": ("thank",), "does": ("do",), "has": ("have",), "was": ("was",), "this": ("this",),
    "paid": ("pay",), "sent": ("send",), "bought": ("buy",), "got": ("get",), "broke": ("broken",),
    "went": ("go",), "made": ("make",), "took": ("take",), "stolen": ("steal",), "lost": ("los",),
    "children": ("child",), "kids": ("kid",),
}  # fmt: skip

Word = tuple[str, int, int]


def split_words(text: str) -> list[Word]:
    """Words, numbers and single marks of folded text, as (word, start, end).

    An English short form gives its words with the same place; digits become `0` per digit.
    """
    words: list[Word] = []
    for match in _RUN.finditer(text):
        run, (start, end) = match.group(), match.span()
        if "\u3400" <= run[0] <= "\ufaff":
            words.extend((word, start + a, start + b) for word, a, b in rjieba.tokenize(run))
            continue
        words += [(name, start, end) for name in _names(run)]
    return words


@lru_cache(maxsize=50_000)
def _names(run: str) -> tuple[str, ...]:
    """The words of a run that is not Chinese."""
    if run[0].isdigit():
        return ("0" * min(len(run), 4) if len(run) > 2 else run,)
    if run[0].isalpha() or run[0] == "'":
        return _english(run)
    return (run,)


def _english(run: str) -> tuple[str, ...]:
    if run in _IRREGULAR:
        return _IRREGULAR[run]
    for ending, words in _SHORT_FORMS:
        if run.endswith(ending):
            bare = run[: -len(ending)].strip("'")
            return (*_english(bare), *words) if bare else words
    bare = run.strip("'").replace("'", "")
    return (stem(bare),) if bare else ()


def stem(word: str) -> str:
    """A light English stem: endings of number, tense and adverbs folded."""
    if len(word) <= 3:
        return word
    for ending, replacement in _SUFFIXES:
        keeps = len(word) - len(ending) + len(replacement) >= 3
        if word.endswith(ending) and keeps and not word.endswith("ss"):
            word = word[: len(word) - len(ending)] + replacement
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] == "e" else word
