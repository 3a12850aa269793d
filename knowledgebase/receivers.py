"""Wakes a worker when a reply was sent."""

from typing import Any

from django.dispatch import receiver

from common.queueing import send
from knowledgebase import tasks
from tickets.signals import agent_replied


@receiver(agent_replied)
def note_use(ticket_id: int, message_id: int, **_kwargs: Any) -> None:
    """Enqueue the comparison with the template; most replies have none, and it ends at once."""
    send(tasks.record_use, message_id=message_id)
