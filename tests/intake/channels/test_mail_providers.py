"""Mailgun, Postmark and SendGrid: who may deliver, and that the mail is read as any other."""

import base64
import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from common import clock
from intake import services
from intake.channels import adapter_for
from intake.channels.base import Door, RawRequest
from intake.errors import Refused, StaleTimestamp, Unreadable
from intake.models import RawDelivery
from tests.factories import make_source
from tests.intake.channels.platforms import NOW, URL, Platform, hex_mac
from tests.intake.channels.test_robustness import mutate, try_all
from tickets.models import Message
from tickets.records import IncomingMessage

RAW = (
    b"From: Ann <ann@example.com>\r\nTo: care@shop.example\r\nSubject: Broken lamp\r\n"
    b"Message-ID: <1@example.com>\r\n\r\nThe lamp is broken.\r\n"
)
BOUNDARY = "xYzZY"


def multipart(fields: dict[str, bytes], files: dict[str, tuple[str, bytes]] | None = None) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value
        for name, value in fields.items()
    ]
    parts += [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
        f"Content-Type: image/png\r\n\r\n".encode()
        + value
        for name, (file, value) in (files or {}).items()
    ]
    return b"\r\n".join([*parts, f"--{BOUNDARY}--\r\n".encode()])


HEADERS = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
MAILGUN = Door("mail", "mg-key")
PASSWORD = Door("mail", "letmein")


def mailgun(fields: dict[str, bytes], *, at: datetime = NOW, key: str = "mg-key") -> RawRequest:
    seconds, token = str(int(at.timestamp())), "t" * 50
    signature = hex_mac(key, f"{seconds}{token}".encode())
    signed = {"timestamp": seconds, "token": token, "signature": signature}
    body = multipart({name: value.encode() for name, value in signed.items()} | fields)
    return RawRequest(body, HEADERS, NOW, url=URL)


def read(kind: str, body: bytes, headers: dict[str, str] | None = None) -> IncomingMessage:
    (found,) = adapter_for(kind).parse(body, NOW, PASSWORD, HEADERS if headers is None else headers)
    assert isinstance(found, IncomingMessage)
    return found


def assert_is_the_lamp(message: IncomingMessage) -> None:
    assert (message.subject, message.text.strip()) == ("Broken lamp", "The lamp is broken.")
    assert (message.emails, message.from_name) == (("ann@example.com",), "Ann")
    assert (message.external_id, message.channel) == ("1@example.com", "email")


def test_mailgun_is_verified_by_timestamp_and_token() -> None:
    adapter, request = adapter_for("mailgun"), mailgun({"body-mime": RAW})
    assert adapter.verify(request, MAILGUN)
    assert adapter.external_id(request, MAILGUN) == f"token:{'t' * 50}"
    for forged in (
        mailgun({"body-mime": RAW}, key="other"),
        replace(request, body=request.body.replace(b"tttt", b"uuuu")),
        replace(request, body=request.body.replace(b'name="signature"', b'name="other"')),
        replace(request, body=b"x"),
        replace(request, body=b""),
    ):
        with pytest.raises(Refused):
            adapter.verify(forged, MAILGUN)
    with pytest.raises(Refused):
        adapter.verify(mailgun({}, key=""), Door("mail", ""))


@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_old_or_future_time_of_mailgun_is_refused(seconds: int) -> None:
    request = mailgun({"body-mime": RAW}, at=NOW + timedelta(seconds=seconds))
    with pytest.raises(StaleTimestamp):
        adapter_for("mailgun").verify(request, MAILGUN)


def test_mailguns_raw_mail_is_read_as_it_came() -> None:
    assert_is_the_lamp(read("mailgun", mailgun({"body-mime": RAW}).body))


def test_mailguns_fields_become_a_mail_again() -> None:
    headers = [
        ["From", "Ann <ann@example.com>"],
        ["Subject", "Broken lamp"],
        ["Message-Id", "<1@example.com>"],
        ["Content-Type", "text/html"],
    ]
    fields = {
        "message-headers": json.dumps(headers).encode(),
        "body-plain": b"The lamp is broken.",
    }
    assert_is_the_lamp(read("mailgun", multipart(fields)))
    bare = {
        "from": b"Ann <ann@example.com>",
        "subject": b"Broken lamp",
        "Message-Id": b"<1@example.com>",
        "body-plain": b"The lamp is broken.",
    }
    assert_is_the_lamp(read("mailgun", multipart(bare)))


@pytest.mark.parametrize("kind", ["postmark", "sendgrid"])
def test_a_password_opens_by_header_or_address(kind: str) -> None:
    adapter, request = adapter_for(kind), RawRequest(b"{}", {}, NOW, url=URL)
    right = "Basic " + base64.b64encode(b"redress:letmein").decode()
    assert adapter.verify(replace(request, headers={"authorization": right}), PASSWORD)
    assert adapter.verify(replace(request, query={"key": "letmein"}), PASSWORD)
    for wrong in (
        "",
        "Basic",
        "Basic é",
        "Basic \ud83d",
        f"{right},{right}",
        right.replace("Basic", "Bearer"),
        "Basic " + base64.b64encode(b"other:letmein").decode(),
        "Basic " + base64.b64encode(b"redress:letmeix").decode(),
        "Basic " + base64.b64encode(b"\xff:").decode(),
    ):
        with pytest.raises(Refused):
            adapter.verify(replace(request, headers={"authorization": wrong}), PASSWORD)
    for query in ({}, {"key": ""}, {"key": "é"}, {"key": "letmein,letmein"}):
        with pytest.raises(Refused):
            adapter.verify(replace(request, query=query), PASSWORD)
    with pytest.raises(Refused):
        adapter.verify(replace(request, query={"key": ""}), Door("mail", ""))


