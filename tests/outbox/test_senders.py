"""Mails as they leave."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from outbox import services
from outbox.models import Outgoing
from tests import factories
from tests.factories import MONDAY_TEN, make_user
from tickets import services as tickets
from tickets.records import IncomingAttachment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_of_this_test(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def sent_mail(outgoing: Outgoing) -> Any:
    sent = services.send_one(outgoing_id=outgoing.pk, now=MONDAY_TEN + timedelta(hours=1))
    assert sent is not None
    assert sent.status == "sent", sent.last_error
    return mail.outbox[-1]


def test_an_automatic_mail_tells_other_machines_not_to_answer() -> None:
    values: dict[str, Any] = {
        "kind": "email",
        "address": "a@example.com",
        "now": MONDAY_TEN,
        "body": "x",
    }
    letter = sent_mail(services.queue(dedupe_key="1", automatic=True, **values))
    assert letter.message()["Auto-Submitted"] == "auto-generated"
    by_hand = sent_mail(services.queue(dedupe_key="2", **values))
    assert "Auto-Submitted" not in by_hand.message()


def test_a_subject_of_several_lines_adds_no_header() -> None:
    outgoing = services.queue(
        kind="email",
        address="a@example.com",
        dedupe_key="1",
        subject="Hello\r\nBcc: eve@example.com",
        body="x",
        now=MONDAY_TEN,
    )
    letter = sent_mail(outgoing).message()
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Hello Bcc: eve@example.com"


def test_the_files_of_a_reply_go_along_with_its_mail() -> None:
    ticket = factories.ticket(emails=("a@example.com",))
    label = IncomingAttachment("面单.pdf", "application/pdf", b"%PDF-1.7 label")
    forwarded = IncomingAttachment("mail.eml", "message/rfc822", b"Subject: hm\r\n\r\n\xff")
    reply = tickets.reply(
        ticket_id=ticket.pk,
        text="您的退货面单",
        by=make_user(),
        now=MONDAY_TEN + timedelta(minutes=5),
        attachments=[label, forwarded],
    )
    assert reply.outgoing is not None
    parts = list(sent_mail(reply.outgoing).message().walk())
    found = {part.get_filename(): part.get_payload(decode=True) for part in parts[1:]}
    assert found["面单.pdf"] == label.content
    assert found["mail.eml"] == forwarded.content
