"""Celery tasks of the knowledge base."""

from celery import shared_task

from common import clock
from knowledgebase import services


@shared_task(name="knowledgebase.tasks.record_use")
def record_use(message_id: int) -> None:
    """Note what a reply made of its template."""
    services.record_use(message_id=message_id)


@shared_task(name="knowledgebase.tasks.settle_outcomes")
def settle_outcomes() -> None:
    """Decide how uses ended, and pick up uses that a lost job left."""
    services.record_missed_uses()
    services.settle_outcomes(now=clock.now())
