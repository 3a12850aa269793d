"""What a chat source is set to, read leniently from its settings. No Django."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

DEFAULT_COLOUR = "#1d5bb5"
DEFAULT_MINUTES = 5
MOST_MINUTES = 24 * 60
LONGEST_TITLE = 60
LONGEST_GREETING = 500
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_HOST = re.compile(r"(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\]")
_DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """The settings of one widget; ``*_zh`` is for pages in Chinese, ``*_en`` for all others.

    ``origins`` are the pages that may show it; ``calendar`` names service hours of tickets.sla;
    a reply that nobody fetched goes by e-mail after ``email_after``.
    """

    origins: tuple[str, ...] = ()
    title_en: str = ""
    title_zh: str = ""
    greeting_en: str = ""
    greeting_zh: str = ""
    colour: str = DEFAULT_COLOUR
    side: str = "right"
    calendar: str = "cn-service"
    email_after: timedelta = timedelta(minutes=DEFAULT_MINUTES)
    shows_people: bool = True

    @property
    def on_colour(self) -> str:
        """Black or white, whichever can be read better on the colour."""
        light = _luminance(self.colour)
        return "#ffffff" if 1.05 / (light + 0.05) >= (light + 0.05) / 0.0555 else "#111111"

    def allows(self, origin: str) -> bool:
        """Tell whether a page of this origin may talk; never for an unclear one."""
        asked = normal_origin(origin)
        return bool(asked) and any(_matches(asked, allowed) for allowed in self.origins)


def read_settings(settings: Mapping[str, Any]) -> ChatSettings:
    """Return the settings; what cannot be used is as if it were not there."""
    return ChatSettings(
        origins=tuple(filter(None, map(normal_origin, words_of(settings.get("origins"))))),
        title_en=_text(settings, "title_en", LONGEST_TITLE),
        title_zh=_text(settings, "title_zh", LONGEST_TITLE),
        greeting_en=_text(settings, "greeting_en", LONGEST_GREETING),
        greeting_zh=_text(settings, "greeting_zh", LONGEST_GREETING),
        colour=colour_of(settings.get("colour")) or DEFAULT_COLOUR,
        side="left" if settings.get("side") == "left" else "right",
        calendar=_text(settings, "calendar", 40) or "cn-service",
        email_after=timedelta(minutes=_minutes(settings.get("email_after_minutes"))),
        shows_people=str(settings.get("show_people", True)).lower() not in {"false", "no", "0"},
    )


def words_of(value: Any) -> list[str]:
    """Return a list of texts, or the words of one text; commas and line ends part them too."""
    if isinstance(value, list | tuple):
        return [item for item in value if isinstance(item, str)]
    return re.split(r"[\s,]+", value.strip()) if isinstance(value, str) and value.strip() else []


def normal_origin(text: str) -> str:
    """Return scheme, host and port as browsers write them; "" when it is no origin.

    The host may begin with ``*.`` for all names below one.
    """
    try:
        parts = urlsplit(text.strip().rstrip("/").lower())
        port = parts.port
    except ValueError:
        return ""
    scheme = parts.scheme
    host = parts.netloc.rpartition("@")[2].removesuffix(f":{port}" if port else "")
    is_bare = not (parts.path or parts.query or parts.fragment) and "@" not in parts.netloc
    if scheme not in _DEFAULT_PORTS or not is_bare or not _HOST.fullmatch(host):
        return ""
    return f"{scheme}://{host}" + (f":{port}" if port and port != _DEFAULT_PORTS[scheme] else "")


def colour_of(value: Any) -> str:
    """Return a colour as ``#rrggbb``, "" when it is none."""
    return value.lower() if isinstance(value, str) and _COLOUR.fullmatch(value) else ""


def _matches(asked: str, allowed: str) -> bool:
    if "://*." not in allowed:
        return asked == allowed
    scheme, _, below = allowed.partition("://*.")
    return asked.startswith(f"{scheme}://") and asked.endswith(f".{below}")


def _text(settings: Mapping[str, Any], name: str, limit: int) -> str:
    found = settings.get(name)
    return found.strip()[:limit] if isinstance(found, str) else ""


def _minutes(value: Any) -> int:
    text = str(value)
    is_number = text.isascii() and text.isdigit() and len(text) < 6
    return min(max(int(text), 1), MOST_MINUTES) if is_number else DEFAULT_MINUTES


def _luminance(colour: str) -> float:
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
