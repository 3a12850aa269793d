"""Providers that django-anymail knows: who may deliver, mails as any other, news of ours."""

import base64
import hashlib
import hmac
import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.conf import settings
from django.test import Client

from common import clock
from intake import services
from intake.channels import adapter_for
from intake.channels.anymail import PROVIDERS
from intake.channels.anymail_bodies import READERS
from intake.channels.base import Door, Ignored, RawRequest, Receipt
from intake.channels.probes import Wish, can_probe, probe
from intake.errors import Refused, Unreadable
from intake.models import RawDelivery
from outbox.models import Outgoing
from tests import factories
from tests.factories import MONDAY_TEN, make_source, make_user
from tests.intake.channels.platforms import NOW, URL
from tests.intake.channels.test_robustness import mutate
from tickets import services as tickets
from tickets.models import FailingAddress, Message
from tickets.records import BouncedMail, IncomingMessage

RAW = (
    b"From: Ann <ann@example.com>\r\nTo: care@shop.example\r\nSubject: Broken lamp\r\n"
    b"Message-ID: <1@example.com>\r\n\r\nThe lamp is broken.\r\n"
)
TEXT = RAW.decode()
B64 = base64.b64encode(RAW).decode()
HEADERS = {
    "From": "Ann <ann@example.com>",
    "Subject": "Broken lamp",
    "Message-ID": "<1@example.com>",
}
ADAPTER = adapter_for("anymail")


def door(provider: str, **secrets: str) -> Door:
    return Door("mail", json.dumps(secrets), 300, {"provider": provider})


def sns(event: Any, kind: str = "Notification") -> bytes:
    words = event if isinstance(event, str) else json.dumps(event)
    return json.dumps({"Type": kind, "MessageId": "sns-1", "Message": words}).encode()


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def mandrill_form(*events: Any) -> bytes:
    return urlencode({"mandrill_events": json.dumps(events)}).encode()


MAILS: dict[str, bytes] = {
    "amazon_ses": sns(
        {
            "notificationType": "Received",
            "receipt": {"action": {"type": "SNS", "encoding": "BASE64"}},
            "mail": {"messageId": "m"},
            "content": B64,
        }
    ),
    "brevo": as_json(
        {"items": [{"Uuid": ["u"], "Headers": HEADERS, "RawTextBody": "The lamp is broken."}]}
    ),
    "mailersend": as_json({"type": "inbound.message", "data": {"id": "1", "raw": TEXT}}),
    "mailjet": as_json({"Headers": HEADERS, "Text-part": "The lamp is broken.", "Parts": []}),
    "mandrill": mandrill_form({"event": "inbound", "ts": 1, "msg": {"raw_msg": TEXT}}),
    "postal": as_json({"id": 1, "rcpt_to": "c", "message": B64, "base64": True}),
    "sparkpost": as_json(
        [
            {
                "msys": {
                    "relay_message": {
                        "content": {"email_rfc822": B64, "email_rfc822_is_base64": True},
                        "protocol": "smtp",
                    }
                }
            }
        ]
    ),
}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def read(provider: str, body: bytes) -> list[Any]:
    headers = FORM if provider == "mandrill" else {"content-type": "application/json"}
    return list(ADAPTER.parse(body, NOW, door(provider), headers))


def test_there_is_a_mail_of_each_provider() -> None:
    assert set(MAILS) == set(READERS)


@pytest.mark.parametrize("provider", sorted(MAILS))
def test_a_mail_is_read_as_any_other(provider: str) -> None:
    (message,) = read(provider, MAILS[provider])
    assert isinstance(message, IncomingMessage)
    assert (message.subject, message.text.strip()) == ("Broken lamp", "The lamp is broken.")
    assert (message.emails, message.external_id) == (("ann@example.com",), "1@example.com")
    assert message.channel == "email"


