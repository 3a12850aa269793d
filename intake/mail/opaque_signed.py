"""The content of an opaquely signed S/MIME part: wrapped (CMS), not encrypted, so readable."""

from __future__ import annotations

_ID_DATA = bytes.fromhex("06092a864886f70d010701")
_MAX_DEPTH = 4


def content(der: bytes) -> bytes:
    """The signed content, or b'' when there is none to read (encrypted, or signatures alone)."""
    if der[:1] != b"\x30":
        return b""
    at = der.find(_ID_DATA)
    if at < 0 or bytes.fromhex("06092a864886f70d010702") not in der[:at]:
        return b""
    position = at + len(_ID_DATA)
    if der[position : position + 1] != b"\xa0":
        return b""
    position, _ = _length(der, position + 1)
    return _octets(der, position, 0)[0]


def _length(der: bytes, position: int) -> tuple[int, int]:
    """Where the value starts and how long it is; -1 for 'until the end mark'."""
    if position >= len(der):
        return position, 0
    first = der[position]
    if first < 0x80:
        return position + 1, first
    if first == 0x80:
        return position + 1, -1
    count = min(first & 0x7F, 8)
    return position + 1 + count, int.from_bytes(der[position + 1 : position + 1 + count], "big")


def _octets(der: bytes, position: int, depth: int) -> tuple[bytes, int]:
    """An octet string, whole or in pieces."""
    if depth > _MAX_DEPTH or position >= len(der):
        return b"", len(der)
    tag = der[position]
    start, size = _length(der, position + 1)
    if tag == 0x04:
        return der[start : start + max(size, 0)], start + max(size, 0)
    if tag != 0x24:
        return b"", len(der)
    pieces: list[bytes] = []
    end = len(der) if size < 0 else min(start + size, len(der))
    while start < end and der[start : start + 2] != b"\x00\x00":
        piece, start = _octets(der, start, depth + 1)
        pieces.append(piece)
    return b"".join(pieces), start + 2
