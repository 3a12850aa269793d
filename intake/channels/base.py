"""What an adapter is: from a raw request to incoming messages. No Django."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from intake.errors import Refused, StaleTimestamp
from tickets.records import IncomingMessage


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A request as it came; header names are in lower case."""

    body: bytes
    headers: Mapping[str, str]
    received_at: datetime
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Door:
    """What an adapter needs to know of the source."""

    slug: str
    secret: str
    window_seconds: int = 300


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something in a delivery that is no message, and why."""

    why: str


class Adapter(Protocol):
    """One kind of channel."""

    def verify(self, request: RawRequest, door: Door) -> str:
        """Say how the delivery was verified. Raises Refused."""

    def external_id(self, request: RawRequest) -> str:
        """Return the source's own id of the delivery, "" without one. Raises BadBody."""

    def parse(
        self, body: bytes, received_at: datetime, door: Door
    ) -> Sequence[IncomingMessage | Ignored]:
        """Return what the stored body holds. Raises Unreadable."""


def body_digest(body: bytes) -> str:
    """Return the SHA-256 of a body, in hex."""
    return hashlib.sha256(body).hexdigest()


def verify_signed(request: RawRequest, door: Door) -> str:
    """Check X-Redress-Timestamp and X-Redress-Signature: HMAC-SHA256 over ``timestamp.body``.

    Compares bytes in constant time; a header with strange characters is refused, never an error.
    """
    timestamp = request.headers.get("x-redress-timestamp", "")
    signature = request.headers.get("x-redress-signature", "")
    if not timestamp or not signature:
        raise Refused(why="X-Redress-Timestamp and X-Redress-Signature are needed")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise Refused(why="X-Redress-Timestamp must be Unix seconds")
    expected = sign(door.secret, timestamp, request.body)
    given = signature.encode("utf-8", "surrogateescape")
    if not door.secret or not hmac.compare_digest(expected.encode(), given):
        raise Refused(why="it must be sha256=<hex of HMAC-SHA256(secret, timestamp.body)>")
    age = abs(request.received_at.timestamp() - int(timestamp))
    if age > door.window_seconds:
        raise StaleTimestamp(seconds=door.window_seconds)
    return "signature"


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return the value of X-Redress-Signature."""
    mac = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={mac.hexdigest()}"
