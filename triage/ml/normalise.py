"""Folded text for features, with the way back to the original characters.

Everything the model reads went through `normalise`; `Folded.span` turns a stretch of the folded
text into a stretch of what the customer wrote, so that a reason can be underlined there.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

import opencc

MAX_CHARS = 16_000
"""Longer texts are read at both ends only: the problem stands first, the demand last."""
_HEAD = 12_000

_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MOST_REMEMBERED = 20_000
Masks = tuple[tuple[str, re.Pattern[str]], ...]
_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "`": "'", "´": "'"})
_LINKS: Masks = (("masklink", re.compile(r"(?:https?://|www\.)[^\s\u3000-\u9fff，。]+")),)
_MAILS: Masks = (("maskmail", re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")),)
_NUMBERS: Masks = (
    ("maskcode", re.compile(r"(?<![a-z0-9])(?:[a-z]{1,4}[-#]?\d{4,}|\d{3,4}(?:[- ]\d{3,4}){2,})")),
    ("maskdigits", re.compile(r"\d{6,}")),
)
_LONG_NUMBER = re.compile(r"[\d\- ]\d{3}")

_QUOTED_LINE = re.compile(r"^\s*(?:>|\|)")
_QUOTE_HEAD = re.compile(
    r"^\s*(?:-{2,}\s*(?:original message|forwarded message|原始邮件|原邮件|转发邮件).*"
    r"|on .{4,120} wrote:\s*|.{0,60}(?:写道|寫道)\s*[::]\s*)$",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"^\s*(?:--\s*|_{5,}\s*|sent from my .{1,40}|get outlook for .{1,20}|[发發]自我的.{1,20}"
    r"|来自.{1,16}客户端)$",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"confidential(?:ity)? notice|intended (?:only|solely) for|if you are not the intended"
    r"|本邮件.{0,12}(?:保密|机密)|unsubscribe from this list",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Folded:
    """Text as the model sees it; `starts[i]`, `ends[i]` are where character i came from."""

    text: str
    starts: list[int] | range
    ends: list[int] | range

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original characters behind `text[start:end]` (end not included)."""
        if start >= end or not self.text:
            return (0, 0)
        return (self.starts[start], self.ends[min(end, len(self.text)) - 1])


def normalise(text: str) -> Folded:
    """Fold width, case and script; drop quotes and signatures; mask numbers and addresses.

    Parameters
    ----------
    text : str
        Anything at all; only the first 12,000 and last 4,000 characters of a longer one are read.

    Returns
    -------
    Folded
        Never longer than a small multiple of `MAX_CHARS`.
    """
    folded = _fold(text)
    folded = _keep_new_lines(folded)
    return _mask(folded)


def _fold(text: str) -> Folded:
    chars = set(text)
    if len(text) <= MAX_CHARS and (chars <= _alone or all(map(_stands_alone, chars))):
        simple = _simplify(text.translate(_folded_alone))
        return Folded(simple, range(len(text)), range(1, len(text) + 1))
    # A lone surrogate is no character and breaks the tools behind; its place is kept.
    source = _SURROGATE.sub("\ufffd", text).translate(_QUOTES)
    pieces = {char: _piece(char) for char in set(source)}
    if len(source) > MAX_CHARS or any(unicodedata.combining(char) for char in pieces):
        return _fold_slowly(source)
    return _fold_alone(source, pieces)


_alone: set[str] = set()
_folded_alone: dict[int, str] = {}


def _stands_alone(char: str) -> bool:
    """Whether a character folds to one other, whatever stands beside it; it is remembered then."""
    written = _SURROGATE.sub("\ufffd", char).translate(_QUOTES)
    piece = _piece(written)
    if len(piece) != 1 or unicodedata.combining(written) or len(_alone) >= _MOST_REMEMBERED:
        return False
    _folded_alone[ord(char)] = piece
    _alone.add(char)
    return True


