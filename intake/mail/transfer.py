"""Content transfer encodings, undone as far as they can be."""

from __future__ import annotations

import binascii
import re

_NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
)
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,250})\r?\n", re.MULTILINE)
_QP_HINT = re.compile(rb"=(?:[0-9A-F]{2}|\r?\n)")


def name_of(value: str) -> str:
    """The encoding's proper name for what the header says; 'identity' for none, '' when unknown."""
    name = re.sub(r"\(.*?\)|[\"'\s_]", "", value.split(";", 1)[0][:100]).lower().replace("-", "")
    if name in ("base64", "b64", "base46", "bas64"):
        return "base64"
    if name in ("quotedprintable", "qp", "quoteprintable", "quotedprintables"):
        return "quoted-printable"
    if name in ("xuuencode", "uuencode", "xuue", "uue", "xuu"):
        return "uuencode"
    return (
        "identity"
        if name in ("", "7bit", "8bit", "binary", "7bits", "8bits", "none", "plain")
        else ""
    )


def decode(data: bytes, encoding: str) -> tuple[bytes, str]:
    """The decoded bytes and a defect ('' when all was well)."""
    name = name_of(encoding)
    if name == "base64":
        return _base64(data)
    if name == "quoted-printable":
        return quoted_printable(data), ""
    if name == "uuencode":
        files = find_uuencoded(data)
        return (files[0][3], "") if files else (data, "uuencoded part without its begin line")
    return data, "" if name else f"unknown transfer encoding {encoding[:40]!r}"


def quoted_printable(data: bytes) -> bytes:
    """Decoded; blanks at line ends, which transport may add, are removed first."""
    if any(blank in data for blank in (b" \n", b" \r", b"\t\n", b"\t\r")) or data.endswith(
        (b"= ", b"=\t")
    ):
        data = b"\n".join(_without_trailing_blanks(line) for line in data.split(b"\n"))
    return binascii.a2b_qp(data)


def _without_trailing_blanks(line: bytes) -> bytes:
    if line.endswith(b"\r"):
        return line[:-1].rstrip(b" \t") + b"\r"
    return line.rstrip(b" \t")


def _base64(data: bytes) -> tuple[bytes, str]:
    try:
        return binascii.a2b_base64(data.translate(None, b" \t\r\n"), strict_mode=True), ""
    except binascii.Error:
        pass
    if _is_prose(data):
        return data, "base64 part is not base64"
    digits = data.translate(None, _NOT_BASE64)
    pieces = [
        piece
        for piece in re.split(rb"=+", _encoded_lines(data) if b"=" in digits else digits)
        if piece
    ]
    decoded = bytearray()
    for piece in pieces:
        whole = piece[:-1] if len(piece) % 4 == 1 else piece
        decoded += binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))
    return bytes(decoded), "base64 part is damaged" if data.strip() else ""


def _encoded_lines(data: bytes) -> bytes:
    """The digits of the lines that can be base64: list footers are often put behind it."""
    kept, done = [], False
    for line in data.splitlines():
        digits = line.translate(None, _NOT_BASE64)
        if done and (len(digits) != len(line.strip()) or len(digits) % 4):
            break
        done = done or digits.endswith(b"=")
        kept.append(digits)
    return b"".join(kept)


def _is_prose(data: bytes) -> bool:
    """Whether a part that says base64 is plain text."""
    sample = data.strip()[:1500]
    lines = sample.split(b"\n")
    first = lines[0].strip()
    if len(first) >= 8 and len(first) % 4 == 0 and first.translate(None, _NOT_BASE64) == first:
        return False
    blanks = sum(1 for line in lines for _ in re.finditer(rb"[^ \t] +[^ \t]", line.strip()))
    foreign = len(sample.translate(None, b"\r\n \t")) - len(sample.translate(None, _NOT_BASE64))
    return blanks >= 2 or (foreign > 2 and foreign * 12 > len(sample))


def find_uuencoded(data: bytes) -> list[tuple[int, int, bytes, bytes]]:
    """Start, end, name and content of each uuencoded file inside a text."""
    files: list[tuple[int, int, bytes, bytes]] = []
    position = 0
    while len(files) < 50:
        begin = _UU_BEGIN.search(data, position)
        if not begin:
            return files
        content, end = _uu_lines(data, begin.end())
        if content is not None:
            files.append((begin.start(), end, begin[1].strip(), content))
        position = end
    return files


def _uu_lines(data: bytes, position: int) -> tuple[bytes | None, int]:
    """The decoded lines up to 'end', or None when these are not uuencoded lines."""
    content, lines = bytearray(), 0
    while position < len(data):
        newline = data.find(b"\n", position)
        after = len(data) if newline < 0 else newline + 1
        line = data[position:after].rstrip(b"\r\n")
        position = after
        if line.strip() == b"end":
            return bytes(content), position
        if not line.strip(b" `"):
            continue
        try:
            content += binascii.a2b_uu(line)
        except binascii.Error:
            expected = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                content += binascii.a2b_uu(line[:expected])
            except binascii.Error:
                return (bytes(content), position - len(line)) if lines > 2 else (None, position)
        lines += 1
    return (bytes(content), position) if lines > 2 else (None, position)


def looks_quoted_printable(data: bytes) -> bool:
    """Whether undeclared quoted-printable is likely."""
    return len(_QP_HINT.findall(data[:4000])) > 5
