"""What an adapter is: from a raw request to incoming messages. No Django."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from intake.errors import Refused, StaleTimestamp, Unreadable
from tickets.records import BouncedMail, IncomingMessage


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A request as it came; header names are in lower case.

    ``url`` is the public address with its query, as the platform called it.
    """

    body: bytes
    headers: Mapping[str, str]
    received_at: datetime
    query: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Door:
    """What an adapter needs to know of the source.

    ``secret`` is one secret as plain text, or several as a JSON object of names and values, which
    each adapter lists; it is encrypted at rest and never logged. ``settings`` holds what need not
    be kept secret.
    """

    slug: str
    secret: str
    window_seconds: int = 300
    settings: Mapping[str, Any] = field(default_factory=dict)

    def secret_named(self, name: str, *, alone: bool = False) -> str:
        """Return one secret, "" without it; ``alone``: a plain text is this one."""
        return secret_named(self.secret, name, alone=alone)

    def setting(self, name: str, default: str = "") -> str:
        """Return a setting as text."""
        found = self.settings.get(name)
        return str(found) if isinstance(found, str | int) and found != "" else default


def secret_named(secret: str, name: str, *, alone: bool = False) -> str:
    """Return one of the secrets that a source holds, "" without it."""
    if not secret.startswith("{"):
        return secret if alone else ""
    try:
        found = json.loads(secret)[name]
    except (ValueError, KeyError):
        return ""
    return found if isinstance(found, str) else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform wants to hear, byte for byte."""

    body: str = ""
    status: int = 200
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something in a delivery that is no message, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message of ours, as its platform says.

    ``state`` is sent, delivered, read or failed. The message is named by the platform's
    ``external_id`` (as its sender returns it), helped by ``marker``, our own key where the
    platform gives it back; or by a watermark: all that went to ``address`` (as ``reply_to``
    names it) by the time ``at``. ``code`` is one of ours, ``why`` the platform's words.
    """

    state: str
    external_id: str = ""
    marker: str = ""
    address: str = ""
    at: datetime | None = None
    code: str = ""
    why: str = ""


Item = IncomingMessage | BouncedMail | Ignored | Receipt


class Adapter:
    """One kind of channel; every method is pure.

    Platforms that greet the door override ``shake_hands``, those that wait for certain words
    override ``answer``.
    """

    # Headers that ``parse`` needs are stored with the body; never those that carry secrets.
    kept_headers: ClassVar[tuple[str, ...]] = ()
    # The platform does not come again after a refusal, so somebody must hear of it.
    refusal_is_final: ClassVar[bool] = False

    def shake_hands(self, request: RawRequest, door: Door) -> Answer | None:
        """Answer a question about the door itself; None for a delivery. Raises Refused."""
        return None

    def verify(self, request: RawRequest, door: Door) -> str:
        """Say how the delivery was verified. Raises Refused."""
        raise Refused(why="this source takes no deliveries")

    def external_id(self, request: RawRequest, door: Door) -> str:
        """Return the source's own id of the delivery, "" without one. Raises BadBody."""
        return ""

    def parse(
        self, body: bytes, received_at: datetime, door: Door, headers: Mapping[str, str]
    ) -> Sequence[Item]:
        """Return what the stored body holds. Raises Unreadable."""
        raise Unreadable("nothing reads this kind of delivery")

    def answer(self, request: RawRequest, door: Door) -> Answer | None:
        """Return what the platform wants to hear after its delivery was stored; None: JSON."""
        return None


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
