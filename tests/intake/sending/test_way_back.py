"""A reply on the ticket leaves on the platform that the customer wrote on."""

import json
from typing import Any

import pytest

from common import clock
from intake.sending.delivery import send_reply
from outbox.errors import PermanentFailure
from outbox.models import Outgoing
from tests.factories import incoming, make_source, make_user
from tickets import services

pytestmark = pytest.mark.django_db


def answered(kind: str, channel: str, meta: dict[str, Any]) -> Outgoing | None:
    secret = json.dumps({"bot_token": "t"})
    source: Any = make_source(kind=kind, secret=secret)
    now = clock.now()
    message = incoming(source=source.slug, channel=channel, meta=meta, emails=())
    received = services.receive_message(incoming=message, now=now)
    assert received is not None
    by: Any = make_user()
    reply = services.reply(ticket_id=received.ticket.pk, text="We are sorry", by=by, now=now)
    return reply.outgoing


def test_a_reply_is_queued_for_the_platform() -> None:
    outgoing = answered("telegram", "telegram", {"reply_to": "9001"})
    assert outgoing is not None
    assert (outgoing.kind, outgoing.address) == ("platform", "9001")
    assert outgoing.payload["to"] == "9001"


def test_a_message_without_an_address_of_its_own_is_not_answered_there() -> None:
    assert answered("telegram", "telegram", {}) is None


def test_a_system_that_speaks_for_a_platform_is_not_taken_for_it() -> None:
    assert answered("generic", "whatsapp", {"reply_to": "9001"}) is None


def test_a_source_that_is_gone_is_said() -> None:
    with pytest.raises(PermanentFailure):
        send_reply(Outgoing(kind="platform", payload={"source": "gone", "to": "1"}, body="x"))
