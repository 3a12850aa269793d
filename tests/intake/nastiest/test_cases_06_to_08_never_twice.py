"""Cases 6 to 8: nothing is there twice, and nothing hides something else."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connections

from common import clock
from intake import services
from intake.channels import adapter_for
from intake.models import RawDelivery, Source
from tests.factories import make_source
from tests.intake.nastiest import desk
from tests.intake.nastiest.desk import (
    filed,
    mail,
    post_json,
    post_mail,
    read_all,
    read_until_the_end,
    stored,
)
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def box() -> Source:
    return desk.mailbox()


def test_case_06_the_same_delivery_twice_is_one_message(box: Source) -> None:
    """After a crash before the acknowledgement, by two mailboxes, by alias and list, by retry."""
    raw = mail(headers={"Message-ID": "<a@example.org>"})
    first = filed(box, raw)
    again = post_mail(box, raw)
    assert (again.status_code, again.json()["duplicate"]) == (200, True)
    other = desk.mailbox(slug="second-mailbox")
    assert stored(other, raw).message_ids == [first.message.pk]
    by_list = (
        b"Received: from list by mx\r\nList-Id: <all.shop.example>\r\nDelivered-To: x@y\r\n" + raw
    )
    assert stored(box, by_list).message_ids == [first.message.pk]
    without = mail(b"No Message-ID at all", {"From": "bob@example.org"})
    second = filed(box, without)
    assert stored(other, b"Received: from a by b\r\n" + without).message_ids == [second.message.pk]
    assert (Message.objects.count(), Ticket.objects.count()) == (2, 2)
    names = {constraint.name for constraint in RawDelivery._meta.constraints}
    assert "delivery_is_stored_once" in names
    # A worker that died after the commit: the job comes again.
    services.process_delivery(delivery_id=first.delivery.pk, now=clock.now())
    assert Message.objects.count() == 2


def test_case_07_the_same_message_id_with_other_content_keeps_both(box: Source) -> None:
    """Who pre-empts the id of a real mail hides nothing and gets into no ticket."""
    forged = filed(box, mail(b"Nothing to see", {"Message-ID": "<x@e.org>", "From": "crook@e.org"}))
    real = filed(box, mail(b"My real words", {"Message-ID": "<x@e.org>", "From": "ann@e.org"}))
    more = filed(box, mail(b"My other words", {"Message-ID": "<x@e.org>", "From": "ann@e.org"}))
    assert len({forged.message.pk, real.message.pk, more.message.pk}) == 3
    assert forged.ticket != real.ticket
    shop = make_source()
    for text in ("first", "second"):
        post_json(shop, {"id": "1", "text": text})
    read_until_the_end()
    bodies = {
        json.loads(bytes(row.body))["text"] for row in RawDelivery.objects.filter(source=shop)
    }
    assert bodies == {"first", "second"}


@pytest.mark.django_db(transaction=True)
def test_case_08_a_retry_while_the_first_is_being_read_is_one_row(
    monkeypatch: Any, settings: Any
) -> None:
    """The database decides, no cache; and the retry is answered before the reading is done."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    box, raw, reading, go_on = desk.mailbox(), mail(), Event(), Event()
    adapter = adapter_for("email")
    read = adapter.parse

    def slowly(*given: Any) -> Any:
        reading.set()
        assert go_on.wait(20)
        return read(*given)

    def work() -> None:
        try:
            read_all()
        finally:
            connections.close_all()

    def deliver() -> int:
        try:
            return int(post_mail(box, raw).status_code)
        finally:
            connections.close_all()

    assert post_mail(box, raw).status_code == 202
    monkeypatch.setattr(adapter, "parse", slowly)
    with ThreadPoolExecutor(4) as pool:
        worker = pool.submit(work)
        assert reading.wait(20)
        try:
            retries = [pool.submit(deliver) for _ in range(3)]
            assert [retry.result(timeout=15) for retry in retries] == [200, 200, 200]
        finally:
            go_on.set()
        worker.result()
    read_until_the_end()
    assert (RawDelivery.objects.count(), Message.objects.count()) == (1, 1)
