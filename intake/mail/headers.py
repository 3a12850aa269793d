"""Header lines of a mail or part: split, unfold, decode."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from intake.mail import charsets, limits
from intake.mail.encoded_words import decode_words

_FIELD = re.compile(rb"([!-9;-~\x80-\xff][!-9;-~\x80-\xff ]{0,77}?)[ \t]{0,20}:")
_KNOWN = re.compile(
    rb"(?:x-[\w-]+|received|return-path|delivered-to|from|to|cc|bcc|subject|date|message-id|reply-to|sender"
    rb"|mime-version|content-[\w-]+|in-reply-to|references|list-[\w-]+|precedence|auto-submitted|importance"
    rb"|thread-[\w-]+|dkim-signature|authentication-results|user-agent|organization|errors-to|status"
    rb"|received-spf|arc-[\w-]+|envelope-to|resent-[\w-]+|return-receipt-to"
    rb"|disposition-notification-to)[ \t]*:",
    re.IGNORECASE,
)
#: So many lines that are no fields are passed over before the rest is taken for the body.
_MAX_BROKEN = 100
_MBOX = re.compile(rb">?From \S*.{0,200}\d\d:\d\d")


@dataclass(slots=True)
class Headers:
    """The fields of one part, in order, as bytes; decoded when asked for."""

    fields: list[tuple[str, bytes]] = field(default_factory=list)
    hint: str = ""
    _by_name: dict[str, list[bytes]] = field(default_factory=dict)
    _indexed: int = 0

    def raw(self, name: str) -> bytes:
        """The first non-empty value, folded as it came."""
        found = self._values(name)
        return found[0] if found else b""

    def _values(self, name: str) -> Sequence[bytes]:
        for key, value in self.fields[self._indexed :]:
            if value.strip():
                self._by_name.setdefault(key.lower(), []).append(value)
        self._indexed = len(self.fields)
        return self._by_name.get(name.lower(), ())

    def unfolded(self, name: str) -> str:
        """The first non-empty value on one line, encoded words left alone."""
        return self._unfold(self.raw(name))

    def all_unfolded(self, name: str) -> list[str]:
        """Every non-empty value of a field."""
        return [self._unfold(value) for value in self._values(name)]

    def text(self, name: str) -> str:
        """The first non-empty value as people read it."""
        return one_line(decode_words(self.unfolded(name)))

    def decoded(self) -> Iterator[tuple[str, str]]:
        """All fields as people read them."""
        for key, value in self.fields:
            yield key, one_line(decode_words(self._unfold(value)))

    def _unfold(self, value: bytes) -> str:
        text, _ = charsets.decode(value[: limits.MAX_HEADER_CHARS], "", self.hint)
        if "\n" not in text:
            return text.strip()
        return " ".join(line.strip(" \t\r") for line in text.split("\n")).strip()


def one_line(text: str) -> str:
    """Decoded header text without line breaks, tabs and controls."""
    return " ".join(charsets.clean(text).replace("\t", " ").split("\n")).replace("\r", "").strip()


def split(  # noqa: C901 - one branch for each kind of line
    data: bytes, start: int, end: int, *, top: bool
) -> tuple[Headers, int, list[str]]:
    """Fields between `start` and `end`, where the body starts, and what was wrong."""
    headers, defects = Headers(), []
    position = _skip_preface(data, start, end) if top else start
    folded: list[bytes] = []
    name = ""
    broken = 0

    def finish() -> None:
        if name and len(headers.fields) < limits.MAX_HEADERS:
            headers.fields.append((name, b"".join(folded)))

    while position < end:
        newline = data.find(b"\n", position, end)
        after = end if newline < 0 else newline + 1
        line = data[position:after]
        bare = line.rstrip(b"\r\n")
        if not bare.strip(b" \t\x00"):
            if bare and name and _looks_like_field(data, after, end):
                position = after
                continue
            position = after
            break
        found = None if bare[0] in b" \t" else _field_of(bare)
        if bare[0] in b" \t" and name:
            folded.append(b"\n" + bare)
        elif found:
            finish()
            name, folded = found[1].decode("latin-1").strip(), [bare[found.end() :]]
        elif _MBOX.match(bare):
            defects.append("mbox line among the headers")
        elif (name or top) and broken < _MAX_BROKEN and _fields_follow(data, after, end):
            broken += 1
            defects.append("broken line among the headers")
            if name.lower() in ("subject", "thread-topic", "comments"):
                folded.append(b"\n " + bare)
        else:
            if name or not top:
                defects.append("no empty line between headers and body")
            break
        position = after
    finish()
    if len(headers.fields) >= limits.MAX_HEADERS:
        defects.append(f"more than {limits.MAX_HEADERS} headers")
    return headers, position, defects


def _field_of(line: bytes) -> re.Match[bytes] | None:
    """The field name at the start of a line; a name holds no blank, prose does."""
    found = _FIELD.match(line)
    if found and (b" " in found[1].strip() or (found[1][0] >= 0x80)):
        return None
    return found


def _skip_preface(data: bytes, start: int, end: int) -> int:
    """Over a byte order mark, empty lines and an mbox 'From ' line."""
    if data.startswith(b"\xef\xbb\xbf", start):
        start += 3
    while start < end and data[start] in b" \t\r\n\x00":
        start += 1
    if _MBOX.match(data[start : start + 400]) or data.startswith((b"From - ", b">From "), start):
        newline = data.find(b"\n", start, end)
        return end if newline < 0 else newline + 1
    return start


def _looks_like_field(data: bytes, position: int, end: int) -> bool:
    line = data[position : min(end, position + 120)]
    return bool(_KNOWN.match(line))


def _fields_follow(data: bytes, position: int, end: int) -> bool:
    """Whether a known field comes within the next few lines, before an empty one."""
    for _ in range(5):
        line = data[position : min(end, position + 400)].split(b"\n", 1)[0]
        if not line.strip():
            return False
        if _KNOWN.match(line):
            return True
        newline = data.find(b"\n", position, end)
        if newline < 0:
            return False
        position = newline + 1
    return False