def postmark(**changes: Any) -> bytes:
    value = {
        "From": "ann@example.com",
        "FromFull": {"Email": "ann@example.com", "Name": "Ann"},
        "Subject": "Broken lamp",
        "MessageID": "pm-1",
        "TextBody": "The lamp is broken.",
        "HtmlBody": "",
        "Headers": [
            {"Name": "From", "Value": "Ann <ann@example.com>"},
            {"Name": "Message-ID", "Value": "<1@example.com>"},
        ],
        "Attachments": [
            {
                "Name": "lamp.png",
                "Content": base64.b64encode(b"picture").decode(),
                "ContentType": "image/png",
                "ContentID": "",
            }
        ],
    }
    return json.dumps(value | changes).encode()


def test_postmarks_parts_become_a_mail_again_with_their_files() -> None:
    message = read("postmark", postmark())
    assert_is_the_lamp(message)
    (file,) = message.attachments
    assert (file.name, file.content_type, file.content) == ("lamp.png", "image/png", b"picture")


def test_postmarks_raw_mail_is_read_as_it_came() -> None:
    assert_is_the_lamp(read("postmark", postmark(RawEmail=RAW.decode(), TextBody="other")))


def test_an_automatic_answer_is_recognised_behind_postmark() -> None:
    headers = [{"Name": "Auto-Submitted", "Value": "auto-replied"}]
    assert read("postmark", postmark(Headers=headers)).is_auto


def test_postmarks_own_id_is_the_deliverys_id() -> None:
    request = RawRequest(postmark(), {}, NOW)
    assert adapter_for("postmark").external_id(request, PASSWORD) == "message:pm-1"


def test_sendgrids_raw_mail_is_read_as_it_came() -> None:
    assert_is_the_lamp(read("sendgrid", multipart({"email": RAW, "to": b"care@shop.example"})))


def test_sendgrids_fields_are_read_in_their_own_charsets() -> None:
    fields = {
        "headers": b"From: Ann <ann@example.com>\nMessage-ID:\n <1@example.com>"
        b"\nSubject: Broken lamp",
        "text": "灯坏了".encode("gbk"),
        "charsets": b'{"text": "gbk", "headers": "UTF-8"}',
        "content-ids": b'{"pic": "attachment1"}',
    }
    message = read("sendgrid", multipart(fields, {"attachment1": ("a.png", b"\r\n--x\x00\xff")}))
    assert (message.text.strip(), message.subject) == ("灯坏了", "Broken lamp")
    assert message.external_id == "1@example.com"
    (file,) = message.attachments
    assert (file.content, file.content_id.strip("<>")) == (b"\r\n--x\x00\xff", "pic")


@pytest.mark.parametrize("kind", ["mailgun", "sendgrid", "postmark"])
@pytest.mark.parametrize(
    "body", [b"", b"--", b"--\r\n", b"{}", b"x" * 5000, multipart({"a": b"b"})]
)
def test_what_holds_no_mail_is_called_unreadable(kind: str, body: bytes) -> None:
    with pytest.raises(Unreadable):
        adapter_for(kind).parse(body, NOW, PASSWORD, HEADERS)


def test_a_header_with_line_ends_does_not_become_two() -> None:
    forged: Callable[..., bytes] = postmark
    headers = [{"Name": "From", "Value": "a@example.com\r\nX-Evil: 1\r\n\r\nbody"}]
    message = read("postmark", forged(Headers=headers))
    assert message.text.strip() == "The lamp is broken."


@pytest.mark.parametrize(
    ("kind", "bodies"),
    [
        (
            "mailgun",
            [mailgun({"body-mime": RAW}).body, multipart({"from": b"a", "body-plain": b"b"})],
        ),
        ("sendgrid", [multipart({"headers": b"From: a@b.c", "text": b"x"}, {"a": ("b", b"c")})]),
        ("postmark", [postmark(), postmark(RawEmail=RAW.decode())]),
    ],
)
def test_three_hundred_mutants_of_each_body_are_survived(kind: str, bodies: list[bytes]) -> None:
    secrets = {"signing_key": "mg-key", "password": "letmein"}
    platform = Platform(kind, secrets, lambda body, _secrets: RawRequest(body, HEADERS, NOW), "")
    for body in [*bodies, b"--\r\n" * 1000, b'{"a":' * 100_000, b"--x\r\n" * 20_000]:
        chance = random.Random(len(body))
        for _ in range(300 if len(body) < 5000 else 3):
            try_all(platform, mutate(body, chance), HEADERS)


@pytest.mark.django_db
def test_a_token_of_mailgun_is_taken_once() -> None:
    source: Any = make_source(kind="mailgun", secret="mg-key")
    for text in (b"The lamp is broken", b"Forged under the same token"):
        request = mailgun({"body-mime": RAW.replace(b"The lamp is broken", text)}, at=clock.now())
        answer = Client().post(
            f"/intake/{source.slug}/", request.body, content_type=HEADERS["content-type"]
        )
        assert (answer.status_code, answer.content) == (200, b"")
    for delivery_id in services.waiting_ids(now=clock.now()):
        services.process_delivery(delivery_id=delivery_id, now=clock.now())
    assert Message.objects.get().text.strip() == "The lamp is broken."
    assert RawDelivery.objects.filter(status="ignored").count() == 1
