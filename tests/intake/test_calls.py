"""Calls that agents write down, and calls that a call centre pushes, as tickets."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from common import clock
from intake import services
from intake.models import RawDelivery
from tests import factories
from tests.factories import make_source, make_user
from tickets.models import Customer, Message, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client: Client) -> User:
    user = make_user(role="agent")
    client.force_login(user)
    return user


def fill_in(**changes: Any) -> dict[str, Any]:
    values = {
        "key": "k1",
        "direction": "in",
        "number": "138 0013 8000",
        "name": "Wang Wei",
        "started_at": "2026-11-22T10:00",
        "minutes": "4",
        "summary": "The kettle leaks, wants a new one.",
    }
    return values | changes


def test_a_call_becomes_a_ticket_of_whoever_took_it(client: Client, agent: User) -> None:
    answer = client.post("/calls/new/", fill_in())
    ticket = Ticket.objects.get()
    assert answer["Location"] == ticket.get_absolute_url()
    assert (ticket.channel, ticket.owner) == ("phone", agent)
    message = ticket.messages.get()
    assert message.text.startswith("The kettle leaks, wants a new one.\n[phone call 4:00]")
    assert message.meta["call"]["agent"] == agent.label
    delivery = RawDelivery.objects.get()
    assert (delivery.status, delivery.message_ids) == ("done", [message.pk])


def test_the_same_form_twice_is_one_call(client: Client, agent: User) -> None:
    client.post("/calls/new/", fill_in())
    client.post("/calls/new/", fill_in())
    assert Message.objects.count() == 1


def test_the_same_form_with_other_words_is_filed_too(client: Client, agent: User) -> None:
    client.post("/calls/new/", fill_in())
    answer = client.post("/calls/new/", fill_in(summary="The kettle leaks, wants the money back."))
    assert Message.objects.filter(text__contains="wants a new one").count() == 1
    again = Message.objects.select_related("ticket").get(text__contains="wants the money back")
    assert answer["Location"] == again.ticket.get_absolute_url()


def known(agent: User) -> Ticket:
    ticket = factories.ticket(emails=(), phones=("13800138000",), from_name="Wang Wei")
    assert Ticket.objects.get(pk=ticket.pk).customer is not None
    return ticket


@pytest.mark.parametrize("number", ["13800138000", "138-0013-8000", "+86 138 0013 8000"])
def test_the_person_is_found_by_the_number_as_it_is_typed(
    client: Client, agent: User, number: str
) -> None:
    ticket = known(agent)
    fragment = client.get("/calls/person/", {"number": number}).content.decode()
    assert "Wang Wei" in fragment
    assert ticket.reference in fragment
    page = client.post("/calls/new/", fill_in(number=number, find="1")).content.decode()
    assert ticket.reference in page
    assert Message.objects.count() == 1


def test_a_call_joins_the_ticket_that_is_chosen(client: Client, agent: User) -> None:
    ticket = known(agent)
    client.post("/calls/new/", fill_in(about=ticket.reference))
    assert Ticket.objects.count() == 1
    assert ticket.messages.count() == 2
    assert Ticket.objects.get().owner is None


def test_a_new_complaint_of_the_same_person_is_theirs(client: Client, agent: User) -> None:
    ticket = known(agent)
    client.post("/calls/new/", fill_in(about="new"))
    assert Ticket.objects.count() == 2
    assert Customer.objects.count() == 1
    assert Ticket.objects.exclude(pk=ticket.pk).get().customer == ticket.customer


def test_somebody_else_with_the_number_is_somebody_else(client: Client, agent: User) -> None:
    ticket = known(agent)
    client.post("/calls/new/", fill_in(about="other", name="Her son"))
    assert Ticket.objects.exclude(pk=ticket.pk).get().customer != ticket.customer


def test_a_hidden_ticket_is_neither_offered_nor_joined(client: Client, agent: User) -> None:
    ticket = known(agent)
    Ticket.objects.update(owner=make_user(), team=make_user(teams="L").teams.get())
    assert (
        ticket.reference
        not in client.get("/calls/person/", {"number": "13800138000"}).content.decode()
    )
    answer = client.post("/calls/new/", fill_in(about=ticket.reference))
    assert answer.status_code == 422
    assert ticket.messages.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"summary": ""},
        {"number": "", "name": ""},
        {"started_at": "soon"},
        {"minutes": "-1"},
        {"recording_url": "javascript:alert(1)"},
        {"direction": "sideways"},
    ],
    ids="-".join,
)
def test_what_cannot_be_is_said_and_nothing_is_lost(
    client: Client, agent: User, changes: dict[str, str]
) -> None:
    answer = client.post("/calls/new/", fill_in(transcript="Long words") | changes)
    assert answer.status_code == 422
    assert "Long words" in answer.content.decode()
    assert not RawDelivery.objects.exists()


def test_nul_and_a_future_time_do_no_harm(client: Client, agent: User) -> None:
    client.post("/calls/new/", fill_in(key="k\x00", started_at="2099-01-01T00:00"))
    assert Ticket.objects.get().opened_at <= clock.now()


@pytest.mark.parametrize("path", ["/calls/new/", "/calls/person/?number=1"])
def test_strangers_are_refused(client: Client, path: str) -> None:
    assert client.get(path).status_code == 302
    client.force_login(make_user(role="auditor"))
    assert client.get(path).status_code == 403


def push(**changes: Any) -> None:
    source = make_source(slug="centre", kind="phone") if not pushed else pushed[0]
    pushed[:] = [source]
    call = {"call_id": "c-1", "caller": "13800138000", "status": "answered"} | changes
    body = json.dumps(call).encode()
    accepted = services.store(
        source=source, body=body, external_id=f"call:{changes}", verified="test", now=clock.now()
    )
    services.process_delivery(delivery_id=accepted.delivery_id, now=clock.now())


pushed: list[Any] = []


@pytest.fixture(autouse=True)
def nothing_pushed() -> None:
    pushed.clear()


@pytest.mark.parametrize("order", [("call", "transcript"), ("transcript", "call")])
def test_call_and_transcript_are_one_complaint_in_any_order(order: tuple[str, str]) -> None:
    for part in order:
        push(**({"transcript": "It leaks."} if part == "transcript" else {}))
    ticket = Ticket.objects.get()
    assert ticket.messages.count() == 2
    assert any(message.text.startswith("It leaks.") for message in ticket.messages.all())


def test_ten_missed_calls_are_one_wish_for_a_callback() -> None:
    for number in range(10):
        push(call_id=f"m-{number}", status="missed")
    ticket = Ticket.objects.get()
    assert ticket.messages.count() == 10
    assert "callback wanted" in ticket.subject