def test_bytes_that_are_no_utf8_come_through() -> None:
    gbk = b"From: a@example.com\r\nContent-Type: text/plain; charset=gbk\r\n\r\n" + "坏了".encode(
        "gbk"
    )
    body = as_json({"rcpt_to": "c", "base64": True, "message": base64.b64encode(gbk).decode()})
    assert read("postal", body)[0].text == "坏了"


def test_files_of_mailjet_come_along_and_those_of_brevo_are_fetched_later() -> None:
    part = {
        "ContentRef": "Attachment1",
        "Headers": {
            "Content-Type": "image/png",
            "Content-Disposition": 'attachment; filename="灯.png"',
        },
    }
    content = base64.b64encode(b"\x89PNG").decode()
    body = {"Headers": HEADERS, "Text-part": "x", "Parts": [part], "Attachment1": content}
    (message,) = read("mailjet", as_json(body))
    assert [(a.name, a.content) for a in message.attachments] == [("灯.png", b"\x89PNG")]
    file = {"Name": "a.png", "ContentType": "image/png", "DownloadToken": "t/1"}
    (message,) = read("brevo", as_json({"items": [{"Headers": HEADERS, "Attachments": [file]}]}))
    (named,) = message.meta["media"]
    assert named["url"] == "https://api.brevo.com/v3/inbound/attachments/t%2F1"


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
).decode()


def sign_mailersend(body: bytes, key: str) -> RawRequest:
    mac = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    return RawRequest(body, {"signature": mac}, NOW, url=URL)


def sign_mandrill(body: bytes, key: str) -> RawRequest:
    text = URL + "".join(name + value for name, value in sorted(parse_qsl(body.decode())))
    mac = hmac.new(key.encode(), text.encode(), hashlib.sha1).digest()
    return RawRequest(
        body, FORM | {"x-mandrill-signature": base64.b64encode(mac).decode()}, NOW, url=URL
    )


def sign_postal(body: bytes, key: str) -> RawRequest:
    signed = base64.b64encode(KEY.sign(body, padding.PKCS1v15(), hashes.SHA1())).decode()
    return RawRequest(body, {"x-postal-signature": signed}, NOW, url=URL)


def sign_resend(body: bytes, key: str, *, at: float = NOW.timestamp()) -> RawRequest:
    secret = base64.b64decode(key.removeprefix("whsec_"))
    seconds = str(int(at))
    mac = hmac.new(secret, f"msg_1.{seconds}.".encode() + body, hashlib.sha256).digest()
    headers = {
        "svix-id": "msg_1",
        "svix-timestamp": seconds,
        "svix-signature": "v1,AAAA v1," + base64.b64encode(mac).decode(),
    }
    return RawRequest(body, headers, NOW, url=URL)


SIGNERS: dict[str, tuple[str, Callable[..., RawRequest], bytes]] = {
    "mailersend": ("k", sign_mailersend, MAILS["mailersend"]),
    "mandrill": ("k", sign_mandrill, MAILS["mandrill"]),
    "postal": (PUBLIC, sign_postal, MAILS["postal"]),
    "resend": ("whsec_c2VjcmV0", sign_resend, as_json({"type": "email.delivered", "data": {}})),
}


@pytest.mark.parametrize("provider", sorted(SIGNERS))
def test_a_signature_counts_where_there_is_a_key(provider: str) -> None:
    key, sign, body = SIGNERS[provider]
    request, gate = sign(body, key), door(provider, signing_key=key, password="p")
    assert ADAPTER.verify(request, gate) == "signature"
    name = next(name for name in request.headers if "signature" in name)
    for forged in (
        replace(request, body=body + b" "),
        replace(request, headers={k: v for k, v in request.headers.items() if k != name}),
        replace(request, headers={**request.headers, name: f"{request.headers[name]}, x"}),
        replace(request, headers={**request.headers, name: "签名"}),
        replace(request, body=b"\xff"),
        # The password alone does not open where a key is set.
        RawRequest(body, {}, NOW, query={"key": "p"}),
    ):
        with pytest.raises(Refused):
            ADAPTER.verify(forged, gate)


