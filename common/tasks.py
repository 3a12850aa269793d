"""Tasks without domain words."""

from celery import shared_task

from common import heartbeats


@shared_task
def record_heartbeat() -> None:
    """Prove that schedule, broker, worker and database work together."""
    heartbeats.record(heartbeats.WORKER)
