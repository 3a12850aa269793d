"""Lets through only what many people were told, or what the library says anyway. Pure.

Patterns find names and numbers that look like some. This looks the other way round: of what is
left, every word (in Chinese also every pair of lone characters) must have been written to at least
``LEAST`` different customers, or stand in the published library. A name, a street or a code of
one customer is in neither. Words written with a capital, and Chinese ones that begin as surnames
do, must stand in the library: colleagues and couriers are named to many customers.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from knowledgebase.mining.names import ALSO_NAMES, ANY_SURNAME, OPENING_VERBS, SURNAMES, listed
from knowledgebase.mining.records import LEAST
from knowledgebase.mining.slots import GONE, SPAN_OF_TIME

_HAN = "㐀-鿿"
_UNIT = re.compile(
    rf"(?P<slot>\{{[a-z_]+\}})|(?P<span>{SPAN_OF_TIME.pattern})|(?P<han>[{_HAN}]+)"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)|(?P<odd>[\w" + GONE + "])",
    re.IGNORECASE,
)
_RUN = re.compile(rf"[{_HAN}]+")
_SENTENCE = re.compile(
    r"[^。！？!?；;\n.]*(?:\.(?!\s|$)[^。！？!?；;\n.]*)*(?:[。！？!?；;\n]+|\.+|$)\s*"
)
# Written with a capital wherever they stand, and nobody's name.
_CAPITALS = listed(
    """
    I I'm I'll I've I'd I’m I’ll I’ve I’d Monday Tuesday Wednesday Thursday Friday Saturday Sunday
    USB QR PDF IMEI FAQ SMS VIP SKU VAT EU UK US HD LED AC DC ID OK TV PC iOS Android App Wi Fi
    Bluetooth WiFi PayPal Alipay WeChat Visa Mastercard English Chinese Christmas
    """
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One piece of a text that may or may not be shown, and where it stands."""

    key: str
    start: int
    end: int
    kind: str  # han | pair | word | capital | first | span | odd


def sentences(text: str) -> list[str]:
    """Cut a text into sentences, each with its end marks and the space behind."""
    return [match[0] for match in _SENTENCE.finditer(text) if match[0]]


def units(text: str) -> Iterator[Unit]:
    """Every piece of a text that could say something about a person."""
    for match in _UNIT.finditer(text):
        kind, start, end = match.lastgroup or "odd", match.start(), match.end()
        kind = next(name for name in ("slot", "span", "han", "word", "odd") if match[name])
        if kind == "slot":
            continue
        if kind == "span":
            yield Unit(re.sub(r"\s+", "", match[0].lower()), start, end, "span")
        elif kind == "han":
            yield from _words_zh(match[0], start)
        elif kind == "odd":
            yield Unit(match[0], start, end, "odd")
        else:
            yield Unit(match[0], start, end, _word_kind(text, match[0], start))


def _words_zh(run: str, start: int) -> Iterator[Unit]:
    """Cut a run of Han: words of the dictionary; what stands alone also with its neighbour.

    The dictionary alone cuts: a name that it lacks falls into single characters, whose pairs
    then have to be known.
    """
    import rjieba  # late: not every process cuts words

    words = rjieba.cut(run, False)
    at = start
    for number, word in enumerate(words):
        following = words[number + 1] if number + 1 < len(words) else ""
        yield Unit(word, at, at + len(word), "han")
        if len(word) == 1 and following and (len(following) == 1 or word in ANY_SURNAME):
            yield Unit(word + following[0], at, at + 2, "pair")
        at += len(word)


def _word_kind(text: str, word: str, start: int) -> str:
    if word.islower():
        return "word"
    before = re.sub(r"\{[a-z_]+\}[,，:]?", "", text[:start]).rstrip(" \"'“”‘’()（）")
    opens = not before or before[-1] in "。！？!?；;\n.:："
    return "first" if (opens and word[1:].islower()) or word == "A" else "capital"


@dataclass(frozen=True, slots=True)
class Public:
    """What may be said without anybody's leave: the words of the published library."""

    han: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    capitals: frozenset[str] = _CAPITALS

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Public":
        """Read the words of texts that anybody may see."""
        han: set[str] = set()
        words: set[str] = set()
        capitals = set(_CAPITALS)
        for text in texts:
            for run in _RUN.findall(text):
                han.update(run, (run[at : at + 2] for at in range(len(run) - 1)))
            for unit in units(text):
                if unit.kind == "han":
                    han.add(unit.key)
                elif unit.kind == "capital":
                    capitals.add(unit.key)
                elif unit.kind in {"word", "first"}:
                    words.add(unit.key.lower())
        return cls(frozenset(han), frozenset(words), frozenset(capitals))


class Crowd:
    """Counts to how many different customers each piece was written."""

    def __init__(self, told: Iterable[tuple[str, str]], public: Public) -> None:
        """Take (customer, text) pairs; texts have been through ``slot``."""
        self.public = public
        self._customers: dict[tuple[str, str], set[str]] = defaultdict(set)
        for customer, text in told:
            for unit in units(text):
                self._customers[self._family(unit), unit.key].add(customer)

    @staticmethod
    def _family(unit: Unit) -> str:
        return "capital" if unit.kind in {"first", "capital"} else unit.kind

    def is_safe(self, unit: Unit) -> bool:
        """Whether this piece may be shown."""
        if unit.kind == "odd":
            return False
        if unit.kind in {"han", "pair"}:
            is_name_like = len(unit.key) > 1 and unit.key[0] in SURNAMES
            return unit.key in self.public.han or (self._is_common(unit) and not is_name_like)
        if unit.kind == "capital":
            return unit.key in self.public.capitals
        lower = unit.key.lower()
        if unit.kind == "first":
            if len(self._customers.get(("word", lower), ())) >= LEAST or lower in OPENING_VERBS:
                return True
            return lower in self.public.words and lower not in ALSO_NAMES
        return lower in self.public.words or self._is_common(unit)

    def _is_common(self, unit: Unit) -> bool:
        return len(self._customers.get((self._family(unit), unit.key), ())) >= LEAST

    def unsafe(self, text: str) -> list[Unit]:
        """Return every piece of a text that must not be shown."""
        return [unit for unit in units(text) if not self.is_safe(unit)]

    def keep_sentences(self, text: str) -> tuple[str, float]:
        """Return the sentences that may be shown, and their share of all words."""
        kept, said, all_said = [], 0, 0
        for sentence in sentences(text):
            weight = sum(1 for _ in units(sentence))
            all_said += weight
            if not self.unsafe(sentence):
                kept.append(sentence)
                said += weight
        return "".join(kept).strip(), said / all_said if all_said else 0.0

    def mask(self, text: str, mark: str = "…") -> tuple[str, float]:
        """Return a text with ``mark`` for what must not be shown, and the share that is left."""
        unsafe = self.unsafe(text)
        hidden = {at for unit in unsafe for at in range(unit.start, unit.end)}
        count = sum(1 for _ in units(text))
        shown = "".join(GONE if at in hidden else char for at, char in enumerate(text))
        shown = re.sub(r"\{[a-z_]+\}", GONE, shown)
        shown = re.sub(rf"{GONE}(?:[\s,，、]*{GONE})*", mark, shown)
        return shown.strip(), 1 - len(unsafe) / count if count else 0.0
