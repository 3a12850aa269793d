"""What somebody must see on whatever page they are. Other rooms register who tells it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import structlog


@dataclass(frozen=True, slots=True)
class Notice:
    """One line above the page with a link to where something can be done; tone: danger or warn."""

    text: str
    url: str
    action: str
    tone: str = "danger"


Teller = Callable[[Any], Iterable[Notice]]

_tellers: dict[str, Teller] = {}
_log = structlog.get_logger(__name__)


def register(name: str, tell: Teller) -> None:
    """Ask ``tell`` at every page what the person must see; it answers in the active language."""
    _tellers[name] = tell


def for_person(user: Any) -> list[Notice]:
    """Return what the person must see now."""
    found: list[Notice] = []
    for name, tell in _tellers.items():
        try:
            found += tell(user)
        except Exception:
            # A page must come up whatever goes wrong above it.
            _log.exception("notices_failed", room=name)
    return found
