"""Wakes a worker when a delivery is stored."""

from typing import Any

from django.dispatch import receiver

from common.waking import Waker
from intake import signals, tasks

_waker = Waker(tasks.process_waiting)
_media_waker = Waker(tasks.fetch_waiting)
_import_waker = Waker(tasks.run_imports)


@receiver(signals.delivery_stored)
def process_soon(**_kwargs: Any) -> None:
    """Have what waits read; the sweep takes what a lost wake-up leaves."""
    _waker.wake()


@receiver(signals.files_expected)
def fetch_soon(**_kwargs: Any) -> None:
    """Have the files that messages name fetched; the sweep takes what a lost wake-up leaves."""
    _media_waker.wake()


@receiver(signals.import_due)
def import_soon(**_kwargs: Any) -> None:
    """Have files read on and taken back; the sweep takes what a lost wake-up leaves."""
    _import_waker.wake()
