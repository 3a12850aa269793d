"""What every stand-in is: a platform on loopback that calls our door and takes our replies.

It is written from the platform's public contract, apart from the adapters, and it is strict: what
the platform would refuse, the stand-in refuses in the platform's words, and what the platform would
silently get wrong goes into ``complaints``.
"""

import copy
import http.client
import itertools
import json
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(64))
SOUND = b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00" + bytes(32)
_numbers = itertools.count(int(time.time()) % 100_000)


@dataclass(frozen=True, slots=True)
class Call:
    """A request that the platform makes to the door."""

    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Heard:
    """What the door answered."""

    status: int
    body: bytes
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came to the platform; header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=True))

    @property
    def bearer(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True, slots=True)
class Said:
    """What the platform answers: JSON, or bytes as they are."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Received:
    """A reply that reached the customer."""

    id: str
    to: str
    text: str


class StandIn:
    """One platform and one account at it.

    ``lacks`` says which scenarios this platform does not have, and why. ``signature`` names where
    the proof stands: a header, ``?name`` in the address, or "" when it is in the body.
    """

    name: ClassVar[str]
    kind: ClassVar[str]
    lacks: ClassVar[Mapping[str, str]] = {}
    signature: ClassVar[str] = ""
    # How often a delivery is tried in all, when the door does not take it.
    tries: ClassVar[int] = 4
    refusal_words: ClassVar[str] = ""

    def __init__(self) -> None:
        self.number = next(_numbers)
        self.secrets: dict[str, str] = {}
        self.base = ""
        self.door = ""
        self.faults: deque[Said] = deque()
        self.received: list[Received] = []
        self.complaints: list[str] = []
        self.asked: list[Asked] = []
        self.media: dict[str, bytes] = {}
        self.counter = itertools.count(1)
        self.lock = threading.Lock()

    # ---- the account, as our side sets it up ---------------------------------------------------

    @property
    def settings(self) -> dict[str, Any]:
        """What the source needs to know besides its secrets."""
        return {}

    def django_settings(self) -> dict[str, Any]:
        """Settings of the whole installation that this platform needs."""
        return {}

    @property
    def secret(self) -> str:
        """The source's secrets as they are stored."""
        return json.dumps(self.secrets)

    @property
    def person(self) -> str:
        """The platform's id of the customer; another for each stand-in."""
        return f"person-{self.number}"

    @property
    def address(self) -> str:
        """Where replies to the customer go, as ``received`` notes it."""
        return self.person

    # ---- calls to the door ---------------------------------------------------------------------

    def question(self, *, wrong: bool = False) -> Call | None:
        """The handshake; ``wrong``: somebody who does not know what was agreed on."""
        return None

    def is_answered(self, heard: Heard) -> bool:
        """Tell whether the handshake was answered as the platform wants it."""
        return heard.status == 200

    def letter(self, text: str, *, age: int = 0) -> Any:
        """A message of the customer, written ``age`` seconds ago; its id is new."""
        raise AssertionError("each platform has its own shape")

    def shown(self, text: str) -> str:
        """How a message of these words is shown to agents."""
        return text

    def picture(self) -> Any:
        """A message with a picture, which ``media`` holds."""
        raise AssertionError("each platform has its own shape")

    def call(self, *letters: Any, age: int = 0) -> Call:
        """A signed delivery, signed ``age`` seconds ago."""
        raise AssertionError("each platform has its own shape")

    def signed(self, body: bytes) -> Call:
        """Any body with a right proof, as a platform with a fault of its own would send it."""
        raise AssertionError("each platform has its own proof")

    def again(self, call: Call, count: int) -> Call:
        """The same delivery, sent again because the door did not take it in time."""
        return call

    def receipt(self, sent: Received, state: str) -> Call | None:
        """Tell what became of a reply: ``delivered``, ``read`` or ``failed``."""
        return None

    def is_content(self, heard: Heard) -> bool:
        """Tell whether the platform takes this answer for "I have it"."""
        return 200 <= heard.status < 300

    def comes_again(self, heard: Heard) -> bool:
        """Tell whether the platform tries again after this answer."""
        return not self.is_content(heard)

    def deliver(self, call: Call) -> list[Heard]:
        """Send with the platform's own patience; its pauses are left out."""
        heard = [self.visit(call)]
        while len(heard) < self.tries and self.comes_again(heard[-1]):
            heard.append(self.visit(self.again(call, len(heard))))
        return heard

    def impostor(self) -> Self:
        """Somebody who knows everything but the secrets."""
        other = copy.copy(self)
        other.secrets = {
            name: value if name == "aes_key" else f"{value[:-1]}?"
            for name, value in self.secrets.items()
        }
        return other

    def visit(self, call: Call) -> Heard:
        """Make one request over HTTP."""
        where = urlsplit(self.door)
        target = where.path + (f"?{urlencode(call.query)}" if call.query else "")
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=20)
        try:
            body = call.body if call.method == "POST" else None
            connection.request(call.method, target, body, dict(call.headers))
            response = connection.getresponse()
            kind = response.getheader("Content-Type", "")
            return Heard(response.status, response.read(), kind)
        finally:
            connection.close()

    # ---- the platform's own API ----------------------------------------------------------------

    def serve(self, asked: Asked) -> Said:
        """Answer a request to the API."""
        return Said(404, {})

    def is_sending(self, asked: Asked) -> bool:
        """Tell whether this request sends a message; only those meet ``faults``."""
        return asked.method == "POST"

    def check(self, condition: bool, why: str) -> None:
        """Note what the platform would get wrong without a word."""
        if not condition:
            self.complaints.append(why)

    def take(self, to: str, text: str, *, known_as: str = "") -> Received:
        """Put a reply into the customer's hands."""
        with self.lock:
            found = Received(known_as or f"out-{self.number}-{next(self.counter)}", to, text)
            self.received.append(found)
        return found

    def too_many(self, seconds: int) -> Said:
        """What is said to who sends too fast."""
        return Said(429, {"message": "Too Many Requests"}, {"Retry-After": str(seconds)})

    def out_of_order(self) -> Said:
        """What is said while the platform is down."""
        return Said(503, b"<html><h1>Service Unavailable</h1></html>")

    def expired(self) -> Said:
        """What is said to a token that has run out."""
        return Said(401, {"message": "invalid token"})

    def refusal(self) -> Said:
        """What is said to what will never be taken; holds ``refusal_words``."""
        return Said(400, {"message": self.refusal_words})

    # ---- life ----------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def respond(self, asked: Asked) -> Said:
        """Note the request, and answer it or with the next fault."""
        self.asked.append(asked)
        if self.faults and self.is_sending(asked):
            return self.faults.popleft()
        try:
            return self.serve(asked)
        except (KeyError, ValueError, TypeError, IndexError) as error:
            self.complaints.append(f"{asked.method} {asked.path}: {error!r}")
            return Said(400, {"message": "the request has not the documented shape"})


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            where = urlsplit(self.path)
            asked = Asked(
                method=self.command,
                path=where.path,
                query=dict(parse_qsl(where.query, keep_blank_values=True)),
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(int(self.headers.get("Content-Length") or "0")),
            )
            said = stand_in.respond(asked)
            raw = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
            self.send_response(said.status)
            kind = "text/html" if isinstance(said.body, bytes) else JSON_TYPE
            for name, value in ({"Content-Type": kind} | dict(said.headers)).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = _answer  # noqa: N815

        def log_message(self, *_args: Any) -> None:
            """Keep the tests' output clean."""

    return Handler


def now(age: int = 0) -> int:
    """Unix seconds, ``age`` seconds ago."""
    return int(time.time()) - age


def encoded(value: Any) -> bytes:
    """JSON as platforms write it: UTF-8, slashes escaped by some, never sorted."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def with_header(call: Call, name: str, value: str | None) -> Call:
    """The call with another value of a header; None takes it out."""
    headers = {key: found for key, found in call.headers.items() if key.lower() != name.lower()}
    return replace(call, headers=headers if value is None else headers | {name: value})


def with_parameter(call: Call, name: str, value: str | None) -> Call:
    """The call with another value in its address; None takes it out."""
    query = {key: found for key, found in call.query.items() if key != name}
    return replace(call, query=query if value is None else query | {name: value})
