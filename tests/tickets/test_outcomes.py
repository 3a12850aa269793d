"""What becomes of replies: failed, late, sent again, by another way; and what may be sent."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from outbox import senders
from outbox import services as outbox
from outbox.errors import PermanentFailure, TemporaryFailure
from outbox.models import Outgoing
from tests.factories import MONDAY_TEN, incoming, make_source, make_user
from tickets import services, states, tasks
from tickets.errors import (
    FilesNotTaken,
    NoOtherWay,
    TextTooLong,
    UnknownMessageTemplate,
    WindowClosed,
)
from tickets.models import EventKind, Message, Ticket
from tickets.records import IncomingAttachment
from tickets.services import Chosen, outcomes

pytestmark = pytest.mark.django_db

TEMPLATE = {
    "name": "order_news",
    "language": "zh_CN",
    "text": "您的订单 {{1}} 有新进展:{{2}}",
    "variables": ["order", "news"],
}
SECRETS = json.dumps({"access_token": "a", "app_secret": "s", "verify_token": "v"})


class Platform:
    """Notes what it was handed and says what ``error`` says."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.payloads: list[dict[str, Any]] = []
        self.error: Exception | None = None

    def __call__(self, outgoing: Outgoing) -> str:
        self.bodies.append(outgoing.body)
        self.payloads.append(outgoing.payload)
        if self.error:
            raise self.error
        return f"id {len(self.bodies)}"


@pytest.fixture(autouse=True)
def _signals(django_capture_on_commit_callbacks: Any) -> Iterator[None]:
    with django_capture_on_commit_callbacks(execute=True):
        yield


@pytest.fixture
def platform() -> Iterator[Platform]:
    before = senders._senders["platform"]
    taken = Platform()
    senders.register("platform", taken)
    yield taken
    senders.register("platform", before)


def filed(*, kind: str = "whatsapp", email: str = "", **settings: Any) -> Ticket:
    options = {"phone_number_id": "1", "templates": [TEMPLATE]} | settings
    source = make_source(kind=kind, secret=SECRETS, settings=options)
    message = incoming(
        source=source.slug,
        channel=kind,
        sent_at=MONDAY_TEN,
        meta={"reply_to": "8613800000000"},
        emails=(email,) if email else (),
    )
    received = services.receive_message(incoming=message, now=MONDAY_TEN)
    assert received is not None
    return received.ticket


def replied(
    ticket: Ticket, *, text: str = "很抱歉", at: datetime | None = None, **more: Any
) -> Message:
    now = at or MONDAY_TEN + timedelta(minutes=10)
    return services.reply(ticket_id=ticket.pk, text=text, by=make_user(), now=now, **more)


def send(message: Message, *, minutes: float) -> Outgoing:
    assert message.outgoing is not None
    now = MONDAY_TEN + timedelta(minutes=minutes)
    outbox.send_one(outgoing_id=message.outgoing.pk, now=now)
    # What the signal would say once the transaction is in.
    services.note_delivery(outgoing_id=message.outgoing.pk, now=now)
    message.outgoing.refresh_from_db()
    return message.outgoing


def failed(platform: Platform, ticket: Ticket, **more: Any) -> Message:
    platform.error = PermanentFailure("blocked", code="blocked")
    message = replied(ticket, **more)
    assert send(message, minutes=11).status == "failed"
    platform.error = None
    ticket.refresh_from_db()
    return message


def kinds(ticket: Ticket) -> list[str]:
    ours = [EventKind.REPLY, EventKind.REPLY_FAILED, EventKind.REPLY_DELAYED]
    return list(ticket.events.filter(kind__in=ours).order_by("id").values_list("kind", flat=True))


def test_a_failed_reply_brings_the_ticket_back(platform: Platform) -> None:
    ticket = filed()
    failed(platform, ticket, then_status="waiting_customer")
    assert (ticket.status, ticket.unread) == (states.OPEN, True)
    assert ticket.first_replied_at is None
    assert ticket.unanswered_since == MONDAY_TEN
    event = ticket.events.get(kind=EventKind.REPLY_FAILED)
    assert event.data == {"why": "blocked", "code": "blocked"}


def test_a_reply_that_is_sent_again_counts_from_then_on(platform: Platform) -> None:
    ticket = filed()
    message = failed(platform, ticket)
    now = MONDAY_TEN + timedelta(minutes=30)
    services.retry_reply(message=message, by=make_user(), now=now)
    assert send(message, minutes=31).status == "sent"
    ticket.refresh_from_db()
    assert kinds(ticket) == ["reply", "reply_failed", "reply"]
    assert ticket.first_replied_at == MONDAY_TEN + timedelta(minutes=31)
    assert ticket.unanswered_since is None
    clock = ticket.clocks.get(metric="first")
    assert clock.stopped_at == MONDAY_TEN + timedelta(minutes=31)


