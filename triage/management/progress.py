"""How far a long command is: lines that also make sense in a file."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Write = Callable[[str], object]

EVERY_SECONDS = 5.0


class Progress:
    """Tells at most every few seconds how many of how many are done, how fast, and what is left.

    The pace is that of this run: what an earlier one did counts as done, not as fast.
    """

    def __init__(
        self,
        write: Write,
        *,
        every_seconds: float = EVERY_SECONDS,
        tell: Callable[[], float] = time.monotonic,
    ) -> None:
        self._write = write
        self._every_seconds = every_seconds
        self._tell = tell
        self._started = self._said = tell()
        self._first = 0

    def begin(self, done: int) -> None:
        """Count the pace from here: what was done before is not of this run."""
        self._started = self._said = self._tell()
        self._first = done

    def at(self, done: int, total: int) -> None:
        """Say that so many are done, unless the last line is too fresh; the last one is said."""
        now = self._tell()
        if done < total and now - self._said < self._every_seconds:
            return
        self._said = now
        pace = max((done - self._first) / max(now - self._started, 0.001), 0.001)
        share = done / total if total else 1.0
        self._write(
            f"{done:,} of {total:,} tickets ({share:.1%}), {pace:.0f} a second, "
            f"{max(total - done, 0) / pace / 60:.0f} min left"
        )


@contextmanager
def still_at_it(write: Write, *, every_seconds: float = 30.0) -> Iterator[Callable[[str], None]]:
    """Repeat what was said last, with the time, while one long step has nothing new to tell.

    Gives the verb by which the steps are said.
    """
    ended = threading.Event()
    started = time.monotonic()
    latest = [""]

    def say(line: str) -> None:
        latest[0] = line
        write(line)

    def repeat() -> None:
        while not ended.wait(every_seconds):
            if latest[0]:
                write(f"{latest[0]}: {time.monotonic() - started:.0f} s so far")

    repeater = threading.Thread(target=repeat, daemon=True)
    repeater.start()
    try:
        yield say
    finally:
        ended.set()
        repeater.join()
