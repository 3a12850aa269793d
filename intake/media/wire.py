"""Asking a platform over the network, within bounds of place, size and time. No Django."""

import base64
import json
import ssl
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from urllib.parse import urljoin

import httpcore

from intake.media.guard import Target, check_url, resolve
from intake.media.problems import MediaLater, MediaRefused, Problem

LARGEST_ANSWER = 1024 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LATER = frozenset({202, 408, 425, 429})
_GONE = frozenset({404, 410})
_AGENT = "Redress"


@dataclass(frozen=True, slots=True)
class Ask:
    """A GET, or a POST where there is ``body``; ``key`` stays with the host that it is for."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    @classmethod
    def bearing(cls, url: str, key: str) -> "Ask":
        """Return a GET with a bearer token."""
        return cls(url, {"Authorization": f"Bearer {key}"})

    @classmethod
    def named(cls, url: str, user: str, password: str) -> "Ask":
        """Return a GET with basic authentication."""
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        return cls(url, {"Authorization": f"Basic {pair}"})


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address held."""

    content: bytes
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much and how long."""

    largest_bytes: int = 25 * 1024 * 1024
    connect_seconds: float = 5.0
    read_seconds: float = 10.0
    total_seconds: float = 60.0
    most_redirects: int = 3


class Net:
    """One conversation with a platform; its time counts from when it is made."""

    def __init__(
        self,
        hosts: Iterable[str],
        *,
        test_places: Collection[str] = (),
        limits: Limits | None = None,
    ) -> None:
        self.hosts = tuple(hosts)
        self.test_places = frozenset(test_places)
        self.limits = limits or Limits()
        self.ends_at = time.monotonic() + self.limits.total_seconds

    def get(self, ask: Ask) -> Fetched:
        """Return what the address holds. Raises MediaRefused, MediaLater."""
        return self._follow(ask, self.limits.largest_bytes)

    def ask(self, ask: Ask) -> Mapping[str, Any]:
        """Return a JSON answer, an empty one where it is none. Raises MediaRefused, MediaLater."""
        return read_json(self._follow(ask, LARGEST_ANSWER).content)

    def _follow(self, ask: Ask, largest: int) -> Fetched:
        for _ in range(self.limits.most_redirects + 1):
            target = check_url(ask.url, hosts=self.hosts, test_places=self.test_places)
            found = self._once(ask, target, largest)
            if isinstance(found, Fetched):
                return found
            following = urljoin(ask.url, found)
            there = check_url(following, hosts=self.hosts, test_places=self.test_places)
            # A key is for the host that it was given to, not for where that one sends us.
            headers = ask.headers if there.place == target.place else {}
            ask = replace(ask, url=following, headers=headers, body=None)
        raise MediaRefused(Problem.ODD_ANSWER, "it leads from place to place")

    def _once(self, ask: Ask, target: Target, largest: int) -> Fetched | str:
        backend = _Guarded(self.test_places, self.ends_at)
        default = 443 if target.scheme == "https" else 80
        shown = target.host if target.port == default else target.place
        headers: dict[bytes | str, bytes | str] = {
            "Host": shown,
            "User-Agent": _AGENT,
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        headers.update(dict(ask.headers))
        seconds = self.limits
        timeouts = {
            "connect": seconds.connect_seconds,
            "read": seconds.read_seconds,
            "write": seconds.read_seconds,
            "pool": seconds.connect_seconds,
        }
        with (
            _errors_named(),
            httpcore.ConnectionPool(ssl_context=_trust(), network_backend=backend) as pool,
            pool.stream(
                "GET" if ask.body is None else "POST",
                httpcore.URL(
                    scheme=target.scheme.encode(),
                    host=target.host.encode(),
                    port=target.port,
                    target=target.path.encode(),
                ),
                headers=headers,
                content=ask.body,
                extensions={"timeout": timeouts},
            ) as response,
        ):
            return self._read(response, largest)

    def _read(self, response: httpcore.Response, largest: int) -> Fetched | str:
        headers = {name.decode("latin-1").lower(): value for name, value in response.headers}
        status = response.status
        if status in _REDIRECTS and headers.get("location"):
            return headers["location"].decode("latin-1")
        _judge(status, headers)
        if headers.get("content-encoding", b"identity").strip().lower() not in {b"", b"identity"}:
            raise MediaRefused(Problem.ODD_ANSWER, "it is packed, which was not asked for")
        said = headers.get("content-length", b"")
        if said.isdigit() and len(said) < 20 and int(said) > largest:
            raise MediaRefused(Problem.TOO_LARGE, f"{int(said)} bytes")
        content = bytearray()
        for chunk in response.iter_stream():
            content += chunk
            if len(content) > largest:
                raise MediaRefused(Problem.TOO_LARGE, f"more than {largest} bytes")
        kind = headers.get("content-type", b"").decode("latin-1").partition(";")[0]
        return Fetched(bytes(content), kind.strip().lower()[:120])


def _judge(status: int, headers: Mapping[str, bytes]) -> None:
    if status in {200, 203}:
        return
    if status in _GONE:
        raise MediaRefused(Problem.GONE, f"it answered {status}")
    if status in _LATER or status >= 500:
        after = headers.get("retry-after", b"")
        seconds = float(after) if after.isdigit() and len(after) < 8 else None
        raise MediaLater(Problem.UNREACHABLE, f"it answered {status}", seconds)
    raise MediaRefused(Problem.REFUSED, f"it answered {status}")


def read_json(content: bytes) -> Mapping[str, Any]:
    """Return a JSON object, an empty one where it is none."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


