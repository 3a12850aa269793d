"""ISO-2022-JP as Microsoft writes it: circled numbers and other signs that the standard lacks."""

from __future__ import annotations

import re

_ESCAPE = re.compile(rb"(\x1b(?:\$[@B]|\([BJI]))")
_PAIR = re.compile(rb"[\x21-\x7e]{2}")


def decode(data: bytes) -> str:
    """The text, by way of Microsoft's Shift-JIS, which has the same signs in other places."""
    pieces: list[bytes] = []
    mode = b""
    for piece in _ESCAPE.split(data):
        if _ESCAPE.fullmatch(piece):
            mode = piece
        elif mode[1:2] == b"$":
            pieces.append(_PAIR.sub(_moved, piece))
        elif mode == b"\x1b(I":
            pieces.append(bytes(byte | 0x80 if byte > 0x20 else byte for byte in piece))
        else:
            pieces.append(piece)
    return b"".join(pieces).decode("cp932", "replace")


def _moved(pair: re.Match[bytes]) -> bytes:
    """A character of the JIS table at its place in Shift-JIS."""
    row, cell = pair[0][0] - 0x21, pair[0][1]
    first = row // 2 + (0x81 if row < 62 else 0xC1)
    second = cell + 0x7E if row % 2 else cell + 0x1F + (cell > 0x5F)
    return bytes((first, second))
