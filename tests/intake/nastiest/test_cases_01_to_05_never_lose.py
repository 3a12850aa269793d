"""Cases 1 to 5: nothing that was sent is lost, however it is written."""

import base64
import hashlib
import json
import sys
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError

from intake.channels import adapter_for
from intake.mailbox.collecting import collect
from intake.mailbox.connection import FetchedMail
from intake.models import DeliveryStatus, RawDelivery, Source
from tests.factories import make_source
from tests.intake.nastiest import desk, inputs
from tests.intake.nastiest.desk import (
    file_part,
    filed,
    mail,
    multipart,
    post_json,
    post_mail,
    read_until_the_end,
    text_part,
)
from tickets.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def box() -> Source:
    return desk.mailbox()


def test_case_01_raw_bytes_are_stored_before_parsing(box: Source, monkeypatch: Any) -> None:
    """Stored with a digest in the step that confirms; a failure of the reader makes a ticket."""
    adapter, raw = adapter_for("email"), mail(b"first \xff\x00 bytes")
    read = adapter.parse
    monkeypatch.setattr(adapter, "parse", _fails)
    assert post_mail(box, raw).status_code == 202
    row = RawDelivery.objects.get()
    assert (bytes(row.body), row.digest) == (raw, hashlib.sha256(raw).hexdigest())
    assert not Message.objects.exists()

    good = mail(b"The next mail", {"From": "bob@example.org"})
    monkeypatch.setattr(
        adapter, "parse", lambda body, *rest: _fails() if body == raw else read(body, *rest)
    )
    post_mail(box, good)
    read_until_the_end()
    assert RawDelivery.objects.get(pk=row.pk).status == DeliveryStatus.DEAD
    assert Message.objects.filter(text="The next mail").exists()
    unread = Message.objects.exclude(text="The next mail").get()
    assert "could not be read" in f"{unread.subject} {unread.text}".lower()
    (attached,) = unread.attachments.all()
    assert attached.file.read() == raw

    # Marked in the mailbox only once it is stored; if it cannot be stored it stays there.
    marked: list[int] = []
    stand_in: Any = SimpleNamespace(
        uid_validity=1,
        uid_next=8,
        uids_to_begin_with=lambda *_: [7],
        fetch=lambda uid: FetchedMail(uid, mail(b"From a mailbox"), 0, None),
        finish=lambda one: marked.append(RawDelivery.objects.filter(body=one.raw).count()),
    )
    polled = desk.mailbox(slug="polled", settings={"imap_host": "mx", "imap_user": "care"})
    collect(polled, stand_in)
    assert marked == [1]

    monkeypatch.setattr("intake.services.accepting._insert", _no_database)
    stand_in.fetch = lambda uid: FetchedMail(uid, mail(b"not stored"), 0, None)
    stand_in.uid_validity = 2
    with pytest.raises(OperationalError):
        collect(polled, stand_in)
    assert marked == [1]
    assert post_mail(box, mail(b"not stored")).status_code >= 500
    stdin = type("Stdin", (), {"buffer": BytesIO(mail(b"not stored"))})
    monkeypatch.setattr(sys, "stdin", stdin)
    with pytest.raises(OperationalError):  # ends with a code at which a mail server tries again
        call_command("receive_mail", "-", "--source", box.slug)


def _fails(*_: Any) -> Any:
    raise RuntimeError("the reader has a fault")


def _no_database(*_: Any) -> Any:
    raise OperationalError("the disk is full")


def test_case_02_unknown_and_lying_charsets_are_decoded(box: Source) -> None:
    """By table, then wider, then by detection, then with replacement characters; never an error."""
    for number, (label, raw, words) in enumerate(inputs.CHARSETS):
        sender = f"c{number}@example.org"
        kind = f"text/plain; charset={label}"
        found = filed(box, mail(raw, {"From": sender, "Content-Type": kind}))
        assert words in found.message.text, (label, found.message.text)
        assert found.address == sender
    lying = base64.b64encode(inputs.CHINESE.encode()).decode()
    encoded = f"=?gb2312?B?{lying}?= =?x-unknown?Q?=C4=E3=BA=C3?= =?x-gbk?B?xOO6ww==?="
    subject = filed(box, mail(headers={"Subject": encoded})).message.subject
    assert subject == f"{inputs.CHINESE}你好你好"


