"""What is new is measured by night, in bounded steps, and kept for the page."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests import factories
from tests.factories import MONDAY_TEN
from tickets.models import Ticket
from triage import queries, runtime, tasks
from triage.models import DriftReport, Prediction
from triage.services import drift

pytestmark = pytest.mark.django_db

LATE, LOST = "logistics.delivery-delay", "price.price-drop"
NOW = MONDAY_TEN + timedelta(hours=12)


@pytest.fixture(autouse=True)
def no_model() -> Iterator[None]:
    runtime.forget()
    yield
    runtime.forget()


def read(text: str, *, days_ago: float, category: str = LATE, asked: bool = False) -> Ticket:
    number = Ticket.objects.count()
    ticket = factories.ticket(text=text, subject="", external_id=f"d-{number}", language="en")
    Prediction.objects.create(
        ticket=ticket,
        message_id=ticket.last_customer_message_id or 0,
        category=category,
        probability=0.8,
        confidence=0.8,
        abstained=asked,
        priority=3,
        emotion=0,
        decision={"language": "en"},
        created_at=NOW - timedelta(days=days_ago),
    )
    return ticket


def test_days_classes_and_words_are_kept() -> None:
    for number in range(8):
        read(f"The teleporter ate parcel {number}", days_ago=1, category=LOST, asked=number < 2)
    for _number in range(3):
        read("My parcel is late", days_ago=20)
    report = drift.measure_drift(now=NOW)
    assert report.model is None
    lately = [row for row in report.figures["days"] if row[1] == 8]
    assert [row[2:] for row in lately] == [[2, 0.8]]
    week = report.figures["classes"]["7"]
    assert (week["now"], week["before"], week["kind"]) == ({LOST: 8}, {LATE: 3}, "few")
    words = report.figures["words"]["en"]
    assert (words["texts"], words["before_texts"]) == (8, 3)
    (teleporter,) = [one for one in words["new"] if one["word"] == "teleporter"]
    assert (teleporter["tickets"], teleporter["before"]) == (8, 0)
    assert len(teleporter["examples"]) == 3


def test_tests_and_old_files_count_for_nothing() -> None:
    one, two = read("Only a test", days_ago=1), read("From a file", days_ago=1)
    Ticket.objects.filter(pk=one.pk).update(is_test=True)
    Ticket.objects.filter(pk=two.pk).update(is_backfill=True)
    report = drift.measure_drift(now=NOW)
    assert report.figures["days"] == []
    assert report.figures["words"]["en"]["texts"] == 0


def test_no_more_texts_are_read_than_fit() -> None:
    for number in range(12):
        read(f"Parcel {number}", days_ago=1)
    texts = list(queries.sampled_texts(NOW - timedelta(days=7), NOW, most=5))
    assert 0 < len(texts) <= 5


def test_measuring_takes_as_many_statements_for_many_tickets(
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    for number in range(10):
        read(f"Parcel {number}", days_ago=number)
    with django_assert_max_num_queries(20):
        drift.measure_drift(now=NOW)


def test_the_newest_reports_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drift, "MOST_KEPT", 2)
    for number in range(4):
        drift.measure_drift(now=NOW + timedelta(days=number))
    assert DriftReport.objects.count() == 2
    latest = queries.latest_drift()
    assert latest is not None
    assert latest.measured_at == NOW + timedelta(days=3)


def test_the_task_measures_also_where_nothing_was_read() -> None:
    tasks.measure_drift()
    report = DriftReport.objects.get()
    assert report.figures["classes"]["28"]["kind"] == "few"
    assert not report.figures["knows_words"]
