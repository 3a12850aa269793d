"""Celery tasks that read what was delivered."""

from celery import shared_task

from common import clock
from common.sweeping import each
from intake import services


@shared_task(name="intake.tasks.process_delivery", queue="intake")
def process_delivery(delivery_id: int) -> None:
    """Read one delivery; does nothing when another worker has it or had it."""
    services.process_delivery(delivery_id=delivery_id, now=clock.now())


@shared_task(name="intake.tasks.sweep_deliveries", queue="intake")
def sweep_deliveries() -> None:
    """Read everything that waits, also what a lost job or a dead worker left."""
    each(
        services.waiting_ids(now=clock.now()),
        lambda delivery_id: services.process_delivery(delivery_id=delivery_id, now=clock.now()),
    )
