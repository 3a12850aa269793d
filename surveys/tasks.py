"""The sweep that sends surveys. Safe to run twice and at the same time."""

from collections.abc import Callable, Iterable
from datetime import datetime

import structlog
from celery import shared_task

from common import clock
from surveys import queries, services, timing
from surveys.models import Survey

log = structlog.get_logger(__name__)


@shared_task(name="surveys.tasks.send_due_surveys", queue="outbox")
def send_due_surveys() -> None:
    """Schedule what was missed, send what is due, remind once, end what ran out."""
    now = clock.now()
    services.schedule_missed(now=now)
    _each(queries.due_ids(now=now), services.send_survey, now)
    asked_by = now - timing.REMIND_AFTER
    _each(queries.unanswered_ids(asked_by=asked_by, now=now), services.remind, now)
    services.expire_unanswered(now=now)


def _each(ids: Iterable[int], verb: Callable[..., Survey | None], now: datetime) -> None:
    for survey_id in ids:
        try:
            verb(survey_id=survey_id, now=now)
        except Exception:
            # One ticket that cannot be written to must not hold back everybody else's survey.
            log.exception("survey_failed", survey=survey_id)
