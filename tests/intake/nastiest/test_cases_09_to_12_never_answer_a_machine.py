"""Cases 9 to 12: machines are known and never answered."""

import re
from typing import Any

import pytest
from django.core import mail as django_mail

from common import clock
from intake.mail import read_mail
from intake.models import DeliveryStatus, Source
from outbox.models import Outgoing
from tests.factories import make_user
from tests.intake.nastiest import desk, inputs
from tests.intake.nastiest.desk import (
    automatic_mails,
    filed,
    mail,
    remind,
    send_all,
    stored,
)
from tickets import queries, states
from tickets import services as tickets
from tickets.models import Message, MessageKind, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def box() -> Source:
    return desk.mailbox()


def test_case_09_no_machine_gets_an_automatic_answer(box: Source, settings: Any) -> None:
    """Neither those that say so in a header nor those that are known by their words alone."""
    settings.DEFAULT_FROM_EMAIL = "Care <care@shop.example>"
    ordinary = filed(box, mail())
    assert ordinary.message.meta["may_acknowledge"] is True
    remind(ordinary.ticket)
    assert automatic_mails() == 1
    for number, (name, headers) in enumerate(inputs.MACHINES.items()):
        row = stored(box, mail(headers={"From": f"m{number}@example.org"} | headers))
        for message in Message.objects.filter(pk__in=row.message_ids):
            assert message.meta["may_acknowledge"] is False, name
            remind(message.ticket)
    for name, raw in inputs.REPORTS.items():
        row = stored(box, raw)
        for message in Message.objects.filter(pk__in=row.message_ids):
            assert message.meta["may_acknowledge"] is False, name
            remind(message.ticket)
    ours = filed(box, mail(headers={"From": "care+anything@shop.example"}))
    remind(ours.ticket)
    assert automatic_mails() == 1
    for raw in (inputs.DRAGONFLY, inputs.CARRIER, inputs.KDDI, inputs.REPORTS["delivery report"]):
        row = stored(box, raw)
        assert (row.status, row.message_ids) == (DeliveryStatus.IGNORED, []), row.trail
        assert read_mail(raw).is_bounce


def test_case_10_a_person_behind_a_forward_is_a_ticket(box: Source) -> None:
    forwarded = filed(box, mail(headers={"Auto-Submitted": "auto-forwarded"}))
    assert forwarded.message.kind == MessageKind.CUSTOMER
    passed_on = inputs.REPORTS["delivery report"].replace(
        b"From: Mail System <postmaster@mx.example.org>", b"From: Bob <bob@example.org>"
    )
    passed_on = passed_on.replace(b"Subject: Broken lamp", b"Subject: Fwd: Undelivered Mail")
    assert filed(box, passed_on).address == "bob@example.org"
    quoted = b"What does this mean?\r\n\r\n> This is the mail system at host mx.example.org.\r\n"
    raw = mail(quoted, {"Subject": "Fwd: Undelivered Mail Returned to Sender", "From": "c@e.org"})
    assert filed(box, raw).address == "c@e.org"


def test_case_11_automatic_mails_are_few_and_own_mails_are_known(
    box: Source, settings: Any
) -> None:
    """Whatever the headers say, a sender gets so many an hour; ours bear a mark that is checked."""
    settings.REDRESS_AUTO_MAILS_PER_ADDRESS = 1
    found = [filed(box, mail(f"Complaint {number}".encode())) for number in range(4)]
    assert automatic_mails() <= 1
    for one in found:
        remind(one.ticket)
    (sent,) = Outgoing.objects.filter(automatic=True)
    send_all()
    (left,) = django_mail.outbox
    raw = left.message().as_bytes()
    assert left.message()["Auto-Submitted"].startswith("auto-")
    assert left.message()["X-Redress-Loop"]
    count = Message.objects.count()
    assert stored(box, raw).status == DeliveryStatus.IGNORED
    # Some hosts give what they pass on an id of its own.
    without_id = re.sub(rb"(?m)^Message-ID: .*$", b"Message-ID: <new@relay.example>", raw)
    assert stored(box, without_id).status == DeliveryStatus.IGNORED
    assert Message.objects.count() == count
    assert sent.address == "ann@example.org"


def test_case_12_a_bounce_of_our_reply_marks_the_address(box: Source) -> None:
    """It neither reopens the ticket nor greets the daemon, and nothing automatic follows."""
    first, agent = filed(box, mail()), make_user(role="senior")
    reply = tickets.reply(ticket_id=first.ticket.pk, text="We look.", by=agent, now=clock.now())
    send_all()
    Ticket.objects.filter(pk=first.ticket.pk).update(status=states.RESOLVED)
    raw = inputs.REPORTS["delivery report"]
    original = f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{reply.external_id}>\r\n"
    raw = raw.replace(b"--frontier--", b"--frontier\r\n" + original.encode() + b"--frontier--")
    raw = raw.replace(b"a@b.example", b"ann@example.org")
    before = Outgoing.objects.count()
    row = stored(box, raw)
    assert (row.status, row.message_ids) == (DeliveryStatus.IGNORED, [])
    ticket = Ticket.objects.get(pk=first.ticket.pk)
    assert (ticket.status, Outgoing.objects.count()) == (states.RESOLVED, before)
    assert reply.ticket.events.filter(kind="reply_failed").exists()
    assert queries.find_failing(["Ann@Example.org"], now=clock.now()) is not None
    remind(first.ticket)
    assert automatic_mails() == 0
