"""Mail of ours that comes back: which it was, what follows, and what a machine may still send."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from outbox.models import Outgoing, OutgoingStatus
from tests import factories
from tests.factories import MONDAY_TEN, make_user
from tickets import held, mail_threading, queries, services
from tickets.models import FailingAddress, Message, MessageKind, Ticket
from tickets.records import BouncedMail
from tickets.services.replies import write_out

pytestmark = pytest.mark.django_db
LATER = MONDAY_TEN + timedelta(hours=1)
ANN = "ann@example.com"


def answered(**changes: Any) -> tuple[Ticket, Message]:
    filed = factories.ticket(emails=(ANN,), channel="email", **changes)
    reply = services.reply(
        ticket_id=filed.pk, text="Hello", by=make_user(), now=MONDAY_TEN + timedelta(minutes=5)
    )
    Outgoing.objects.update(status=OutgoingStatus.SENT, sent_at=reply.created_at)
    return filed, reply


def remind(filed: Ticket, **changes: Any) -> Message:
    now = changes.pop("now", LATER)
    return write_out(filed, "Any news?", by=None, now=now, kind=MessageKind.AUTO, **changes)


def bounce(now: Any = LATER, **values: Any) -> Message | None:
    return services.record_bounce(bounced=BouncedMail(why="550 no such user", **values), now=now)


def by_id(reply: Message) -> dict[str, Any]:
    return {"ids": (reply.external_id,)}


def by_rewritten_id(reply: Message) -> dict[str, Any]:
    Outgoing.objects.update(external_id="<0100-abc@eu.mailer.example>")
    return {"ids": ("0100-abc@eu.mailer.example",)}


def by_key_of_the_message(reply: Message) -> dict[str, Any]:
    return {"keys": (mail_threading.keyed(reply.ticket_id, reply.pk, settings.SECRET_KEY),)}


def by_plus_address(reply: Message) -> dict[str, Any]:
    return {"keys": (mail_threading.keyed(reply.ticket_id, 0, settings.SECRET_KEY),)}


def by_recipient(reply: Message) -> dict[str, Any]:
    return {"recipients": ("Ann@Example.com",)}


@pytest.mark.parametrize(
    "evidence",
    [by_id, by_rewritten_id, by_key_of_the_message, by_plus_address, by_recipient],
    ids=lambda evidence: evidence.__name__,
)
def test_a_bounce_marks_the_message_and_the_address(evidence: Any) -> None:
    filed, reply = answered()
    assert bounce(**evidence(reply)) == reply
    outgoing = Outgoing.objects.get()
    assert (outgoing.status, outgoing.error_code) == (OutgoingStatus.FAILED, "bounced")
    failing = queries.find_failing([ANN], now=LATER)
    assert failing is not None
    assert (failing.since, failing.why) == (LATER, "550 no such user")
    filed.refresh_from_db()
    assert filed.first_replied_at is None


@pytest.mark.parametrize(
    "values",
    [
        {"ids": ("someone@else.example",)},
        {"keys": ("rd.1.1.00000000000000000000",)},
        {"recipients": ("other@example.com",)},
        {},
    ],
    ids=["foreign id", "forged key", "other address", "nothing"],
)
def test_a_bounce_of_what_we_did_not_send_changes_nothing(values: Any) -> None:
    answered()
    assert bounce(**values) is None
    assert Outgoing.objects.get().status == OutgoingStatus.SENT
    assert not FailingAddress.objects.exists()


def test_an_address_alone_is_believed_for_some_days_only() -> None:
    answered()
    assert bounce(now=MONDAY_TEN + timedelta(days=8), recipients=(ANN,)) is None


def test_a_bounce_reopens_nothing_and_counts_once() -> None:
    filed, reply = answered()
    resolved = factories.resolved(
        factories.triaged(filed), by=make_user(role="senior"), at=MONDAY_TEN + timedelta(minutes=9)
    )
    bounce(**by_id(reply))
    bounce(**by_id(reply))
    resolved.refresh_from_db()
    assert (resolved.status, resolved.round) == ("resolved", 1)
    assert resolved.events.filter(kind="reply_failed").count() == 1


def test_nothing_automatic_goes_to_an_address_for_sixty_days_after_a_bounce() -> None:
    filed, reply = answered()
    bounce(**by_id(reply))
    stopped = remind(filed)
    assert (stopped.outgoing, stopped.meta["why"]) == (None, held.ADDRESS_FAILS)
    assert remind(filed, now=LATER + timedelta(days=61)).outgoing is not None


def test_a_person_may_write_to_a_failing_address_and_is_told(client: Client) -> None:
    filed, reply = answered()
    bounce(**by_id(reply))
    remind(filed)
    agent = make_user(role="supervisor")
    client.force_login(agent)
    page = client.get(filed.get_absolute_url()).content.decode()
    assert f"Mail to {ANN} fails since" in page
    assert "Mail to this address comes back." in page
    again = services.reply(ticket_id=filed.pk, text="Hello?", by=agent, now=LATER)
    assert again.outgoing is not None


def test_an_address_that_a_later_mail_reaches_fails_no_longer() -> None:
    filed, reply = answered()
    bounce(**by_id(reply))
    again = services.reply(ticket_id=filed.pk, text="?", by=make_user(), now=LATER)
    assert again.outgoing_id is not None
    Outgoing.objects.filter(pk=again.outgoing_id).update(
        status=OutgoingStatus.DELIVERED, sent_at=LATER + timedelta(minutes=1)
    )
    services.note_delivery(outgoing_id=again.outgoing_id, now=LATER + timedelta(minutes=2))
    assert not FailingAddress.objects.exists()


def test_a_machine_writes_to_a_ticket_an_address_and_all_so_often_and_no_oftener(
    settings: Any,
) -> None:
    settings.REDRESS_AUTO_MAILS_PER_ADDRESS = 2
    first, second = (factories.ticket(emails=(ANN,), channel="email") for _ in range(2))
    assert [remind(t).meta.get("why") for t in (first, second, first)] == [
        None,
        None,
        held.ADDRESS_CAP,
    ]
    settings.REDRESS_AUTO_MAILS_PER_TICKET = 1
    assert remind(first, now=LATER + timedelta(hours=2)).meta["why"] == held.TICKET_CAP
    settings.REDRESS_AUTO_MAILS_PER_HOUR = 2
    other = factories.ticket(emails=("bob@example.com",), channel="email")
    assert remind(other).meta["why"] == held.TOTAL_CAP
    assert remind(other, now=LATER + timedelta(hours=2)).outgoing is not None
