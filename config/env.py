"""Typed reading of the environment: nonsense is refused with a sentence, not guessed at.

Every name that is asked for is remembered, so that a test can hold ``.env.example`` against it.
"""

import os
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from config.errors import SettingError

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})

NAMES_READ: set[str] = set()


def _raw(name: str) -> str | None:
    NAMES_READ.add(name)
    value = os.environ.get(name)
    return value.strip() if value is not None and value.strip() else None


def text(name: str, default: str = "") -> str:
    """Return the setting as text; an empty setting counts as not set."""
    value = _raw(name)
    return default if value is None else value


def secret(name: str, default: str = "") -> str:
    """Return a secret, from NAME or from the file that NAME_FILE points to (not both)."""
    value = _raw(name)
    file_name = _raw(f"{name}_FILE")
    if value is not None and file_name is not None:
        raise SettingError(f"Set {name} or {name}_FILE, not both.")
    if file_name is None:
        return default if value is None else value
    try:
        content = Path(file_name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{name}_FILE: {file_name} cannot be read ({error}).") from error
    if not content:
        raise SettingError(f"{name}_FILE: {file_name} is empty.")
    return content


def boolean(name: str, *, default: bool) -> bool:
    """Return true for 1/true/yes/on, false for 0/false/no/off; refuse anything else."""
    value = _raw(name)
    if value is None:
        return default
    if value.lower() in TRUE_WORDS:
        return True
    if value.lower() in FALSE_WORDS:
        return False
    raise SettingError(f"{name} is {value!r}; write true or false.")


def integer(
    name: str, default: int, *, minimum: int | None = None, maximum: int | None = None
) -> int:
    """Return a whole number inside the bounds (both included)."""
    value = _raw(name)
    if value is None:
        return default
    try:
        number = int(value)
    except ValueError:
        raise SettingError(f"{name} is {value!r}; write a whole number.") from None
    if minimum is not None and number < minimum:
        raise SettingError(f"{name} is {number}; it must be at least {minimum}.")
    if maximum is not None and number > maximum:
        raise SettingError(f"{name} is {number}; it must be at most {maximum}.")
    return number


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Return addresses and networks, such as 10.0.0.0/8, given as words."""
    found = []
    for word in words(name):
        try:
            found.append(ip_network(word, strict=False))
        except ValueError:
            text = f"{name}: {word!r} is no address or network, such as 10.0.0.0/8."
            raise SettingError(text) from None
    return found


def choice(name: str, default: str, *, allowed: Iterable[str]) -> str:
    """Return one of the allowed words."""
    value = text(name, default)
    words = tuple(allowed)
    if value not in words:
        raise SettingError(f"{name} is {value!r}; write one of: {', '.join(words)}.")
    return value


def time_zone(name: str, default: str) -> str:
    """Return the name of a time zone that this machine knows."""
    value = text(name, default)
    if value not in available_timezones():
        raise SettingError(f"{name} is {value!r}; write a zone such as Asia/Shanghai or UTC.")
    return value


def words(name: str, default: Iterable[str] = ()) -> list[str]:
    """Return a comma-separated list without empty parts."""
    value = _raw(name)
    if value is None:
        return list(default)
    return [part.strip() for part in value.split(",") if part.strip()]


def url(name: str, default: str = "", *, schemes: Iterable[str]) -> str:
    """Return an address with one of the schemes and no trailing slash."""
    value = secret(name, default)
    return _checked_url(name, value, schemes) if value else ""


def _checked_url(name: str, value: str, schemes: Iterable[str]) -> str:
    allowed = tuple(schemes)
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise SettingError(f"{name} is not an address: {error}.") from None
    # The value itself may hold a password, so it is not repeated in the message.
    if parts.scheme not in allowed:
        raise SettingError(f"{name} must start with {', '.join(f'{s}://' for s in allowed)}.")
    return value.rstrip("/")


def path(name: str, default: Path) -> Path:
    """Return an absolute path; relative ones start at the current folder."""
    value = _raw(name)
    return default if value is None else Path(value).expanduser().resolve()


def optional_path(name: str) -> Path | None:
    """Return an absolute path, or None when nothing is set."""
    value = _raw(name)
    return None if value is None else Path(value).expanduser().resolve()


def read_file(file: Path) -> None:
    """Put NAME=value lines of a file into the environment, which itself goes first."""
    if not file.is_file():
        return
    for number, raw_line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw_line.strip()
        if not line or line.startswith("#"):
            continue
        name, separator, value = line.partition("=")
        if not separator or not name.strip().isidentifier():
            raise SettingError(f"{file.name}, line {number}: write NAME=value.")
        os.environ.setdefault(name.strip(), value.strip().strip("'\""))
