"""Wakes a worker when a delivery is stored."""

from typing import Any

from django.dispatch import receiver

from common.queueing import send
from intake import signals, tasks


@receiver(signals.delivery_stored)
def process_soon(delivery_id: int, **_kwargs: Any) -> None:
    """Enqueue the reading; the sweep takes what a lost job leaves."""
    send(tasks.process_delivery, delivery_id=delivery_id)
