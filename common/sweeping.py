"""Work through a list of due rows: one that cannot be done holds none of the others back."""

import time
from collections.abc import Callable, Iterable

import structlog

log = structlog.get_logger(__name__)


def each(keys: Iterable[int], verb: Callable[[int], object], *, seconds: float = 0.0) -> bool:
    """Call ``verb(key)`` for every key; what raises is logged and left to the next sweep.

    With ``seconds`` no further one is begun after that time, so that a long backlog leaves room
    for other work. Return whether all were done.
    """
    ends_at = time.monotonic() + seconds
    for key in keys:
        try:
            verb(key)
        except Exception:
            log.exception("sweep_failed", key=key)
        if seconds and time.monotonic() > ends_at:
            return False
    return True
