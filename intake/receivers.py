"""Wakes a worker when a delivery is stored."""

from typing import Any

from django.dispatch import receiver

from common.waking import Waker
from intake import signals, tasks

_waker = Waker(tasks.process_waiting)


@receiver(signals.delivery_stored)
def process_soon(**_kwargs: Any) -> None:
    """Have what waits read; the sweep takes what a lost wake-up leaves."""
    _waker.wake()
