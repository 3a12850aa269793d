"""The platforms at the real door: handshakes, the words that they wait for, the ledger."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from common import clock
from intake import services
from intake.models import DeliveryStatus, RawDelivery, Source
from tests.factories import make_source
from tests.intake.channels import platforms
from tests.intake.channels.platforms import Platform
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


def source_of(platform: Platform) -> Source:
    secret = json.dumps(platform.secrets)
    made: Any = make_source(kind=platform.kind, secret=secret, settings=platform.settings)
    assert isinstance(made, Source)
    return made


def post(platform: Platform, source: Source, body: bytes) -> Any:
    signed = platform.request(body, at=datetime.fromtimestamp(time.time(), UTC))
    return Client().post(
        f"/intake/{source.slug}/",
        signed.body,
        content_type=signed.headers.get("content-type", "application/json"),
        headers=dict(signed.headers),
        query_params=dict(signed.query),
    )


def process_all() -> None:
    for delivery_id in services.waiting_ids(now=clock.now()):
        services.process_delivery(delivery_id=delivery_id, now=clock.now())


def recorded(name: str) -> bytes:
    return (platforms.DATA / name).read_bytes()


def test_an_edit_joins_the_ticket_and_a_second_delivery_is_nothing_new() -> None:
    source = source_of(platforms.TELEGRAM)
    for name in ("message", "message", "edit"):
        response = post(platforms.TELEGRAM, source, recorded(f"telegram_{name}.json"))
        assert (response.status_code, response.content) == (200, b"")
    process_all()
    assert Ticket.objects.count() == 1
    assert [message.kind for message in Message.objects.order_by("pk")] == ["customer", "auto"]
    assert RawDelivery.objects.get(external_id="update:700000001").repeats == 1


def test_an_edit_alone_opens_no_ticket() -> None:
    post(platforms.TELEGRAM, source_of(platforms.TELEGRAM), recorded("telegram_edit.json"))
    process_all()
    assert not Ticket.objects.exists()
    assert RawDelivery.objects.get().status == DeliveryStatus.IGNORED


def test_line_tries_the_address_and_finds_it() -> None:
    response = post(platforms.LINE, source_of(platforms.LINE), b'{"events": []}')
    assert response.status_code == 200
    process_all()
    assert RawDelivery.objects.get().status == DeliveryStatus.IGNORED


def test_slack_gets_its_challenge_back() -> None:
    source = source_of(platforms.SLACK)
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()
    response = post(platforms.SLACK, source, body)
    assert (response.status_code, response.content) == (200, b"3eZbrw1a")
    assert not RawDelivery.objects.exists()
    forged = Client().post(f"/intake/{source.slug}/", body, content_type="application/json")
    assert forged.status_code == 401


def test_what_cannot_be_read_is_taken_and_becomes_a_dead_letter() -> None:
    assert post(platforms.SLACK, source_of(platforms.SLACK), b"not json").status_code == 200
    process_all()
    delivery = RawDelivery.objects.get()
    assert (delivery.status, delivery.reason != "") == (DeliveryStatus.DEAD, True)


def test_a_forged_delivery_is_refused_and_noted_on_the_source() -> None:
    source = source_of(platforms.LINE)
    response = Client().post(
        f"/intake/{source.slug}/",
        recorded("line_unsend.json"),
        content_type="application/json",
        headers={"X-Line-Signature": "x"},
    )
    assert response.status_code == 401
    assert not RawDelivery.objects.exists()
    source.refresh_from_db()
    assert "X-Line-Signature" in source.last_refusal


def test_a_platforms_delivery_takes_three_statements_at_most(
    django_assert_max_num_queries: Any,
) -> None:
    source = source_of(platforms.LINE)
    with django_assert_max_num_queries(3):
        post(platforms.LINE, source, recorded("line_two_events.json"))


def test_a_get_without_a_handshake_is_405() -> None:
    source = source_of(platforms.TELEGRAM)
    assert Client().get(f"/intake/{source.slug}/").status_code == 405


@pytest.mark.parametrize("platform", [platforms.WHATSAPP, platforms.MESSENGER, platforms.INSTAGRAM])
def test_meta_gets_its_challenge_back_for_the_right_token(platform: Platform) -> None:
    source = source_of(platform)
    question = {"hub.mode": "subscribe", "hub.verify_token": "agreed", "hub.challenge": "115"}
    right = Client().get(f"/intake/{source.slug}/", question)
    assert (right.status_code, right.content) == (200, b"115")
    assert right["Content-Type"].startswith("text/plain")
    for wrong in ({"hub.verify_token": "guess"}, {"hub.mode": "x"}, {"hub.verify_token": "é"}):
        assert Client().get(f"/intake/{source.slug}/", question | wrong).status_code == 403
    assert Client().get(f"/intake/{source.slug}/").status_code == 403


def test_receipts_of_one_message_are_kept_apart() -> None:
    source = source_of(platforms.WHATSAPP)
    body = recorded("whatsapp_statuses.json")
    for status in (b"sent", b"delivered", b"read"):
        post(platforms.WHATSAPP, source, body.replace(b"read", status))
    process_all()
    assert RawDelivery.objects.filter(status=DeliveryStatus.IGNORED).count() == 3


def post_form(platform: Platform, source: Source, name: str) -> Any:
    """Post as Twilio does: the signature covers the public address of the door."""
    url = f"http://127.0.0.1:8000/intake/{source.slug}/"
    signed = platform.request(recorded(name), url=url)
    return Client().post(
        f"/intake/{source.slug}/",
        signed.body,
        content_type=signed.headers["content-type"],
        headers={"X-Twilio-Signature": signed.headers["x-twilio-signature"]},
    )


def test_twilio_is_verified_by_the_public_address(settings: Any) -> None:
    settings.REDRESS_PUBLIC_URL = "http://127.0.0.1:8000"
    source = source_of(platforms.TWILIO_SMS)
    response = post_form(platforms.TWILIO_SMS, source, "twilio_sms_mms.form")
    assert (response.status_code, response["Content-Type"]) == (200, "text/xml; charset=utf-8")
    settings.REDRESS_PUBLIC_URL = "https://elsewhere.example"
    assert post_form(platforms.TWILIO_SMS, source, "twilio_sms_mms.form").status_code == 401


@pytest.mark.parametrize("order", [("recording", "transcript"), ("transcript", "recording")])
def test_a_recording_and_its_transcript_are_one_complaint(
    order: tuple[str, str], settings: Any
) -> None:
    settings.REDRESS_PUBLIC_URL = "http://127.0.0.1:8000"
    source = source_of(platforms.TWILIO_VOICE)
    call = post_form(platforms.TWILIO_VOICE, source, "twilio_voice_call.form")
    assert b"<Record " in call.content
    for name in order:
        assert post_form(platforms.TWILIO_VOICE, source, f"twilio_voice_{name}.form").content
        process_all()
    assert Ticket.objects.count() == 1
    texts = set(Message.objects.values_list("text", flat=True))
    assert texts == {"[voice 0:32]", "my parcel is wet"}


def test_wechat_gets_its_echo_and_the_word_that_it_waits_for() -> None:
    source = source_of(platforms.WECHAT)
    at = datetime.fromtimestamp(time.time(), UTC)
    query = dict(platforms.WECHAT.request(b"", at=at).query) | {"echostr": "8131"}
    right = Client().get(f"/intake/{source.slug}/", query)
    assert (right.status_code, right.content) == (200, b"8131")
    wrong = Client().get(f"/intake/{source.slug}/", query | {"signature": "0"})
    assert wrong.status_code == 403
    for _ in range(2):
        said = post(platforms.WECHAT, source, recorded("wechat_text.xml"))
        assert (said.status_code, said.content) == (200, b"success")
    process_all()
    assert Ticket.objects.get().channel == "wechat"


def test_an_encrypted_message_that_comes_twice_is_one() -> None:
    source = source_of(platforms.WECHAT_SAFE)
    for _ in range(2):
        assert post(platforms.WECHAT_SAFE, source, recorded("wechat_text.xml")).status_code == 200
    process_all()
    assert Message.objects.get().text == "快递三天没动了,麻烦看下"
    assert RawDelivery.objects.get().repeats == 1


def test_wecom_gets_its_decrypted_echo() -> None:
    source = source_of(platforms.WECOM)
    echo = platforms.encrypt(b"1616", platforms.AES_KEY, "corp1")
    now = datetime.fromtimestamp(time.time(), UTC)
    query = platforms.query_of(platforms.WECOM.secrets, now, "msg_signature", echo)
    address = f"/intake/{source.slug}/"
    right = Client().get(address, query | {"echostr": echo})
    assert (right.status_code, right.content) == (200, b"1616")
    assert Client().get(address, query | {"echostr": "other"}).status_code == 403


def test_douyin_gets_its_challenge_as_json() -> None:
    source = source_of(platforms.DOUYIN)
    body = b'{"event": "verify_webhook", "content": {"challenge": 12345}}'
    assert post(platforms.DOUYIN, source, body).json() == {"challenge": 12345}
    assert not RawDelivery.objects.exists()


def test_shopifys_topic_is_kept_with_the_delivery() -> None:
    source = source_of(platforms.SHOPIFY)
    assert post(platforms.SHOPIFY, source, recorded("shopify_order.json")).status_code == 200
    process_all()
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.order_number) == ("shopify", "#1001")
