"""Which addresses may be asked at all: a platform's own hosts, by https, on the open internet.

What a customer's message names must never make us speak to our own network (domain guide,
channels case 19). Names are compared with a list; the numbers behind them are looked at again when
the connection is made, so that a name cannot change its mind in between. No Django.
"""

import ipaddress
import re
import socket
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from intake.media.problems import MediaLater, MediaRefused, Problem

_NAME = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
LONGEST_URL = 4000


@dataclass(frozen=True, slots=True)
class Target:
    """An address that passed: where to connect and what to ask for."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def place(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"


def check_url(url: str, *, hosts: Iterable[str], test_places: Collection[str] = ()) -> Target:
    """Return where the address leads. Raises MediaRefused for what is not on the list.

    ``hosts`` are names, or endings that begin with a dot. ``test_places`` ("127.0.0.1:8123") may
    also be asked by http; they come from the settings of the installation alone.
    """
    # Parsers disagree about these, and what they disagree about gets past lists.
    if len(url) > LONGEST_URL or not url.isascii() or re.search(r"[\x00-\x20\x7f\\]", url):
        raise MediaRefused(Problem.HOST, "the address has characters that no address has")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower().rstrip("."), parts.port
    except ValueError:
        raise MediaRefused(Problem.HOST, "the address is none") from None
    if "@" in parts.netloc:
        raise MediaRefused(Problem.HOST, "the address holds a name and password")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    port = port if port is not None else (443 if parts.scheme == "https" else 80)
    target = Target(parts.scheme, host, port, path)
    if target.place in test_places and parts.scheme in {"http", "https"}:
        return target
    if parts.scheme != "https" or port != 443:
        raise MediaRefused(Problem.HOST, "only https on its usual port is asked")
    if not _NAME.fullmatch(host):
        raise MediaRefused(Problem.HOST, "the host is not a name")
    if not is_listed(host, hosts):
        raise MediaRefused(Problem.HOST, host)
    return target


def is_listed(host: str, hosts: Iterable[str]) -> bool:
    """Tell whether a name is on the list, by itself or by its ending."""
    for entry in hosts:
        wanted = entry.strip().lower()
        if wanted.startswith(".") and len(wanted) > 2 and host.endswith(wanted):
            return True
        if host == wanted:
            return True
    return False


def is_public(address: str) -> bool:
    """Tell whether a number belongs to the open internet, also when it hides in a longer one."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = [found.ipv4_mapped, found.sixtofour, *(found.teredo or ())]
        if found in _NAT64 or int(found) >> 32 == 0:
            inner.append(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF))
        if any(part is not None and not part.is_global for part in inner):
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def resolve(host: str, port: int, *, may_be_private: bool) -> str:
    """Return the number to connect to. Raises MediaRefused where any of them is our own network."""
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise MediaLater(Problem.UNREACHABLE, "the name is not known") from None
    numbers = [str(info[4][0]) for info in infos]
    if not numbers:
        raise MediaLater(Problem.UNREACHABLE, "the name is not known")
    if not may_be_private and not all(is_public(number) for number in numbers):
        raise MediaRefused(Problem.PRIVATE, host)
    return numbers[0]
