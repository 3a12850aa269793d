"""A reply on the ticket leaves on the platform that the customer wrote on."""

import base64
import json
from typing import Any

import httpx
import pytest

from common import clock
from intake import services as intake
from intake.channels import adapter_for
from intake.channels.base import Door, RawRequest
from intake.errors import BadBody
from intake.models import RawDelivery
from intake.sending.delivery import send_reply
from outbox import services as outbox
from outbox.errors import PermanentFailure
from outbox.models import Outgoing
from tests.factories import incoming, make_source, make_user
from tickets import services
from tickets.records import IncomingAttachment

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


def answered_by_callback() -> tuple[Any, Outgoing]:
    source: Any = make_source(settings={"callback_url": "https://shop.example/replies"})
    now = clock.now()
    message = incoming(source=source.slug, channel="generic", emails=())
    received = services.receive_message(incoming=message, now=now)
    assert received is not None
    label = IncomingAttachment("面单.pdf", "application/pdf", b"%PDF-1.7 label")
    by: Any = make_user()
    reply = services.reply(
        ticket_id=received.ticket.pk, text="Sorry", by=by, now=now, attachments=[label]
    )
    assert reply.outgoing is not None
    return source, reply.outgoing


def posted(source: Any, receipt: dict[str, Any]) -> RawDelivery:
    body = json.dumps({"receipt": receipt}).encode()
    stored = intake.store(
        source=source, body=body, external_id="", verified="signature", now=clock.now()
    )
    intake.process_delivery(delivery_id=stored.delivery_id, now=clock.now())
    return RawDelivery.objects.get(pk=stored.delivery_id)


def test_a_system_gets_the_files_of_a_reply_and_tells_what_became_of_it(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    source, outgoing = answered_by_callback()
    told: list[dict[str, Any]] = []

    def take(_url: str, *, content: bytes, **_more: Any) -> httpx.Response:
        told.append(json.loads(content))
        return httpx.Response(204)

    monkeypatch.setattr(httpx, "post", take)
    sent = outbox.send_one(outgoing_id=outgoing.pk, now=clock.now())
    assert sent is not None
    assert (sent.status, sent.external_id) == ("sent", told[0]["id"])
    (file,) = told[0]["attachments"]
    assert (file["name"], base64.b64decode(file["content_base64"])) == (
        "面单.pdf",
        b"%PDF-1.7 label",
    )
    delivery = posted(source, {"message": told[0]["id"], "state": "delivered"})
    assert delivery.trail[-1]["step"] == "receipt"
    outgoing.refresh_from_db()
    assert outgoing.status == "delivered"
    posted(source, {"message": told[0]["id"], "state": "failed", "reason": "late"})
    outgoing.refresh_from_db()
    assert outgoing.status == "delivered"


@pytest.mark.parametrize(
    "receipt", [{}, {"message": "m"}, {"message": "m", "state": "lost"}, {"state": "read"}]
)
def test_a_receipt_that_says_nothing_is_refused_with_the_reason(receipt: dict[str, Any]) -> None:
    request = RawRequest(json.dumps({"receipt": receipt}).encode(), {}, clock.now())
    with pytest.raises(BadBody, match="receipt"):
        adapter_for("generic").external_id(request, Door("shop", "s"))