def _fold_alone(source: str, pieces: dict[str, str]) -> Folded:
    """Fold characters each for itself, where no accent joins the one before."""
    folded = [pieces[char] for char in source]
    text = _simplify("".join(folded))
    if all(len(piece) == 1 for piece in pieces.values()):
        return Folded(text, range(len(text)), range(1, len(text) + 1))
    starts = [place for place, piece in enumerate(folded) for _ in piece]
    return Folded(text, starts, [place + 1 for place in starts])


@lru_cache(maxsize=_MOST_REMEMBERED)
def _piece(characters: str) -> str:
    """One character with its accents, folded."""
    return _CONTROL.sub("", unicodedata.normalize("NFKC", characters).lower()[:8])


def _fold_slowly(source: str) -> Folded:
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(source):
        piece = _piece(source[start:end])
        parts.append(piece)
        starts.extend([start] * len(piece))
        ends.extend([end] * len(piece))
    return Folded(_simplify("".join(parts)), starts, ends)


def _clusters(source: str) -> list[tuple[int, int]]:
    """Each character together with the accents that follow it."""
    indexes: list[int] = list(range(len(source)))
    if len(source) > MAX_CHARS:
        indexes = indexes[:_HEAD] + indexes[len(source) - (MAX_CHARS - _HEAD) :]
    clusters: list[tuple[int, int]] = []
    for index in indexes:
        joins = clusters and clusters[-1][1] == index and unicodedata.combining(source[index])
        if joins and index - clusters[-1][0] < 8:
            clusters[-1] = (clusters[-1][0], index + 1)
        else:
            clusters.append((index, index + 1))
    return clusters


@cache
def _converter() -> Callable[[str], str]:
    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert


def _simplify(text: str) -> str:
    """Traditional characters as Simplified ones, without changing the length."""
    if not _CJK.search(text):
        return text
    convert = _converter()
    simple = convert(text)
    if len(simple) == len(text):
        return simple
    return "".join(one if len(one) == 1 else char for char in text for one in (convert(char),))


def _keep_new_lines(folded: Folded) -> Folded:
    """Without quoted mails, signatures and legal boilerplate; all of it if nothing else is left."""
    if "\n" not in folded.text:
        return folded
    kept: list[tuple[int, int]] = []
    position = 0
    for line in folded.text.splitlines(keepends=True):
        bare = line.rstrip("\r\n")
        start, position = position, position + len(line)
        if len(bare) < 200 and (_QUOTE_HEAD.match(bare) or _SIGNATURE.match(bare)):
            break
        if not _QUOTED_LINE.match(bare) and not _BOILERPLATE.search(bare[:400]):
            kept.append((start, position))
    if not any(folded.text[start:end].strip() for start, end in kept):
        return folded
    return _cut(folded, kept)


def _cut(folded: Folded, kept: list[tuple[int, int]]) -> Folded:
    if len(kept) == 1 and kept[0] == (0, len(folded.text)):
        return folded
    return Folded(
        "".join(folded.text[start:end] for start, end in kept),
        [place for start, end in kept for place in folded.starts[start:end]],
        [place for start, end in kept for place in folded.ends[start:end]],
    )


def _mask(folded: Folded) -> Folded:
    text = folded.text
    if "://" in text or "www." in text:
        folded = _replace(folded, _LINKS)
    if "@" in text:
        folded = _replace(folded, _MAILS)
    return _replace(folded, _NUMBERS) if _LONG_NUMBER.search(text) else folded


def _replace(folded: Folded, masks: Masks) -> Folded:
    for name, pattern in masks:
        folded = _replace_with(folded, pattern, f" {name} ")
    return folded


def _replace_with(folded: Folded, pattern: re.Pattern[str], token: str) -> Folded:
    matches = list(pattern.finditer(folded.text))
    if not matches:
        return folded
    texts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for match in matches:
        texts += [folded.text[position : match.start()], token]
        starts.extend(folded.starts[position : match.start()])
        ends.extend(folded.ends[position : match.start()])
        first, last = folded.span(*match.span())
        starts.extend([first] * len(token))
        ends.extend([last] * len(token))
        position = match.end()
    texts.append(folded.text[position:])
    starts.extend(folded.starts[position:])
    ends.extend(folded.ends[position:])
    return Folded("".join(texts), starts, ends)
