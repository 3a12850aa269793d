"""Which ticket a message joins, whose it is, and what of it cannot be true."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings

from outbox.models import Outgoing
from tests.factories import MONDAY_TEN, incoming, make_user
from tickets import mail_threading, services, states
from tickets.models import Order, Ticket
from tickets.records import IncomingAttachment, IncomingMessage, IncomingOrder
from tickets.services.attachments import store_attachments

pytestmark = pytest.mark.django_db
ADDRESS = "li@example.com"


def receive(message: IncomingMessage, **later: float) -> services.Received:
    received = services.receive_message(incoming=message, now=MONDAY_TEN + timedelta(**later))
    assert received is not None
    return received


def typed(**more: Any) -> IncomingMessage:
    values = {"source": "form", "channel": "form", "identity_verified": False}
    return incoming(emails=(ADDRESS,), **values | more)


def mail(**more: Any) -> IncomingMessage:
    values = {"source": "mail", "channel": "email", "meta": {"from_address": ADDRESS}}
    return incoming(emails=(ADDRESS,), **values | more)


def test_the_mail_that_answers_our_answer_to_a_form_joins_its_ticket() -> None:
    ticket = receive(typed()).ticket
    reply = services.reply(
        ticket_id=ticket.pk, text="您好", by=make_user(), now=MONDAY_TEN + timedelta(hours=1)
    )
    answer = receive(mail(references=(reply.external_id,), text="还没到"), hours=2)
    assert answer.ticket == ticket
    assert ticket.customer is not None
    assert ticket.customer.identities.get().verified


def test_the_owner_of_a_typed_address_does_not_take_its_answers_away() -> None:
    ticket = receive(typed()).ticket
    other = receive(mail(), hours=1).ticket
    assert other.customer != ticket.customer
    services.reply(
        ticket_id=ticket.pk, text="您好", by=make_user(), now=MONDAY_TEN + timedelta(hours=2)
    )
    assert Outgoing.objects.get().address == ADDRESS


def test_a_thread_whose_writer_has_no_name_is_one_ticket() -> None:
    first = receive(incoming(thread="t", emails=()))
    second = receive(incoming(thread="t", emails=(), text="在吗"), minutes=5)
    third = receive(incoming(thread="t", emails=(ADDRESS,), text="我是李"), minutes=6)
    assert {second.ticket, third.ticket} == {first.ticket}
    first.ticket.refresh_from_db()
    assert first.ticket.customer == third.message.customer


def test_a_stranger_in_a_thread_does_not_take_it_over() -> None:
    first = receive(incoming(thread="t", emails=(ADDRESS,)))
    stranger = receive(incoming(thread="t", emails=("eve@example.com",)), minutes=5)
    again = receive(incoming(thread="t", emails=(ADDRESS,), text="在吗"), minutes=6)
    assert stranger.ticket != first.ticket
    assert again.ticket == first.ticket


def test_a_mail_that_a_stranger_sent_before_with_the_same_id_keeps_nobody_out() -> None:
    first = receive(mail(external_id="one@example.com"))
    receive(
        incoming(channel="email", external_id="one@example.com", emails=("eve@example.com",)),
        minutes=1,
    )
    answer = receive(mail(references=("one@example.com",), text="还没到"), hours=1)
    assert answer.ticket == first.ticket


def test_a_mail_to_two_of_our_mailboxes_is_one_message() -> None:
    message = mail(external_id="one@example.com")
    first = receive(message)
    copy = receive(mail(external_id="one@example.com", source="sales", text=message.text))
    assert copy.duplicate
    assert copy.message == first.message


def test_our_own_mail_that_comes_back_is_no_complaint() -> None:
    own = mail_threading.keyed(7, 9, settings.SECRET_KEY)
    echo = mail(external_id=f"{own}@redress.example")
    assert services.receive_message(incoming=echo, now=MONDAY_TEN) is None
    assert not Ticket.objects.exists()


def test_an_order_number_that_a_stranger_typed_opens_and_closes_nothing() -> None:
    stranger = receive(typed(order=IncomingOrder("D77"))).ticket
    told = IncomingOrder("D77", amount=Decimal(1299))
    owner = receive(incoming(emails=("wang@example.com",), order=told), hours=1).ticket
    again = receive(typed(order=IncomingOrder("D77"), text="我的订单"), hours=2).ticket
    assert Order.objects.get().customer == owner.customer
    assert owner.order is not None
    assert owner.order.amount == Decimal(1299)
    assert [t.order for t in (stranger, again)] == [None, None]
    assert {t.order_number for t in (stranger, again)} == {"D77"}


@pytest.mark.parametrize("year", [1, 1970])
def test_a_time_that_cannot_be_true_is_not_believed(year: int) -> None:
    ticket = receive(incoming(sent_at=datetime(year, 1, 1, tzinfo=UTC))).ticket
    assert ticket.opened_at == MONDAY_TEN
    assert not ticket.is_backfill


def test_a_long_name_of_a_language_loses_no_complaint() -> None:
    assert receive(incoming(language="portuguese")).ticket.language == "portugue"


def test_a_thread_of_very_many_words_can_still_be_filed() -> None:
    for number in range(6):
        words = " ".join(f"{number}{word:06}" + "ж" * 52 for word in range(4000))
        receive(incoming(thread="t", emails=(ADDRESS,), text=words), minutes=number)
    assert Ticket.objects.get().message_count == 6


def test_a_file_that_a_crash_cut_off_is_written_again(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    photo = IncomingAttachment("a.jpg", "image/jpeg", b"all of the photo")
    message = receive(incoming(attachments=(photo,))).message
    stored = tmp_path / message.attachments.get().file.name
    stored.write_bytes(b"all of")
    store_attachments(message, [photo])
    assert [a.file.read() for a in message.attachments.all()][1] == b"all of the photo"


def test_an_address_with_a_line_break_is_none() -> None:
    ticket = receive(
        incoming(emails=("a@example.com\nBcc: eve@example.com",), from_name="A")
    ).ticket
    assert ticket.customer is not None
    assert not ticket.customer.identities.exists()


def test_ids_that_no_header_can_hold_do_not_stop_a_reply() -> None:
    ticket = receive(mail(external_id="a\r\nBcc: eve@example.com")).ticket
    reply = services.reply(ticket_id=ticket.pk, text="您好", by=make_user(), now=MONDAY_TEN)
    assert reply.outgoing is not None
    assert "In-Reply-To" not in reply.outgoing.headers


def test_a_thank_you_ends_the_wait_for_the_customer() -> None:
    ticket = receive(incoming(thread="t", emails=(ADDRESS,))).ticket
    services.reply(
        ticket_id=ticket.pk,
        text="请发照片",
        by=make_user(),
        now=MONDAY_TEN + timedelta(minutes=5),
        then_status=states.WAITING_CUSTOMER,
    )
    receive(incoming(thread="t", emails=(ADDRESS,), text="谢谢"), hours=1)
    ticket.refresh_from_db()
    assert ticket.status == states.OPEN