def test_a_reply_that_fails_again_is_none_again(platform: Platform) -> None:
    ticket = filed()
    message = failed(platform, ticket)
    for minutes in (20, 40):
        now = MONDAY_TEN + timedelta(minutes=minutes)
        services.retry_reply(message=message, by=make_user(), now=now)
        platform.error = None if minutes == 20 else PermanentFailure("no")
        send(message, minutes=minutes + 1)
        if minutes == 20:
            outbox.record_receipt(
                scope=ticket.source, external_id="id 2", state="failed", now=now, why="gone"
            )
            assert message.outgoing is not None
            services.note_delivery(outgoing_id=message.outgoing.pk, now=now)
    ticket.refresh_from_db()
    assert kinds(ticket) == ["reply", "reply_failed", "reply", "reply_failed"]
    assert ticket.first_replied_at is None


def test_an_outcome_is_noted_once(platform: Platform) -> None:
    ticket = filed()
    message = failed(platform, ticket)
    assert message.outgoing is not None
    for _ in range(3):
        services.note_delivery(outgoing_id=message.outgoing.pk, now=MONDAY_TEN)
    assert kinds(ticket) == ["reply", "reply_failed"]


def test_a_lost_signal_is_made_up_for(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = filed()
    platform.error = PermanentFailure("no")
    message = replied(ticket)
    assert message.outgoing is not None
    now = MONDAY_TEN + timedelta(minutes=11)
    monkeypatch.setattr(tasks.clock, "now", lambda: now)
    outbox.send_one(outgoing_id=message.outgoing.pk, now=now)
    assert services.unnoticed_outcomes(now=now) == [message.outgoing.pk]
    tasks.sweep_outcomes()
    assert kinds(ticket) == ["reply", "reply_failed"]
    assert services.unnoticed_outcomes(now=now) == []
    services.retry_reply(message=message, by=make_user(), now=now)
    platform.error = None
    outbox.send_one(outgoing_id=message.outgoing.pk, now=now)
    assert services.unnoticed_outcomes(now=now) == [message.outgoing.pk]
    tasks.sweep_outcomes()
    assert kinds(ticket)[-1] == "reply"
    assert services.unnoticed_outcomes(now=now) == []


def test_a_reply_that_is_late_is_told_once(platform: Platform) -> None:
    ticket = filed()
    message = replied(ticket)
    platform.error = TemporaryFailure("503")
    for number in range(outcomes.LATE_AFTER_ATTEMPTS + 2):
        send(message, minutes=20 + 60 * number)
    ticket.refresh_from_db()
    assert kinds(ticket) == ["reply", "reply_delayed"]
    assert ticket.unread
    assert ticket.first_replied_at is not None


def test_a_failed_reply_can_go_by_email(platform: Platform, mailoutbox: list[Any]) -> None:
    ticket = filed(email="lin@example.com")
    message = failed(platform, ticket)
    now = MONDAY_TEN + timedelta(minutes=30)
    services.send_by_email(message=message, by=make_user(), now=now)
    assert send(message, minutes=31).status == "sent"
    assert [mail.to for mail in mailoutbox] == [["lin@example.com"]]
    message.refresh_from_db()
    assert message.external_id in mailoutbox[0].extra_headers["Message-ID"]
    assert kinds(ticket) == ["reply", "reply_failed", "reply"]


def test_without_an_address_there_is_no_other_way(platform: Platform) -> None:
    ticket = filed()
    message = failed(platform, ticket)
    with pytest.raises(NoOtherWay):
        services.send_by_email(message=message, by=make_user(), now=MONDAY_TEN)
    with pytest.raises(NoOtherWay):
        replied(ticket, chosen=Chosen(via="email"))


DAY_LATER = MONDAY_TEN + timedelta(hours=25)


def test_the_agent_is_told_when_the_window_closes() -> None:
    ticket = filed(email="lin@example.com")
    open_now = services.reach_of(ticket, MONDAY_TEN + timedelta(hours=20))
    assert open_now.means is not None
    assert open_now.means.closes_at == MONDAY_TEN + timedelta(hours=24)
    assert (open_now.way, open_now.is_closed, open_now.email) == ("own", False, "")
    closed = services.reach_of(ticket, DAY_LATER)
    assert (closed.way, closed.is_closed, closed.email) == ("own", True, "lin@example.com")
    assert [one.name for one in closed.templates] == ["order_news"]


def test_a_reply_after_the_window_is_refused_before_it_is_queued(platform: Platform) -> None:
    ticket = filed()
    with pytest.raises(WindowClosed):
        replied(ticket, at=DAY_LATER)
    assert not Outgoing.objects.exists()
    assert not ticket.messages.filter(kind="reply").exists()


def test_a_new_message_opens_the_window_again() -> None:
    ticket = filed()
    again = incoming(
        source=ticket.source,
        channel="whatsapp",
        sent_at=DAY_LATER,
        received_at=DAY_LATER,
        thread=ticket.thread_key,
        external_ids=("8613800000000",),
        meta={"reply_to": "8613800000000"},
    )
    Ticket.objects.filter(pk=ticket.pk).update(thread_key="t")
    Message.objects.filter(ticket=ticket).update(received_at=MONDAY_TEN)
    received = services.receive_message(incoming=again, now=DAY_LATER)
    assert received is not None
    reach = services.reach_of(received.ticket, DAY_LATER + timedelta(hours=23))
    assert not reach.is_closed


def test_a_window_that_closes_while_the_reply_waits_fails_with_the_reason() -> None:
    ticket = filed()
    message = replied(ticket, at=MONDAY_TEN + timedelta(hours=23))
    outgoing = send(message, minutes=25 * 60)
    assert (outgoing.status, outgoing.error_code) == ("failed", "window_closed")
    with pytest.raises(WindowClosed):
        services.retry_reply(message=message, by=make_user(), now=DAY_LATER)


def test_after_the_window_a_template_goes(platform: Platform) -> None:
    ticket = filed()
    chosen = Chosen(template="order_news:zh_CN", values=("R-1", "明天 送达"))
    message = replied(ticket, text="", at=DAY_LATER, chosen=chosen)
    assert message.text == "您的订单 R-1 有新进展:明天 送达"
    assert send(message, minutes=25 * 60).status == "sent"
    assert platform.payloads[0]["template"] == {
        "name": "order_news",
        "language": "zh_CN",
        "values": ["R-1", "明天 送达"],
    }


@pytest.mark.parametrize(
    "chosen",
    [
        Chosen(template="unknown:en", values=("a", "b")),
        Chosen(template="order_news:zh_CN", values=("a",)),
        Chosen(template="order_news:zh_CN", values=("a", " ")),
    ],
    ids=["unknown", "too few", "empty"],
)
def test_a_template_must_be_known_and_filled_in(chosen: Chosen) -> None:
    with pytest.raises(UnknownMessageTemplate):
        replied(filed(), text="", at=DAY_LATER, chosen=chosen)


def test_after_the_window_it_goes_by_email_if_somebody_says_so(mailoutbox: list[Any]) -> None:
    ticket = filed(email="lin@example.com")
    message = replied(ticket, at=DAY_LATER, chosen=Chosen(via="email"))
    assert send(message, minutes=25 * 60).kind == "email"
    assert len(mailoutbox) == 1


def test_a_closing_message_goes_by_email_when_the_window_is_over() -> None:
    from tests.factories import resolved, triaged

    ticket = triaged(filed(email="lin@example.com"))
    replied(ticket)
    resolved(ticket, by=make_user(role="supervisor"), at=DAY_LATER)
    assert Outgoing.objects.order_by("-id").values_list("kind", flat=True)[0] == "email"


def test_a_late_reply_is_taken_where_a_person_may_answer_later(platform: Platform) -> None:
    ticket = filed(kind="messenger", page_id="1", human_agent="true")
    reach = services.reach_of(ticket, DAY_LATER)
    assert (reach.is_closed, reach.is_late) == (False, True)
    assert send(replied(ticket, at=DAY_LATER), minutes=25 * 60).status == "sent"
    with pytest.raises(WindowClosed):
        replied(ticket, at=MONDAY_TEN + timedelta(days=7))


def test_a_text_that_is_too_long_is_said_at_once() -> None:
    ticket = filed()
    with pytest.raises(TextTooLong):
        replied(ticket, text="很抱歉。" * 1024 + "啊")
    replied(ticket, text="很抱歉。" * 1024)


def test_files_are_refused_where_they_cannot_be_sent() -> None:
    label = IncomingAttachment("a.pdf", "application/pdf", b"x")
    with pytest.raises(FilesNotTaken):
        replied(filed(), attachments=[label])


@pytest.mark.parametrize(
    ("email", "way"), [("", "none"), ("lin@example.com", "email")], ids=["nobody", "address"]
)
def test_where_nothing_can_be_sent_the_agent_is_told(email: str, way: str) -> None:
    ticket = filed(kind="shopify", email=email)
    assert services.reach_of(ticket, MONDAY_TEN).way == way


def test_a_channel_without_access_falls_back_to_the_address() -> None:
    ticket = filed(email="lin@example.com", phone_number_id="")
    assert services.reach_of(ticket, MONDAY_TEN).way == "email"
