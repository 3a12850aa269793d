"""Work through a list of due rows: one that cannot be done holds none of the others back."""

from collections.abc import Callable, Iterable

import structlog

log = structlog.get_logger(__name__)


def each(keys: Iterable[int], verb: Callable[[int], object]) -> None:
    """Call ``verb(key)`` for every key; what raises is logged and left to the next sweep."""
    for key in keys:
        try:
            verb(key)
        except Exception:
            log.exception("sweep_failed", key=key)
