"""What could not be read: a ticket at once, tried again, and never for ever."""

import pytest

from common import clock
from intake import services
from intake.errors import Unreadable
from intake.models import RawDelivery
from tests.factories import make_source, make_user
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
BODY = b'{"id": "1", "text": "The parcel is gone", "thread": "t1", "customer": {"id": "c1"}}'


def deliver(source, body=BODY, external_id="1", **more):
    accepted = services.store(
        source=source, body=body, external_id=external_id, verified="signature", now=clock.now()
    )
    return RawDelivery.objects.get(pk=accepted.delivery_id)


def process(delivery):
    RawDelivery.objects.filter(pk=delivery.pk).update(next_attempt_at=clock.now())
    services.process_delivery(delivery_id=delivery.pk, now=clock.now())
    delivery.refresh_from_db()
    return delivery


@pytest.fixture
def cannot_read(monkeypatch):
    """Adapters that read nothing until the fixture is told otherwise."""
    from intake.channels.email import EmailAdapter
    from intake.channels.generic import GenericAdapter

    def fail(*_args, **_more):
        raise Unreadable("there is no mail in it")

    with monkeypatch.context() as patched:
        for adapter in (EmailAdapter, GenericAdapter):
            patched.setattr(adapter, "parse", fail)
        yield patched


@pytest.mark.parametrize(("kind", "name"), [("generic", "txt"), ("email", "eml")])
def test_it_becomes_one_ticket_with_the_raw_copy(cannot_read, kind, name):
    delivery = process(deliver(make_source(kind=kind)))
    assert delivery.status == "dead"
    ticket = Ticket.objects.get()
    message = ticket.messages.get()
    assert ticket.subject == "Could not be read · 无法读取"
    file = message.attachments.get()
    assert file.name == f"delivery-{delivery.pk}.{name}"
    assert file.file.read() == BODY
    assert delivery.message_ids == [message.pk]


def test_dying_again_makes_no_second_ticket(cannot_read):
    delivery = process(deliver(make_source()))
    services.retry_dead(delivery_id=delivery.pk, now=clock.now())
    assert process(delivery).status == "dead"
    assert Ticket.objects.count() == 1
    assert Ticket.objects.get().messages.count() == 1


def test_what_can_be_read_later_lands_in_that_ticket(cannot_read):
    source = make_source()
    delivery = process(deliver(source))
    cannot_read.undo()
    services.retry_dead(delivery_id=delivery.pk, now=clock.now())
    assert process(delivery).status == "done"
    ticket = Ticket.objects.get()
    assert [m.text for m in ticket.messages.order_by("id")][-1] == "The parcel is gone"
    assert ticket.customer is not None
    assert ticket.subject == "The parcel is gone"
    more = process(deliver(source, BODY.replace(b'"1"', b'"2"'), "2"))
    assert more.status == "done"
    assert Ticket.objects.count() == 1
    assert ticket.messages.count() == 3


def test_what_belongs_to_another_ticket_goes_there(cannot_read):
    source = make_source()
    delivery = process(deliver(source))
    cannot_read.undo()
    first = process(deliver(source, BODY.replace(b'"1"', b'"0"'), "0"))
    services.retry_dead(delivery_id=delivery.pk, now=clock.now())
    process(delivery)
    home = Ticket.objects.get(messages__in=first.message_ids)
    assert home.messages.filter(text="The parcel is gone").count() == 2


def test_what_is_ignored_later_says_so(cannot_read):
    from intake.channels.base import Ignored
    from intake.channels.generic import GenericAdapter

    delivery = process(deliver(make_source()))
    cannot_read.setattr(GenericAdapter, "parse", lambda *_a, **_m: [Ignored("nothing in it")])
    services.retry_dead(delivery_id=delivery.pk, now=clock.now())
    assert process(delivery).status == "ignored"
    assert delivery.trail[-1] == {"step": "ignored", "code": "empty", "data": {}}


def test_a_delivery_that_ends_its_worker_is_not_tried_for_ever(monkeypatch):
    from intake.channels.generic import GenericAdapter

    class Killed(BaseException):
        pass

    def die(*_args, **_more):
        raise Killed

    delivery = deliver(make_source())
    with monkeypatch.context() as patched:
        patched.setattr(GenericAdapter, "parse", die)
        for number in range(1, services.MAX_ATTEMPTS + 1):
            RawDelivery.objects.update(next_attempt_at=clock.now())
            with pytest.raises(Killed):
                services.process_delivery(delivery_id=delivery.pk, now=clock.now())
            delivery.refresh_from_db()
            assert (delivery.status, delivery.attempts) == ("received", number)
    assert process(delivery).status == "dead"
    assert Ticket.objects.get().subject.startswith("Could not be read")
    assert delivery.reason == "reading it ended the worker 5 times"


def test_a_claimed_delivery_is_left_to_who_has_it():
    delivery, now = deliver(make_source()), clock.now()
    from intake.services import filing

    assert filing._claim(delivery.pk, now) == 1
    assert services.process_delivery(delivery_id=delivery.pk, now=now) is None
    late = now + services.FIRST_PAUSE
    assert services.process_delivery(delivery_id=delivery.pk, now=late) is not None


def test_all_of_a_source_are_tried_again(client, cannot_read):
    source, other = make_source(), make_source()
    mine = [process(deliver(source, external_id=str(number))) for number in range(3)]
    theirs = process(deliver(other))
    cannot_read.undo()
    client.force_login(make_user(role="lead"))
    page = client.post(f"/sources/{source.slug}/retry/", follow=True).content.decode()
    assert "3 are being read again." in page
    for row in mine:
        row.refresh_from_db()
        assert row.status == "received"
    theirs.refresh_from_db()
    assert theirs.status == "dead"


def test_a_ticket_that_cannot_be_made_does_not_keep_it_from_ending(cannot_read, monkeypatch):
    def fail(**_more):
        raise OSError("the disk is full")

    monkeypatch.setattr("intake.services.unreadable.tickets.receive_message", fail)
    assert process(deliver(make_source())).status == "dead"
    assert not Ticket.objects.exists()
