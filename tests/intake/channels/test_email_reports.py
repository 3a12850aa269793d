"""What is a bounce, what only looks like one, and which mail of ours it names."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from intake import services as intake
from intake.channels.base import Door, Ignored, Receipt
from intake.channels.email import read_items
from intake.models import RawDelivery
from outbox.models import Outgoing
from tests import factories
from tests.factories import MONDAY_TEN, make_source, make_user
from tickets import mail_threading, services
from tickets.models import FailingAddress, Message, Ticket
from tickets.records import BouncedMail, IncomingMessage

DOOR = Door("mail", "s", settings={"receiving_hosts": ["mx.shop.example"]})
KEY = mail_threading.keyed(7, 3, settings.SECRET_KEY)


def dsn(
    *, action: str = "failed", returned: str = f"Message-ID: <{KEY}@shop.example>", words: str = ""
) -> bytes:
    status = {"failed": "5.1.1", "delayed": "4.4.1"}.get(action, "2.0.0")
    return f"""From: MAILER-DAEMON@mx.example.com
To: care@shop.example
Subject: Delivery report
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

{words or "About your message."}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; ann@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: text/rfc822-headers

From: care@shop.example
{returned}
--b--
""".replace("\n", "\r\n").encode()


def only(raw: bytes) -> Any:
    (item,) = read_items(raw, MONDAY_TEN, DOOR)
    return item


def test_a_report_names_the_returned_mail_its_recipient_and_the_reason() -> None:
    found = only(dsn())
    assert isinstance(found, BouncedMail)
    assert found.ids[0] == f"{KEY}@shop.example"
    assert (found.recipients, found.keys) == (("ann@example.com",), (KEY,))
    assert found.why == "550 5.1.1 no such user"


@pytest.mark.parametrize("action", ["delayed"])
def test_a_delay_notice_is_no_bounce(action: str) -> None:
    assert isinstance(only(dsn(action=action)), Ignored)


@pytest.mark.parametrize("action", ["delivered", "relayed"])
def test_a_report_of_success_is_a_receipt(action: str) -> None:
    found = only(dsn(action=action))
    assert found == Receipt("delivered", external_id=f"<{KEY}@shop.example>")


def test_a_report_without_fields_is_read_by_its_words() -> None:
    raw = (
        b"From: MAILER-DAEMON <>\r\nTo: care@shop.example\r\nSubject: Mail delivery failed\r\n\r\n"
        b"Your message could not be delivered to <ann@example.com>: user unknown.\r\n\r\n"
        b"Message-ID: <" + KEY.encode() + b"@shop.example>\r\nSubject: Re: lamp\r\n"
    )
    found = only(raw)
    assert isinstance(found, BouncedMail)
    assert found.ids == (f"{KEY}@shop.example",)
    assert "ann@example.com" in found.recipients


def test_a_forged_report_marks_no_address_that_it_only_names() -> None:
    forged = b"Authentication-Results: mx.shop.example; dmarc=fail\r\n" + dsn(returned="X-A: b")
    found = only(forged)
    assert found.recipients == ()
    # Who knows our unguessable ids has seen the mail that came back.
    genuine = b"Authentication-Results: mx.shop.example; dmarc=fail\r\n" + dsn()
    assert only(genuine).keys == (KEY,)


def test_a_bounce_to_the_keyed_address_is_known_by_it() -> None:
    key = mail_threading.keyed(7, 0, settings.SECRET_KEY)
    raw = dsn(returned="Subject: x").replace(
        b"To: care@shop.example", f"To: care+{key}@shop.example".encode(), 1
    )
    assert key in only(raw).keys


def test_a_person_who_forwards_a_bounce_stays_a_person() -> None:
    raw = (
        b"From: Ann <ann@example.com>\r\nTo: care@shop.example\r\nSubject: Fwd: Delivery report"
        b"\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n"
        b"Content-Type: text/plain\r\n\r\nI get this when I write to you. Why?\r\n--o\r\n"
        b"Content-Type: message/rfc822\r\n\r\n" + dsn() + b"\r\n--o--\r\n"
    )
    found = only(raw)
    assert isinstance(found, IncomingMessage)
    assert found.emails == ("ann@example.com",)


def with_headers(*lines: str) -> bytes:
    own = ["From: Ann <ann@example.com>", "Subject: x", "Message-ID: <1@example.com>", ""]
    return "\r\n".join([*lines, *own, "Hello"]).encode()


def stamp(host: str, at: str) -> str:
    return f"Received: from a.example by {host} with ESMTPS id 1; {at}"


def test_a_mail_came_when_our_own_server_says() -> None:
    ours = stamp("mx.shop.example", "Mon, 16 Nov 2026 01:30:00 +0000")
    theirs = stamp("mx.evil.example", "Fri, 01 Jan 2021 00:00:00 +0000")
    date = "Date: Fri, 01 Jan 2021 00:00:00 +0000"
    found = only(with_headers(ours, theirs, date))
    assert MONDAY_TEN - found.received_at == timedelta(minutes=30)
    assert found.sent_at.year == 2021
    assert only(with_headers(theirs, date)).received_at == MONDAY_TEN


def test_a_stamp_from_the_future_is_no_reason_to_wait() -> None:
    found = only(with_headers(stamp("mx.shop.example", "Fri, 01 Jan 2038 00:00:00 +0000")))
    assert found.received_at == MONDAY_TEN


@pytest.mark.parametrize(
    ("results", "is_forged"),
    [
        ("mx.shop.example; spf=pass; dmarc=fail (p=reject) header.from=example.com", True),
        ("MX.shop.example 1; dmarc=FAIL", True),
        ("mx.shop.example; dmarc=pass", False),
        ("mx.shop.example; spf=fail", False),
        ("mx.evil.example; dmarc=fail", False),
    ],
    ids=["fail", "fail in capitals", "pass", "no dmarc", "somebody else's word"],
)
def test_only_our_own_server_says_who_is_forged(results: str, is_forged: bool) -> None:
    found = only(with_headers(f"Authentication-Results: {results}"))
    assert found.is_forged is is_forged
    assert found.identity_verified is not is_forged


def test_of_two_results_of_ours_the_topmost_counts() -> None:
    found = only(
        with_headers(
            "Authentication-Results: mx.shop.example; dmarc=fail",
            "Authentication-Results: mx.shop.example; dmarc=pass",
        )
    )
    assert found.is_forged


@pytest.mark.django_db
class TestFiled:
    def filed(self, raw: bytes, **options: Any) -> RawDelivery:
        source = make_source(kind="email", settings={"receiving_hosts": "mx.shop.example"})
        accepted = intake.store(
            source=source, body=raw, external_id="", verified="test", now=MONDAY_TEN
        )
        found = intake.process_delivery(delivery_id=accepted.delivery_id, now=MONDAY_TEN)
        assert found is not None
        return found

    def replied(self) -> Message:
        ticket = factories.ticket(emails=("ann@example.com",), channel="email")
        reply = services.reply(ticket_id=ticket.pk, text="Hello", by=make_user(), now=MONDAY_TEN)
        Outgoing.objects.update(status="sent", sent_at=MONDAY_TEN)
        return reply

    def test_a_bounce_makes_no_ticket_and_marks_the_reply(self) -> None:
        reply = self.replied()
        delivery = self.filed(dsn(returned=f"Message-ID: <{reply.external_id}>"))
        assert delivery.status == "ignored"
        assert (Ticket.objects.count(), Outgoing.objects.get().status) == (1, "failed")
        assert FailingAddress.objects.get().address == "ann@example.com"

    def test_a_delay_notice_marks_nothing(self) -> None:
        reply = self.replied()
        self.filed(dsn(action="delayed", returned=f"Message-ID: <{reply.external_id}>"))
        assert (Ticket.objects.count(), Outgoing.objects.get().status) == (1, "sent")
        assert not FailingAddress.objects.exists()

    def test_a_forged_sender_joins_nothing_even_with_the_key(self) -> None:
        reply = self.replied()
        for results, joined in (("dmarc=fail", False), ("dmarc=pass", True)):
            self.filed(
                with_headers(
                    f"Authentication-Results: mx.shop.example; {results}",
                    f"In-Reply-To: <{reply.external_id}>",
                    f"X-Number: {results}",
                ).replace(b"<1@", f"<{results}@".encode())
            )
            newest = Message.objects.filter(direction="in").latest("id")
            assert (newest.ticket_id == reply.ticket_id) is joined

    def test_our_own_mail_that_comes_back_under_another_id_is_known_by_its_mark(self) -> None:
        key = mail_threading.keyed(7, 3, settings.SECRET_KEY)
        delivery = self.filed(with_headers(f"X-Redress-Loop: {key}"))
        assert delivery.status == "ignored"
        forged = mail_threading.keyed(7, 3, "another secret")
        assert self.filed(with_headers(f"X-Redress-Loop: {forged}")).status == "done"