@contextmanager
def _errors_named() -> Iterator[None]:
    """Say what failed without the address: it may hold a key."""
    try:
        yield
    except httpcore.TimeoutException:
        raise MediaLater(Problem.TOO_SLOW, "it took too long") from None
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise MediaLater(Problem.UNREACHABLE, type(error).__name__) from None


@cache
def _trust() -> ssl.SSLContext:
    """Return what is needed to know a host; reading the authorities takes a while."""
    return ssl.create_default_context()


class _Guarded(httpcore.NetworkBackend):
    """Connects to the number that was looked at, never to a name that is looked up again."""

    def __init__(self, test_places: Collection[str], ends_at: float) -> None:
        self._plain = httpcore.SyncBackend()
        self._test_places = test_places
        self._ends_at = ends_at

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect, unless the name leads to our own network. Raises MediaRefused, MediaLater."""
        is_test = f"{host}:{port}" in self._test_places
        number = resolve(host, port, may_be_private=is_test)
        stream = self._plain.connect_tcp(
            number, port, timeout=_left(timeout, self._ends_at), local_address=local_address
        )
        return _Timed(stream, self._ends_at)


def _left(timeout: float | None, ends_at: float) -> float:
    left = ends_at - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left if timeout is None else min(timeout, left)


class _Timed(httpcore.NetworkStream):
    """A stream that ends when the time for the whole is over: drops of bytes do not prolong it."""

    def __init__(self, stream: httpcore.NetworkStream, ends_at: float) -> None:
        self._stream = stream
        self._ends_at = ends_at

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read within what time is left."""
        return self._stream.read(max_bytes, timeout=_left(timeout, self._ends_at))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write within what time is left."""
        self._stream.write(buffer, timeout=_left(timeout, self._ends_at))

    def close(self) -> None:
        """Close."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Speak TLS with the name that was asked for."""
        left = _left(timeout, self._ends_at)
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, left), self._ends_at)

    def get_extra_info(self, info: str) -> Any:
        """Pass on what is known of the connection."""
        return self._stream.get_extra_info(info)


def first_text(value: Mapping[str, Any], path: Sequence[str]) -> str:
    """Return the text at the end of a path, "" where there is none."""
    found: Any = value
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found[:2000] if isinstance(found, str) else ""