def test_unisender_signs_in_the_body() -> None:
    unsigned = as_json({"auth": "THE-KEY", "events_by_user": []})
    body = unsigned.replace(b"THE-KEY", hashlib.md5(unsigned).hexdigest().encode())
    gate = door("unisender_go", signing_key="THE-KEY")
    assert ADAPTER.verify(RawRequest(body, {}, NOW), gate) == "signature"
    with pytest.raises(Refused):
        ADAPTER.verify(RawRequest(body.replace(b"[]", b"[1]"), {}, NOW), gate)


def test_an_old_signature_of_resend_is_refused() -> None:
    key, _, body = SIGNERS["resend"]
    with pytest.raises(Refused):
        ADAPTER.verify(
            sign_resend(body, key, at=NOW.timestamp() - 400), door("resend", signing_key=key)
        )


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_password_opens_where_no_key_is_set(provider: str) -> None:
    request = RawRequest(b"{}", {}, NOW, query={"key": "p"})
    assert ADAPTER.verify(request, door(provider, password="p")) == "secret in the address"
    for wrong in (door(provider, password="other"), door(provider)):
        with pytest.raises(Refused):
            ADAPTER.verify(request, wrong)


def test_amazon_s_question_is_shown_and_not_answered_by_itself() -> None:
    body = as_json({"Type": "SubscriptionConfirmation", "SubscribeURL": "https://sns.example/ok"})
    (found,) = read("amazon_ses", body)
    assert isinstance(found, Ignored)
    assert "https://sns.example/ok" in found.why


def ses(kind: str, **about: Any) -> bytes:
    return sns({"eventType": kind, "mail": {"messageId": "m-1"}, kind.lower(): about})


GONE = "a@b.example"
NEWS: dict[str, tuple[str, bytes]] = {
    "amazon_ses": (
        "bounce",
        ses("Bounce", bounceType="Permanent", bouncedRecipients=[{"emailAddress": GONE}]),
    ),
    "brevo": (
        "bounce",
        as_json({"event": "hard_bounce", "email": GONE, "message-id": "m-1"}),
    ),
    "mailjet": (
        "bounce",
        as_json([{"event": "bounce", "MessageID": 1, "email": GONE, "error": "user unknown"}]),
    ),
    "mandrill": (
        "bounce",
        mandrill_form({"event": "hard_bounce", "_id": "m-1", "ts": 1, "msg": {"email": GONE}}),
    ),
    "sparkpost": (
        "bounce",
        as_json(
            [
                {
                    "msys": {
                        "message_event": {
                            "type": "bounce",
                            "bounce_class": "10",
                            "transmission_id": "m-1",
                            "raw_rcpt_to": GONE,
                        }
                    }
                }
            ]
        ),
    ),
    "resend": ("delivered", as_json({"type": "email.delivered", "data": {"email_id": "m-1"}})),
    "mailersend": (
        "delivered",
        as_json({"data": {"type": "delivered", "email": {"message": {"id": "m-1"}}}}),
    ),
    "postal": ("delivered", as_json({"payload": {"status": "Sent", "message": {"id": "m-1"}}})),
    "unisender_go": (
        "delivered",
        as_json(
            {
                "event_name": "transactional_email_status",
                "status": "delivered",
                "job_id": "m-1",
                "email": GONE,
            }
        ),
    ),
}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_news_of_our_mails_are_told_apart(provider: str) -> None:
    what, body = NEWS[provider]
    (found,) = read(provider, body)
    if what == "bounce":
        assert isinstance(found, BouncedMail)
        assert found.recipients == (GONE,)
        assert not found.is_complaint
    else:
        assert isinstance(found, Receipt)
        assert (found.state, found.external_id) == ("delivered", "m-1")


def test_a_soft_bounce_is_no_bounce_and_a_complaint_is_one_of_its_own() -> None:
    (soft,) = read("amazon_ses", ses("Bounce", bounceType="Transient", bouncedRecipients=[{}]))
    assert isinstance(soft, Ignored)
    (spam,) = read("mandrill", mandrill_form({"event": "spam", "_id": "m-1", "ts": 1, "msg": {}}))
    assert isinstance(spam, BouncedMail)
    assert spam.is_complaint


