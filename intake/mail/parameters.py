"""Content-Type and Content-Disposition: value and parameters (RFC 2045, RFC 2231, and less)."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from intake.mail import charsets
from intake.mail.encoded_words import decode_words

_MAX_CHARS = 20_000
_NAME = re.compile(r"\s*([^\s=;\"']+)\s*=\s*")
_SECTION = re.compile(r"^(.+?)\*(?:(\d{1,4})(\*?))?$")
_PERCENT = re.compile(r"%[89A-Fa-f][0-9A-Fa-f]")
_LOST_CHARSET = re.compile(r"charset\s*[=:]\s*[\"']?([\w.:+-]+)", re.IGNORECASE)


def parse(value: str) -> tuple[str, dict[str, str]]:
    """The bare value in lower case, and its parameters with decoded text."""
    main, semicolon, rest = value[:_MAX_CHARS].partition(";")
    if not semicolon and "=" in main:
        main, _, rest = main.strip().partition(" ")
    pairs = _pairs(rest)
    params = _join_sections(pairs)
    if "charset" not in params:
        lost = _LOST_CHARSET.search(value[:_MAX_CHARS])
        if lost:
            params["charset"] = lost[1]
    return _bare(main), params


def _bare(main: str) -> str:
    return re.sub(r"\([^)]*\)|[\s\"']", "", main[:300]).lower()


def _pairs(rest: str) -> list[tuple[str, str]]:
    """Name and value of each parameter, unquoted."""
    pairs: list[tuple[str, str]] = []
    position = 0
    while position < len(rest) and len(pairs) < 400:
        found = _NAME.match(rest, position)
        if not found:
            following = rest.find(";", position)
            if following < 0:
                break
            position = following + 1
            continue
        value, position = _value(rest, found.end())
        pairs.append((found[1].lower(), value))
    return pairs


def _value(rest: str, position: int) -> tuple[str, int]:
    if position < len(rest) and rest[position] == '"':
        end = position + 1
        while end < len(rest) and rest[end] != '"':
            end += 2 if rest[end] == "\\" and rest[end + 1 : end + 2] in ('"', "\\") else 1
        if end < len(rest):
            inner = re.sub(r'\\(["\\])', r"\1", rest[position + 1 : end])
            semicolon = rest.find(";", end)
            tail = rest[end + 1 : semicolon if semicolon >= 0 else len(rest)]
            if "=" in tail and tail[:1].isspace():
                return inner, end + 1  # the next parameter follows without a semicolon
            return inner, (len(rest) if semicolon < 0 else semicolon + 1)
        position += 1  # the closing quote is missing: as far as the next semicolon
    end = rest.find(";", position)
    end = len(rest) if end < 0 else end
    return rest[position:end].strip().strip("'"), end + 1


def _join_sections(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Plain parameters, and split or encoded ones (name*0*=) joined; the encoded form wins."""
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, value in pairs:
        found = _SECTION.match(name)
        if found:
            number, star = int(found[2] or 0), found[2] is None or bool(found[3])
            sections.setdefault(found[1], {}).setdefault(number, (value, star))
        elif not plain.get(name):
            plain[name] = value
    params = {name: _decoded(value) for name, value in plain.items()}
    for name, parts in sections.items():
        joined = _joined(parts)
        if joined:
            params[name] = joined
    return params


def _joined(parts: dict[int, tuple[str, bool]]) -> str:
    ordered = [parts[number] for number in sorted(parts)]
    if not any(star for _, star in ordered):
        return _decoded("".join(value for value, _ in ordered))
    charset, data = "", b""
    for index, (value, star) in enumerate(ordered):
        text = value
        if index == 0 and star and value.count("'") >= 2:
            charset, _, text = value.split("'", 2)
        if "=?" in text and "?=" in text:
            data += decode_words(text).encode(charsets.codec_for(charset) or "utf-8", "replace")
        elif star:
            data += unquote_to_bytes(text)
        else:
            data += text.encode(charsets.codec_for(charset) or "utf-8", "replace")
    return charsets.decode(data, charset)[0]


def _decoded(value: str) -> str:
    """A plain value; some encode it with RFC 2047 or percent signs, which is not allowed."""
    if "=?" in value:
        return decode_words(value)
    if _PERCENT.search(value) and value.isascii():
        try:
            return unquote_to_bytes(value).decode("utf-8")
        except UnicodeError:
            return value
    return value
