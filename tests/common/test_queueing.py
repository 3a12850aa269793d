"""common/queueing.py: after the commit, and never at the cost of the request."""

import pytest
from django.db import transaction

from common import queueing
from common.tasks import record_heartbeat


@pytest.mark.django_db(transaction=True)
def test_a_task_is_sent_after_the_commit(sent_tasks):
    with transaction.atomic():
        queueing.enqueue(record_heartbeat)
        assert sent_tasks == []
    assert sent_tasks == [("common.tasks.record_heartbeat", {})]


@pytest.mark.django_db(transaction=True)
def test_a_task_of_a_transaction_that_failed_is_not_sent(sent_tasks):
    with transaction.atomic():
        queueing.enqueue(record_heartbeat)
        transaction.set_rollback(True)
    assert sent_tasks == []


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_is_counted_and_fails_nobody(monkeypatch):
    def refuse(**_: object) -> None:
        raise ConnectionError("nobody there")

    monkeypatch.setattr(record_heartbeat, "apply_async", refuse)
    counter = queueing.BROKER_FAILURES.labels(task=record_heartbeat.name)
    before = counter._value.get()
    queueing.enqueue(record_heartbeat)
    assert counter._value.get() == before + 1


def test_sending_tells_whether_the_broker_took_it(sent_tasks):
    assert queueing.send(record_heartbeat) is True
