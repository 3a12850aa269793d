"""Wakes a worker when a message is queued."""

from typing import Any

from django.dispatch import receiver

from common.queueing import enqueue
from outbox import signals, tasks
from outbox.models import Outgoing, OutgoingStatus


@receiver(signals.outgoing_changed)
def send_soon(outgoing_id: int, **_kwargs: Any) -> None:
    """Enqueue the sending of a message that is due at once; the sweep takes the rest."""
    outgoing = Outgoing.objects.filter(pk=outgoing_id).first()
    if outgoing and outgoing.status == OutgoingStatus.QUEUED and outgoing.attempts == 0:
        enqueue(tasks.send_outgoing, outgoing_id=outgoing_id)
