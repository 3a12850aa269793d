"""What the page says of a message of ours, and how an agent sends it again or by another way."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from common import clock
from outbox.models import Outgoing
from tests import factories
from tests.factories import make_user
from tests.tickets.test_outcomes import filed
from tickets import services
from tickets.delivery_signs import delivery_sign
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def agent() -> User:
    return make_user(role="supervisor")


@pytest.fixture
def desk(client: Client, agent: User) -> Client:
    client.force_login(agent)
    return client


def page_of(ticket: Ticket) -> str:
    return f"/t/{ticket.reference}/"


def written(ticket: Ticket, hours: float) -> None:
    """Let the customer have written so many hours ago."""
    at = clock.now() - timedelta(hours=hours)
    Message.objects.filter(ticket=ticket, direction="in").update(sent_at=at, received_at=at)


def replied(ticket: Ticket, **state: Any) -> Message:
    written(ticket, 1)
    message = services.reply(
        ticket_id=ticket.pk, text="很抱歉", by=make_user(role="supervisor"), now=clock.now()
    )
    if state and message.outgoing_id:
        Outgoing.objects.filter(pk=message.outgoing_id).update(**state)
        message.refresh_from_db()
    return message


FAILED = {"status": "failed", "error_code": "blocked", "last_error": "(#551) not available"}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({}, "On its way"),
        ({"status": "sent"}, "Sent"),
        ({"status": "delivered"}, "Delivered"),
        ({"status": "read"}, "Read"),
        ({"status": "cancelled"}, "Cancelled"),
        ({"attempts": 3, "last_error": "503", "error_code": "unreachable"}, "Not sent yet"),
        (FAILED, "Not delivered"),
    ],
    ids=["queued", "sent", "delivered", "read", "cancelled", "trying", "failed"],
)
def test_the_page_says_how_far_a_message_has_come(
    desk: Client, state: dict[str, Any], words: str
) -> None:
    ticket = filed()
    message = replied(ticket, **state)
    address = f"{page_of(ticket)}messages/{message.pk}/delivery/"
    fragment = desk.get(address, **HTMX).content.decode()
    assert f"<b>{words}</b>" in fragment
    assert f'id="delivery-{message.pk}"' in fragment
    assert f"<b>{words}</b>" in desk.get(page_of(ticket)).content.decode()
    assert desk.get(address).status_code == 302


def test_a_page_asks_again_only_while_something_may_change() -> None:
    ticket, now = filed(), clock.now()
    seconds = []
    for state in (
        {"status": "queued"},
        {"status": "sent", "sent_at": now},
        {"status": "sent", "sent_at": now - timedelta(hours=1)},
        {"status": "read", "sent_at": now},
        FAILED,
    ):
        sign = delivery_sign(replied(ticket, **state), now)
        assert sign is not None
        seconds.append(sign.ask_seconds)
    assert seconds == [3, 15, 0, 0, 0]


def test_a_failure_says_why_in_words_and_offers_to_try_again(desk: Client) -> None:
    ticket = filed(email="lin@example.com")
    message = replied(ticket, **FAILED)
    page = desk.get(page_of(ticket)).content.decode()
    assert "does not want messages from us" in page
    assert "(#551) not available" in page
    assert f"messages/{message.pk}/retry/" in page
    assert f"messages/{message.pk}/by-email/" in page
    assert "once the channel is put right" not in page


def test_a_failure_that_an_administrator_must_mend_says_so(desk: Client) -> None:
    ticket = filed()
    message = replied(ticket, **FAILED | {"error_code": "credentials"})
    page = desk.get(page_of(ticket)).content.decode()
    assert "renew the access token" in page
    assert "once the channel is put right" in page
    assert f"messages/{message.pk}/by-email/" not in page


def test_an_agent_tries_again(desk: Client) -> None:
    ticket = filed()
    message = replied(ticket, **FAILED)
    response = desk.post(f"{page_of(ticket)}messages/{message.pk}/retry/")
    assert response.status_code == 302
    assert Outgoing.objects.get().status == "queued"
    again = desk.post(f"{page_of(ticket)}messages/{message.pk}/retry/", **HTMX)
    assert again.status_code == 409
    assert "Only a message that failed" in again.content.decode()


def test_an_agent_sends_it_by_email_instead(desk: Client) -> None:
    ticket = filed(email="lin@example.com")
    message = replied(ticket, **FAILED)
    desk.post(f"{page_of(ticket)}messages/{message.pk}/by-email/")
    outgoing = Outgoing.objects.get()
    assert (outgoing.kind, outgoing.address) == ("email", "lin@example.com")


def test_strangers_and_readers_send_nothing(client: Client) -> None:
    ticket = filed()
    message = replied(ticket, **FAILED)
    address = f"{page_of(ticket)}messages/{message.pk}"
    assert client.post(f"{address}/retry/").status_code in {302, 403}
    client.force_login(make_user(role="auditor"))
    assert client.post(f"{address}/retry/").status_code == 403
    assert client.post(f"{address}/by-email/").status_code == 403
    client.force_login(make_user())
    assert client.get(f"{address}/delivery/", **HTMX).status_code in {200, 404}
    assert Outgoing.objects.get().status == "failed"


def test_the_message_of_another_ticket_is_not_shown(desk: Client) -> None:
    message, other = replied(filed()), filed()
    assert desk.get(f"{page_of(other)}messages/{message.pk}/delivery/").status_code == 404


def test_the_composer_says_when_the_window_closes(desk: Client) -> None:
    ticket = filed()
    written(ticket, 20.8)
    page = desk.get(page_of(ticket)).content.decode()
    assert "WhatsApp takes replies until" in page
    assert "3 h 1" in page
    assert "reach c-warn" not in page
    written(ticket, 23.5)
    assert "reach c-warn" in desk.get(page_of(ticket)).content.decode()


def test_after_the_window_the_composer_offers_what_is_allowed(desk: Client) -> None:
    ticket = filed(email="lin@example.com")
    written(ticket, 30)
    page = desk.get(page_of(ticket)).content.decode()
    assert "It takes no more until the customer writes again" in page
    assert 'value="template:order_news:zh_CN"' in page
    assert "E-mail to lin@example.com" in page
    form = {"kind": "reply", "text": "很抱歉", "idempotency_key": "k1"}
    refused = desk.post(f"{page_of(ticket)}write/", form, **HTMX)
    assert refused.status_code == 409
    assert "takes no more replies" in refused.content.decode()
    by_mail = desk.post(f"{page_of(ticket)}write/", form | {"send_as": "email"}, **HTMX)
    assert by_mail.status_code == 200
    assert Outgoing.objects.get().kind == "email"


def test_an_approved_message_goes_without_a_text(desk: Client) -> None:
    ticket = filed()
    written(ticket, 30)
    form = {
        "kind": "reply",
        "text": "",
        "idempotency_key": "k1",
        "send_as": "template:order_news:zh_CN",
        "value:order_news:zh_CN": ["R-1", "明天"],
    }
    assert desk.post(f"{page_of(ticket)}write/", form, **HTMX).status_code == 200
    assert ticket.messages.get(kind="reply").text == "您的订单 R-1 有新进展:明天"
    without = form | {"idempotency_key": "k2", "value:order_news:zh_CN": ["R-1"]}
    assert desk.post(f"{page_of(ticket)}write/", without, **HTMX).status_code == 422
    empty = {"kind": "reply", "text": "", "idempotency_key": "k3"}
    assert desk.post(f"{page_of(ticket)}write/", empty, **HTMX).status_code == 422


def test_without_a_way_the_text_is_kept_to_copy(desk: Client) -> None:
    ticket = filed(kind="shopify")
    assert "Redress cannot send here" in desk.get(page_of(ticket)).content.decode()
    message = services.reply(
        ticket_id=ticket.pk, text="很抱歉", by=make_user(role="supervisor"), now=clock.now()
    )
    page = desk.get(page_of(ticket)).content.decode()
    assert "Not sent by Redress" in page
    assert f'data-copy-text="message-{message.pk}"' in page


def test_what_a_connected_system_fetches_is_kept_for_it(desk: Client) -> None:
    ticket = factories.ticket(emails=())
    services.reply(
        ticket_id=ticket.pk, text="很抱歉", by=make_user(role="supervisor"), now=clock.now()
    )
    page = desk.get(page_of(ticket)).content.decode()
    assert "Kept for the connected system" in page
    assert "Redress cannot send here" not in page


def test_telling_the_window_costs_one_statement(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    generic, ours = factories.ticket(), filed()
    counted = []
    for ticket in (generic, generic, ours):
        cache.clear()
        with django_assert_max_num_queries(100) as captured:
            desk.get(page_of(ticket))
        counted.append(len(captured))
    assert counted[2] <= counted[1] + 1
