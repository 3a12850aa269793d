"""What people said, read to be learnt from: the last word on each ticket, in little memory."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from tests import factories
from tests.factories import MONDAY_TEN, make_user
from tickets.models import Message, Ticket
from triage import queries
from triage.models import Label, LabelKind, Prediction

pytestmark = pytest.mark.django_db

LATE, LOST = "logistics.delivery-delay", "logistics.lost-parcel"


def read(text: str) -> Ticket:
    ticket = factories.ticket(text=text, subject="", at=MONDAY_TEN, language="en")
    Prediction.objects.create(
        ticket=ticket,
        message_id=ticket.last_customer_message_id or 0,
        category=LATE,
        probability=0.9,
        confidence=0.9,
        abstained=False,
        priority=3,
        emotion=0,
        created_at=MONDAY_TEN,
    )
    return ticket


def said(ticket: Ticket, category: str, by: User | None, *, minutes: int = 1) -> None:
    Label.objects.create(
        ticket=ticket,
        field="category",
        kind=LabelKind.CHANGED,
        value=category,
        by=by,
        at=MONDAY_TEN + timedelta(minutes=minutes),
    )


def test_the_last_word_on_each_ticket_counts_the_newest_first() -> None:
    by = make_user()
    one, two = read("Where is it"), read("Still not here")
    said(one, LATE, by, minutes=1)
    said(two, LATE, by, minutes=2)
    said(one, LOST, by, minutes=3)
    found = [(row.ticket_id, row.category) for row in queries.labelled_tickets()]
    assert found == [(one.pk, LOST), (two.pk, LATE)]


def test_a_word_that_a_job_had_after_a_person_is_nobodys() -> None:
    ticket = read("Where is it")
    said(ticket, LATE, make_user(), minutes=1)
    said(ticket, LOST, None, minutes=2)
    assert list(queries.labelled_tickets()) == []


def test_other_fields_do_not_hide_what_was_said_of_the_category() -> None:
    ticket, by = read("Where is it"), make_user()
    said(ticket, LOST, by)
    Label.objects.create(
        ticket=ticket, field="priority", kind=LabelKind.CHANGED, value=1, by=by,
        at=MONDAY_TEN + timedelta(minutes=5),
    )  # fmt: skip
    assert [row.category for row in queries.labelled_tickets()] == [LOST]


def test_of_a_huge_mail_begin_and_end_are_kept() -> None:
    ticket = read("Where is it")
    text = "begin " + "x" * 100_000 + " end"
    Message.objects.filter(ticket=ticket).update(text=text, reply_text="")
    said(ticket, LOST, make_user())
    (row,) = queries.labelled_tickets()
    assert row.text.startswith("begin ")
    assert row.text.endswith(" end")
    assert len(row.text) < 6_000


def test_pages_of_mails_are_not_fetched(django_assert_num_queries: Any) -> None:
    ticket = read("Where is it")
    said(ticket, LOST, make_user())
    with django_assert_num_queries(2) as seen:
        list(queries.labelled_tickets())
    assert not any('"html"' in query["sql"] for query in seen.captured_queries)
