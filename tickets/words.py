"""How texts are cut into search words, and what a bare thank-you looks like. No Django."""

import re
import unicodedata
from collections.abc import Iterator

_WORD = re.compile(r"[0-9A-Za-z_À-ɏͰ-ӿ]+(?:[-.][0-9A-Za-z_]+)*")
_HAN = re.compile(r"[㐀-鿿豈-﫿぀-ヿ가-힯]+")
_LONGEST_WORD = 60
_MOST_TOKENS = 4000

_THANKS = re.compile(
    r"^(?:ok(?:ay)?|great|perfect|好的?|嗯+|收到|已收到|可以了|解决了)?[\s,，。.!！~]*"
    r"(?:many |so |very )?"
    r"(?:thanks?(?: you)?(?: so much| very much| a lot)?|thx|ty|cheers|"
    r"(?:非常|十分|太)?(?:感谢|谢谢)(?:您|你|你们|了|啦|啊|哦)*|多谢|辛苦了)"
    r"[\s,，。.!！~🙏👍😊🌹❤️]*(?:for your help|again|all good now|问题解决了|已经解决了|辛苦了)?"
    r"[\s,，。.!！~🙏👍😊🌹❤️]*$",
    re.IGNORECASE,
)


def tokens(text: str) -> Iterator[str]:
    """Yield search words: Latin words in lower case, Han text as single characters and pairs."""
    folded = unicodedata.normalize("NFKC", text).lower()
    for match in _WORD.finditer(folded):
        yield match.group()[:_LONGEST_WORD]
    for match in _HAN.finditer(folded):
        run = match.group()
        yield from run
        yield from (run[i : i + 2] for i in range(len(run) - 1))


def document(*texts: str) -> list[str]:
    """Return the distinct search words of some texts, bounded."""
    seen: dict[str, None] = {}
    for text in texts:
        for token in tokens(text):
            seen[token] = None
            if len(seen) >= _MOST_TOKENS:
                return list(seen)
    return list(seen)


def query_words(text: str) -> list[str]:
    """Return the words that must all be found; Han runs as pairs where they are long enough."""
    folded = unicodedata.normalize("NFKC", text).lower()
    words = [match.group()[:_LONGEST_WORD] for match in _WORD.finditer(folded)]
    for match in _HAN.finditer(folded):
        run = match.group()
        words.extend([run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)])
    return words


def is_only_thanks(text: str) -> bool:
    """Tell whether a message says thank you and nothing else: such a one reopens nothing."""
    stripped = text.strip()
    return len(stripped) <= 80 and bool(_THANKS.match(stripped))


def has_han(text: str) -> bool:
    """Tell whether there is Chinese (or Japanese, Korean) writing in the text."""
    return bool(_HAN.search(text))
