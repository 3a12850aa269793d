"""Kombu's pgmq transport, made to fetch the next job as soon as a hand is free.

The original waits for a notification, or the whole polling interval, also when there is work but
every hand is full: a backlog, of which nothing new tells, would go on at a few jobs a second.
"""

import time
from typing import Any

from kombu.transport import pgmq

HANDS_FULL_SECONDS = 0.005


class Transport(pgmq.Transport):
    """The same queues and messages."""

    def drain_events(self, connection: Any, timeout: float | None = None, **kwargs: Any) -> None:
        """Deliver what waits; raise TimeoutError, which Celery expects, when nothing can be."""
        if self.channels and not any(channel.qos.can_consume() for channel in self.channels):
            time.sleep(HANDS_FULL_SECONDS)
            raise TimeoutError
        super().drain_events(connection, timeout=timeout, **kwargs)  # type: ignore[no-untyped-call]