def test_case_03_odd_senders_make_a_ticket_and_angle_brackets_win(box: Source) -> None:
    """Without a usable From the sender is unknown; the name never is an address."""
    for number, (written, address) in enumerate(inputs.SENDERS):
        headers = {"Subject": f"Case {number}"} | ({"From": written} if written is not None else {})
        raw = mail(headers=headers, leave_out="From" if written is None else "")
        found = filed(box, raw)
        assert found.address == address, written
        assert found.ticket.subject == f"Case {number}"
        names = found.message.customer.name if found.message.customer else ""
        assert "\ufffd" not in names, written


def test_case_04_all_text_is_shown_in_order_and_all_parts_are_kept(box: Source) -> None:
    assert filed(box, inputs.ONLY_A_FILE).names == ["receipt.pdf"]
    assert "The real words" in filed(box, inputs.EMPTY_TEXT).message.text.replace("*", "")
    around = filed(box, inputs.TEXT_AROUND_IMAGES)
    words = ["First words", "Middle words", "Last words"]
    places = [around.message.text.find(word) for word in words]
    assert -1 not in places
    assert places == sorted(places)
    assert around.names == ["one.png", "two.png"]
    first = filed(box, inputs.HTML_FIRST)
    assert "As a page" in first.message.html
    assert "As " in first.message.text
    lost = filed(box, inputs.NO_BOUNDARY)
    assert ("Found all the same" in lost.message.text, lost.names) == (True, ["kept.pdf"])
    inner = filed(box, inputs.MAIL_IN_MAIL)
    assert inner.names == ["Inner.eml"]
    assert b"The inner words" in inner.files[0].file.read()
    inline = filed(box, inputs.INLINE_IMAGE)
    assert [(one.name, one.content_id, one.inline) for one in inline.files] == [
        ("photo.png", "photo", True)
    ]
    assert filed(box, mail(b"", {"Subject": "Nothing in it"})).ticket.subject == "Nothing in it"


def test_case_05_broken_headers_and_nul_reach_the_database_harmlessly(box: Source) -> None:
    body = b"\r\n\r\nThe words"
    head = b"From: ann@example.org\r\nSubject: one\r\n"
    twice = filed(
        box, head + b"Subject: two\r\nMessage-ID: <1@x.example>\r\nMessage-ID: <2@x.example>" + body
    )
    assert (twice.message.subject, twice.message.external_id) == ("one", "1@x.example")
    broken = filed(box, head + b"this is no header at all\r\nTo: care@shop.example" + body)
    assert "The words" in broken.message.text
    assert "The words" in filed(box, head + b"X-Long: " + b"a" * 1_000_000 + body).message.text
    assert "The words" in filed(box, head + b"X-Many: a\r\n" * 20_000 + b"X: y" + body).message.text
    cr_only = filed(box, (head + b"X: cr" + body).replace(b"\r\n", b"\r"))
    assert (cr_only.message.subject, cr_only.message.text.strip()) == ("one", "The words")
    nul = multipart("mixed", text_part("a\x00b"), file_part("n\x00ul.pdf"))
    found = filed(box, nul.replace(b"Broken lamp", b"Bro\x00ken").replace(b"Ann", b"An\x00n"))
    dump = json.dumps([found.message.subject, found.message.text, found.message.meta, found.names])
    assert "\\u0000" not in dump
    assert found.message.subject == "Broken"
    shop = make_source()
    raw = rb'{"id": "n\u0000ul", "text": "a\u0000b \ud800", "customer": {"name": "\u0000"}}'
    assert post_json(shop, raw).status_code == 202
    read_until_the_end()
    assert Message.objects.get(source=shop.slug).text.startswith("ab ")
