"""Does any source have a mailbox? `up` asks, so that nothing watches where nothing is to watch."""

import contextlib
import time
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connections

from intake.queries import list_mailbox_sources

LOOK_SECONDS = 15.0


def has_mailboxes() -> bool:
    """Tell whether a source has a mailbox; holds no connection to the database meanwhile."""
    try:
        return bool(list_mailbox_sources())
    finally:
        connections.close_all()


class Look:
    """Remembers an answer for a while, also when the database is away."""

    def __init__(self, ask: Callable[[], bool], seconds: float = LOOK_SECONDS) -> None:
        self._ask, self._seconds = ask, seconds
        self._answer = False
        self._asked_at: float | None = None

    def __call__(self) -> bool:
        """Return the answer, at most so many seconds old."""
        now = time.monotonic()
        if self._asked_at is None or now - self._asked_at >= self._seconds:
            self._asked_at = now
            # While the database restarts, what was true before is as good a guess as any.
            with contextlib.suppress(DatabaseError, InterfaceError):
                self._answer = self._ask()
        return self._answer