@pytest.mark.parametrize("provider", PROVIDERS)
def test_odd_bodies_are_unreadable_and_nothing_worse(provider: str) -> None:
    rng = random.Random(7)
    bodies = [MAILS.get(provider, b"{}"), NEWS[provider][1]]
    odd = [b"", b"[]", b"null", b"\xff\xfe", b"1", b'{"items": 3}', b"[[[["]
    for body in [*odd, *(mutate(one, rng) for one in bodies for _ in range(40))]:
        try:
            read(provider, body)
        except Unreadable:
            continue


@pytest.mark.django_db
class TestThroughTheDoor:
    def source(self, provider: str) -> Any:
        return make_source(kind="anymail", secret="p", settings={"provider": provider})

    def post(self, client: Client, source: Any, body: bytes, kind: str = "application/json") -> Any:
        return client.post(
            f"{source.get_absolute_url()}?key=p", body, content_type=kind, secure=True
        )

    def test_a_mail_becomes_a_ticket_and_comes_but_once(self, client: Client) -> None:
        source = self.source("postal")
        for _ in range(2):
            assert self.post(client, source, MAILS["postal"]).status_code == 200
        delivery = RawDelivery.objects.get()
        services.process_delivery(delivery_id=delivery.pk, now=clock.now())
        assert Message.objects.get().subject == "Broken lamp"
        wrong = client.post(source.get_absolute_url(), b"{}", content_type="application/json")
        assert wrong.status_code == 401

    def test_mandrill_may_look_before_it_delivers(self, client: Client) -> None:
        url = self.source("mandrill").get_absolute_url()
        assert client.head(url).status_code == 200
        assert client.head(self.source("brevo").get_absolute_url()).status_code == 405

    @pytest.mark.parametrize(
        ("event", "status", "fails"),
        [("hard_bounce", "failed", 1), ("open", "read", 0), ("spam", "sent", 1)],
    )
    def test_news_reach_the_reply_that_they_are_about(
        self, client: Client, event: str, status: str, fails: int
    ) -> None:
        ticket = factories.ticket(emails=("ann@example.com",), channel="email")
        tickets.reply(ticket_id=ticket.pk, text="Hello", by=make_user(), now=MONDAY_TEN)
        Outgoing.objects.update(status="sent", external_id="m-1", sent_at=MONDAY_TEN)
        body = mandrill_form(
            {"event": event, "_id": "m-1", "ts": 1, "msg": {"email": "x@y.example"}}
        )
        self.post(client, self.source("mandrill"), body, FORM["content-type"])
        services.process_delivery(delivery_id=RawDelivery.objects.get().pk, now=clock.now())
        assert Outgoing.objects.get().status == status
        assert FailingAddress.objects.count() == fails


@pytest.mark.parametrize("provider", sorted(READERS))
def test_our_own_test_mail_is_read_for_each_provider(provider: str) -> None:
    gate = door(provider, password="p")
    assert can_probe("anymail", gate)
    made = probe("anymail", Wish(gate, "It works", "n1", NOW, URL))
    request = RawRequest(
        made.body, {"content-type": made.content_type}, NOW, query=made.query, url=URL
    )
    assert ADAPTER.verify(request, gate)
    (message,) = ADAPTER.parse(made.body, NOW, gate, request.headers)
    assert isinstance(message, IncomingMessage)
    assert (message.text.strip(), message.external_id) == ("It works", "n1@example.invalid")


def test_where_the_provider_signs_the_next_real_delivery_is_awaited() -> None:
    assert not can_probe("anymail", door("postal", password="p", signing_key=PUBLIC))
    assert not can_probe("anymail", door("resend", password="p"))


def test_no_setting_of_django_anymail_is_needed() -> None:
    assert not getattr(settings, "ANYMAIL", {})
