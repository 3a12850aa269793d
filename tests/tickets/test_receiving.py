"""Incoming messages: nothing lost, nothing twice, nobody else's."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from tests import factories
from tests.factories import MONDAY_TEN, incoming, make_user
from tickets import mail_threading, services, states
from tickets.models import Customer, Message, Ticket
from tickets.records import IncomingAttachment, IncomingMessage
from tickets.services.attachments import safe_name

pytestmark = pytest.mark.django_db


def receive(message: IncomingMessage, **later: float) -> services.Received:
    received = services.receive_message(incoming=message, now=MONDAY_TEN + timedelta(**later))
    assert received is not None
    return received


def test_a_first_message_opens_a_ticket_with_running_clocks() -> None:
    received = receive(incoming())
    assert received.created_ticket
    assert received.ticket.status == states.NEW
    assert received.ticket.due_metric == "first"
    assert {c.metric for c in received.ticket.clocks.all()} == {"first", "resolve"}


def test_the_same_message_twice_is_one_message() -> None:
    message = incoming()
    first, second = receive(message), receive(message)
    assert second.duplicate
    assert first.message == second.message
    assert Ticket.objects.count() == Message.objects.count() == 1


def test_story_19_the_same_id_with_another_body_is_kept_too() -> None:
    message = incoming(external_id="same@id")
    receive(message)
    receive(replace(message, text="another complaint"))
    assert sorted(Message.objects.values_list("text", flat=True)) == sorted(
        [message.text, "another complaint"]
    )


@pytest.mark.django_db(transaction=True)
def test_the_same_message_eight_times_at_once_is_one_ticket() -> None:
    message = incoming()

    def file(_number: int) -> int:
        try:
            return receive(message).ticket.pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        tickets = set(pool.map(file, range(8)))
    assert len(tickets) == 1
    assert Message.objects.count() == Customer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_first_messages_of_one_person_at_once_make_one_customer() -> None:
    def file(number: int) -> None:
        try:
            receive(incoming(emails=("a@example.com",), external_id=f"x{number}"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(file, range(6)))
    assert Customer.objects.count() == 1
    assert Ticket.objects.count() == 6


def test_a_thread_of_the_source_joins_its_ticket() -> None:
    first = receive(incoming(thread="t1", emails=("a@example.com",)))
    second = receive(incoming(thread="t1", emails=("a@example.com",), text="还没到"))
    assert second.ticket == first.ticket
    assert not second.created_ticket


def test_a_stranger_who_quotes_our_id_gets_a_linked_ticket_of_their_own() -> None:
    first = receive(incoming(emails=("a@example.com",)))
    token = mail_threading.keyed(first.ticket.pk, 7, settings.SECRET_KEY)
    stranger = receive(incoming(emails=("eve@example.com",), references=(f"{token}@x",)))
    assert stranger.ticket != first.ticket
    assert [link.other for link in stranger.ticket.links.all()] == [first.ticket]


def test_a_forged_key_joins_nothing() -> None:
    first = receive(incoming(emails=("a@example.com",)))
    forged = mail_threading.keyed(first.ticket.pk, 7, "another secret")
    second = receive(incoming(emails=("a@example.com",), references=(f"{forged}@x",)))
    assert second.ticket != first.ticket
    assert not second.ticket.links.exists()


def test_the_customer_s_answer_to_our_mail_joins_by_its_key() -> None:
    first = receive(incoming(emails=("a@example.com",)))
    key = mail_threading.keyed(first.ticket.pk, 0, settings.SECRET_KEY)
    second = receive(incoming(emails=("a@example.com",), reply_key=key, text="还没到"))
    assert second.ticket == first.ticket


def test_a_message_to_a_resolved_ticket_starts_a_new_round() -> None:
    supervisor = make_user(role="supervisor")
    first = factories.ticket(thread="t", emails=("a@example.com",))
    factories.triaged(first)
    factories.resolved(first, by=supervisor, at=MONDAY_TEN + timedelta(hours=1))
    again = receive(incoming(thread="t", emails=("a@example.com",), text="还是坏的"), hours=30)
    assert again.ticket.pk == first.pk
    assert (again.ticket.round, again.ticket.status) == (2, states.OPEN)


def test_story_10_a_bare_thank_you_reopens_nothing() -> None:
    supervisor = make_user(role="supervisor")
    first = factories.ticket(thread="t", emails=("a@example.com",))
    factories.triaged(first)
    factories.resolved(first, by=supervisor, at=MONDAY_TEN + timedelta(hours=1))
    thanks = receive(incoming(thread="t", emails=("a@example.com",), text="谢谢"), hours=2)
    assert thanks.ticket.status == states.RESOLVED
    assert thanks.ticket.round == 1


def test_story_10_a_message_to_a_closed_ticket_makes_a_linked_one() -> None:
    supervisor = make_user(role="supervisor")
    first = factories.ticket(thread="t", emails=("a@example.com",))
    factories.triaged(first)
    factories.resolved(first, by=supervisor, at=MONDAY_TEN + timedelta(hours=1))
    assert services.close_resolved(ticket_id=first.pk, now=MONDAY_TEN + timedelta(days=8))
    again = receive(incoming(thread="t", emails=("a@example.com",), text="还是坏的"), days=9)
    assert again.created_ticket
    assert [link.other_id for link in again.ticket.links.all()] == [first.pk]


def test_an_unverified_form_cannot_pull_another_persons_messages_over() -> None:
    typed = incoming(emails=("eve@example.com",), phones=("13800000001",), identity_verified=False)
    receive(typed)
    vouched = receive(incoming(emails=(), phones=("13800000001",)))
    assert vouched.ticket.customer != receive(typed).ticket.customer


def test_the_order_of_somebody_else_is_not_rewritten() -> None:
    mine = factories.ticket(order_number="D77", emails=("a@example.com",))
    factories.ticket(order_number="D77", emails=("eve@example.com",))
    assert mine.order is not None
    mine.order.refresh_from_db()
    assert mine.order.customer == mine.customer


def test_automatic_mail_without_a_ticket_is_left_to_the_caller() -> None:
    assert services.receive_message(incoming=incoming(is_auto=True), now=MONDAY_TEN) is None
    assert not Ticket.objects.exists()


def test_an_out_of_office_mail_does_not_reopen() -> None:
    supervisor = make_user(role="supervisor")
    first = factories.ticket(thread="t", emails=("a@example.com",))
    factories.triaged(first)
    factories.resolved(first, by=supervisor, at=MONDAY_TEN + timedelta(hours=1))
    auto = receive(incoming(thread="t", emails=("a@example.com",), is_auto=True), hours=2)
    assert auto.ticket.status == states.RESOLVED


def test_what_arrives_more_than_a_day_late_is_backfill() -> None:
    old = receive(incoming(sent_at=MONDAY_TEN - timedelta(days=2)))
    assert old.ticket.is_backfill


def test_two_files_of_one_name_are_both_kept() -> None:
    files = tuple(IncomingAttachment("a.png", "image/png", body) for body in (b"1", b"2"))
    message = receive(incoming(attachments=files)).message
    assert [a.name for a in message.attachments.all()] == ["a.png", "a.png"]
    assert {a.file.read() for a in message.attachments.all()} == {b"1", b"2"}


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        (r"C:\temp\bill.pdf", "bill.pdf"),
        ("a\x00b\n.txt", "ab.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("", "attachment"),
        ("..", "attachment"),
        ("文" * 200 + ".jpg", "文" * 83 + ".jpg"),
    ],
)
def test_attachment_names_are_made_safe(given: str, shown: str) -> None:
    assert safe_name(given) == shown
    assert len(safe_name(given).encode()) <= 255


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_behind_when_filing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("tickets.services.receiving.store_attachments", fail)
    with pytest.raises(RuntimeError, match="disk full"), transaction.atomic():
        receive(incoming())
    assert not Ticket.objects.exists()
    assert not Customer.objects.exists()


def test_words_of_the_message_find_the_ticket() -> None:
    from tickets.queries import search

    supervisor = make_user(role="supervisor")
    found = factories.ticket(text="The kettle leaks at the base", order_number="D-2411")
    for text in ("kettle leaks", "d-2411", found.reference):
        assert search(text, visible_to=supervisor) == [found]
    assert search("kettle spoon", visible_to=supervisor) == []
    assert search("'; drop table", visible_to=supervisor) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tickets_ticketsearch")
        assert cursor.fetchone() == (1,)
