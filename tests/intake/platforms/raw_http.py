"""Requests byte for byte, for what HTTP libraries would not send."""

import socket
from collections.abc import Iterable
from urllib.parse import urlencode, urlsplit

from tests.intake.standins.base import Call

Header = tuple[bytes, bytes]


def status_of(
    door: str, call: Call, extra: Iterable[Header] = (), *, query: bytes | None = None
) -> int:
    """Send the call with these headers besides its own, and return the status."""
    where = urlsplit(door)
    written = urlencode(call.query).encode() if query is None else query
    target = where.path.encode() + (b"?" + written if written else b"")
    lines = [b"POST " + target + b" HTTP/1.1", b"Host: " + where.netloc.encode()]
    lines += [f"{name}: {value}".encode() for name, value in call.headers.items()]
    lines += [name + b": " + value for name, value in extra]
    lines += [b"Content-Length: %d" % len(call.body), b"Connection: close", b"", call.body]
    with socket.create_connection((where.hostname or "", where.port or 80), 20) as wire:
        wire.sendall(b"\r\n".join(lines))
        head = b""
        while b"\r\n" not in head:
            more = wire.recv(4096)
            assert more, "the server hung up without a word"
            head += more
    return int(head.split()[1])
