"""RFC 2047 words in header values, in all the broken forms that are sent."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass

from intake.mail import charsets

_OPEN = re.compile(r"=\?([^?\s=]{0,60})\?([bBqQ])\?")
_HEX = re.compile(r"=([0-9A-Fa-f]{2})")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")


@dataclass(slots=True)
class _Word:
    charset: str
    encoding: str
    payload: str


def decode_words(value: str) -> str:
    """The value with every encoded word decoded; blanks between neighbours vanish."""
    if "=?" not in value:
        return value
    pieces: list[str] = []
    waiting: list[_Word] = []
    position = 0
    while True:
        found = _OPEN.search(value, position)
        end = _end_of(value, found) if found else -1
        if found is None or end < 0:
            break
        between = value[position : found.start()]
        if not waiting or between.strip():
            pieces += [_join(waiting), between]
            waiting = []
        waiting.append(_Word(found[1], found[2].lower(), value[found.end() : end]))
        position = end + 2
    pieces += [_join(waiting), value[position:]]
    return "".join(pieces)


def _end_of(value: str, opening: re.Match[str]) -> int:
    """Where the word's closing '?=' stands, or -1."""
    end = value.find("?=", opening.end())
    if end < 0:
        return -1
    if opening[2] in "qQ":
        # A literal question mark before an escape ("ok?=20now?=") is not the end.
        while re.match(r"[0-9A-Fa-f]{2}", value[end + 2 : end + 4]):
            later = value.find("?=", end + 2)
            if later < 0 or "=?" in value[end + 2 : later]:
                break
            end = later
    return end


def _join(words: list[_Word]) -> str:
    """Neighbouring words as one text: characters may be cut between them."""
    text: list[str] = []
    data = b""
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else None
        same = following is not None and following.charset.lower() == word.charset.lower()
        if (
            word.encoding == "b"
            and same
            and following is not None
            and following.encoding == "b"
            and _is_cut(word.payload)
        ):
            following.payload = word.payload + following.payload
            continue
        data += _bytes_of(word)
        if not same or _is_complete(data, word.charset):
            text.append(charsets.decode(data, word.charset)[0])
            data = b""
    return "".join(text)


def _is_cut(payload: str) -> bool:
    return "=" not in payload and len(_NOT_BASE64.sub("", payload)) % 4 != 0


def _is_complete(data: bytes, charset: str) -> bool:
    """Whether the bytes end on a whole character, so that the word stands alone."""
    codec = charsets.codec_for(charset)
    if not codec:
        return False
    try:
        data.decode(codec)
    except (UnicodeError, LookupError):
        return False
    return True


def _bytes_of(word: _Word) -> bytes:
    raw = word.payload.encode("utf-8", "replace")
    if word.encoding == "b":
        digits = _NOT_BASE64.sub("", word.payload)
        if len(digits) % 4 == 1:
            digits = digits[:-1]
        try:
            return binascii.a2b_base64(digits + "=" * (-len(digits) % 4))
        except binascii.Error:
            return raw
    if word.payload.isascii():
        spaced = word.payload.replace("_", " ").encode("ascii")
        return re.sub(rb"=([0-9A-Fa-f]{2})", lambda m: bytes((int(m[1], 16),)), spaced)
    # 8-bit characters left as they are inside a quoted word: the text was decoded before us.
    codec = charsets.codec_for(word.charset) or "utf_8"
    return _HEX.sub(lambda m: chr(int(m[1], 16)), word.payload.replace("_", " ")).encode(
        codec, "replace"
    )
