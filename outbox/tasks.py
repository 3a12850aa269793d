"""Celery tasks that send what waits."""

from celery import shared_task

from common import clock
from common.sweeping import each
from outbox import services


@shared_task(name="outbox.tasks.send_outgoing", queue="outbox")
def send_outgoing(outgoing_id: int) -> None:
    """Send one message; does nothing when another worker has it."""
    services.send_one(outgoing_id=outgoing_id, now=clock.now())


@shared_task(name="outbox.tasks.send_due", queue="outbox")
def send_due() -> None:
    """Send everything that waits, also what a lost job or a dead worker left."""
    each(
        services.due_ids(now=clock.now()),
        lambda outgoing_id: services.send_one(outgoing_id=outgoing_id, now=clock.now()),
    )


@shared_task(name="outbox.tasks.forget_held_receipts", queue="outbox")
def forget_held_receipts() -> None:
    """Drop what platforms said of messages that never turned out to be ours."""
    services.forget_held(now=clock.now())
