"""Wake a worker. A broker that is down fails no request: sweeps find what was not announced."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

import structlog
from celery import Task
from django.db import transaction
from prometheus_client import Counter

log = structlog.get_logger(__name__)

BROKER_FAILURES = Counter(
    "redress_broker_failures", "Wake-ups that could not be handed to the broker.", ["task"]
)

# A connection may have died unnoticed since it was last used; the second try opens a new one.
RETRY_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}


_asleep: ContextVar[bool] = ContextVar("asleep", default=False)


@contextmanager
def without_waking() -> Iterator[None]:
    """Hand nothing to the broker meanwhile; for bulk work that does everything itself."""
    token = _asleep.set(True)
    try:
        yield
    finally:
        _asleep.reset(token)


def enqueue(task: "Task[Any, Any]", **kwargs: Any) -> None:
    """Send the task with these arguments (ids only) once the transaction has been committed."""
    transaction.on_commit(partial(send, task, **kwargs))


def send(task: "Task[Any, Any]", **kwargs: Any) -> bool:
    """Send the task now. Return whether the broker took it; a failure is logged and counted."""
    if _asleep.get():
        return False
    try:
        task.apply_async(kwargs=kwargs, retry=True, retry_policy=RETRY_ONCE)
    except Exception as error:
        # Whatever a broker may raise: the row is committed, and the request must not fail for it.
        BROKER_FAILURES.labels(task=task.name).inc()
        log.warning("broker refused a task", task=task.name, error=repr(error))
        return False
    return True
