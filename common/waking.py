"""Wake a worker for a kind of rows, not for each row: one wake-up serves a whole burst.

Handing a message to the broker costs a request more than everything else that it does. A task
that takes whatever waits needs one message for many rows, so calls that come close together
share one: the first is sent at once, and one more follows the last.
"""

import threading

from celery import Task

from common.queueing import send

# Calls within this time share a wake-up; 0 sends each at once, as tests want it.
PAUSE_SECONDS = 0.05


class Waker:
    """Sends one task, which takes no arguments, at most once in a pause; threads may share it."""

    def __init__(self, task: "Task[[], None]") -> None:
        self.task = task
        self._lock = threading.Lock()
        self._resting = False
        self._called = False

    def wake(self) -> None:
        """See to it that the task starts after now. A lost wake-up is for the sweep to mend."""
        with self._lock:
            self._called = self._resting
            if self._resting:
                return
            self._resting = PAUSE_SECONDS > 0
        if self._resting:
            self._rest()
        send(self.task)

    def _rest(self) -> None:
        timer = threading.Timer(PAUSE_SECONDS, self._end_of_rest)
        timer.daemon = True
        timer.start()

    def _end_of_rest(self) -> None:
        with self._lock:
            self._resting = called = self._called
            self._called = False
        if called:
            self._rest()
            send(self.task)
