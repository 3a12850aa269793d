"""Cases 13 to 20: nothing that came is trusted, and nothing is too much."""

import base64
import gzip
import hmac
import itertools
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import escape
from io import BytesIO
from typing import Any

import pytest

from common import clock
from intake.channels import adapter_for
from intake.channels.base import Door
from intake.errors import Refused, Unreadable
from intake.mail import limits, read_mail
from intake.media import Limits, MediaRefused, Net, recipe_for
from intake.media.guard import check_url
from intake.media.wire import Ask
from intake.models import Source
from outbox.models import Outgoing
from tests.factories import make_source, make_user
from tests.intake.channels import platforms
from tests.intake.media.stand_in import Page, serving
from tests.intake.nastiest import desk, inputs
from tests.intake.nastiest.desk import (
    file_part,
    filed,
    mail,
    multipart,
    post_json,
    steps_of,
    text_part,
)
from tickets import services as tickets
from tickets.models import Customer, LinkKind, TicketLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def box() -> Source:
    return desk.mailbox()


def test_case_13_only_participants_join_a_ticket(box: Source) -> None:
    """Quoting proves nothing; Reply-To is no identity; our ids cannot be guessed."""
    box.settings = {"receiving_hosts": "mx.shop.example"}
    box.save()
    first = filed(box, mail(headers={"Message-ID": "<first@example.org>"}))
    agent = make_user(role="senior")
    reply = tickets.reply(ticket_id=first.ticket.pk, text="We look.", by=agent, now=clock.now())
    ours = f"<{reply.external_id}>"
    number = f"Re: [{first.ticket.reference}]"

    bodies = itertools.count(1)

    def answer(sender: str, **more: str) -> desk.Filed:
        headers = {name.replace("_", "-"): value for name, value in more.items()}
        return filed(box, mail(f"Answer {next(bodies)}".encode(), {"From": sender} | headers))

    assert answer("ann@example.org", In_Reply_To=ours).ticket == first.ticket
    assert answer("Ann <ANN@example.org>", References="<first@example.org>").ticket == first.ticket
    for number_of, (name, value) in enumerate(
        (("In_Reply_To", ours), ("References", "<first@example.org>"), ("Subject", number))
    ):
        stranger = answer(f"stranger{number_of}@example.org", **{name: value})
        assert stranger.ticket != first.ticket
        if name != "Subject":
            link = TicketLink.objects.get(ticket=stranger.ticket)
            assert (link.other, link.kind) == (first.ticket, LinkKind.QUOTED)
    failed = "mx.shop.example; dmarc=fail header.from=example.org"
    forged = answer("ann@example.org", In_Reply_To=ours, Authentication_Results=failed)
    assert forged.ticket != first.ticket
    assert forged.message.meta["may_acknowledge"] is False
    borrowed = answer("crook@example.org", In_Reply_To=ours, Reply_To="ann@example.org")
    assert (borrowed.ticket != first.ticket, borrowed.address) == (True, "crook@example.org")
    guessed = f"<rd.{first.ticket.pk}.{reply.pk}.{'0' * 20}@shop.example>"
    assert answer("guess@example.org", In_Reply_To=guessed).ticket != first.ticket
    assert re.search(r"rd\.\d+\.\d+\.[0-9a-f]{20}", reply.external_id)
    sent = Outgoing.objects.get(messages=reply)
    assert re.search(r"\+rd\.\d+\.\d+\.[0-9a-f]{20}@", sent.headers["Reply-To"])


def test_case_14_strangers_headers_decide_nothing(box: Source) -> None:
    """Results of other hosts are ignored; no header sets priority, queue or tags."""
    box.settings = {"receiving_hosts": "mx.shop.example"}
    box.save()
    plain = filed(box, mail(b"plain", {"From": "p@example.org"}))
    theirs = "Authentication-Results: mx.crook.example; dmarc=fail\r\n"
    good = "Authentication-Results: mx.crook.example; dmarc=pass\r\n"
    ours = "Authentication-Results: mx.shop.example; dmarc=fail\r\n"
    assert filed(box, theirs.encode() + mail(b"a")).message.customer is not None
    assert filed(box, theirs.encode() + mail(b"b")).message.meta.get("authentication") is None
    failed = filed(box, (good + ours).encode() + mail(b"c"))
    assert failed.message.meta["authentication"] == "dmarc=fail"
    pushy = {
        "X-Priority": "1 (Highest)", "Priority": "urgent", "Importance": "high",
        "X-Redress-Priority": "1", "X-Zammad-Ticket-Priority": "3 high", "X-Queue": "legal",
        "X-Zammad-Ticket-Group": "legal", "X-Tags": "vip", "X-OTRS-Queue": "legal", "X-VIP": "true",
    }  # fmt: skip
    marked = filed(box, mail(b"plain", {"From": "q@example.org"} | pushy)).ticket
    names = (
        "priority",
        "category",
        "team_id",
        "owner_id",
        "status",
        "is_public",
        "is_test",
        "calendar",
    )
    assert [getattr(marked, n) for n in names] == [getattr(plain.ticket, n) for n in names]
    assert marked.customer is not None
    assert not marked.customer.vip


def test_case_15_attachment_names_are_harmless(box: Source) -> None:
    """Base names without tricks, at most 255 bytes; downloads only; nothing active in the page."""
    parts = [file_part(name, kind="application/x-any") for name, _ in inputs.NAMES.values()]
    found = filed(box, multipart("mixed", text_part("See files"), *parts))
    expected = [kept for _, kept in inputs.NAMES.values()]
    assert found.names == expected
    assert all(len(name.encode()) <= 255 for name in found.names)
    folded = file_part("a.pdf").replace(b'"a.pdf"', b"utf-8''a%0D%0AX-Evil%3A%201%2F..%5Cb.pdf")
    folded = folded.replace(b"filename=", b"filename*=")
    nameless = file_part("").replace(b'; filename=""', b"")
    contents = {
        "page.html": ("text/html", b"<html><script>alert(1)</script></html>"),
        "drawing.svg": ("image/svg+xml", b"<svg xmlns='x' onload='alert(1)'/>"),
        "photo.png": ("image/png", b"<!doctype html><script>alert(1)</script>"),
    }
    active = [
        file_part(name, base64.b64encode(content).decode(), kind)
        for name, (kind, content) in contents.items()
    ]
    found = filed(box, multipart("mixed", text_part("More files"), folded, nameless, *active))
    assert found.names[0] == "b.pdf"
    assert found.names[1]
    agent = desk.supervisor()
    for file in found.files:
        assert re.fullmatch(r"attachments/[0-9a-f]{2}/[0-9a-f]{64}\w*", file.file.name)
        answer = agent.get(f"/t/{found.ticket.reference}/files/{file.pk}/")
        assert answer.status_code == 200, (file.name, answer.headers)
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "\n" not in answer["Content-Disposition"]
        content = contents.get(file.name, ("", b"ABC"))[1]
        assert answer.getvalue() == content
        # By what it is, whatever it calls itself: what a browser might run has no type at all.
        kind = "text/plain" if content == b"ABC" else "application/octet-stream"
        assert answer["Content-Type"] == kind


def test_case_16_a_page_is_shown_without_its_tricks(box: Source) -> None:
    """Sanitised on output, framed without rights, no remote pictures until an agent asks."""
    agent = desk.supervisor()
    for name, (trick, trace) in inputs.PAGES.items():
        part = text_part(f"<p>Kind words</p>{trick}<p>More words</p>", "html")
        found = filed(box, multipart("alternative", text_part("Kind words"), part))
        assert trick in found.message.html, name
        page = desk.frame_of(agent, found.message)
        text = page.content.decode().partition("<body>")[2]
        assert trace not in text, (name, text)
        assert "Kind words" in text
        for word in ("<script", "<iframe", "<form", "<object", "<svg", "<math", "<base", "<meta"):
            assert word not in text, name
    policy = page["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert re.search(r"sandbox(;|$)", policy)  # without a single permission

    pictures = '<p>x</p><img src="https://spy.example/pixel.gif"><img src="cid:photo">'
    found = filed(
        box, inputs.INLINE_IMAGE.replace(b'<p>See <img src="cid:photo"></p>', pictures.encode())
    )
    page = desk.frame_of(agent, found.message)
    text = page.content.decode()
    assert "spy.example" not in text
    assert f"data:image/png;base64,{inputs.PIXEL}" in text
    assert "http" not in page["Content-Security-Policy"]
    asked = agent.get(page.wsgi_request.path + "?remote")
    assert "https://spy.example/pixel.gif" in asked.content.decode()
    assert asked["Referrer-Policy"] == "no-referrer"
    shown = agent.get(f"/t/{found.ticket.reference}/").content.decode()
    assert f'href="{page.wsgi_request.path}?remote"' in shown
    assert "<iframe sandbox " in shown

    links = "<a href='https://x.example/'>x</a>" * 5_001
    found = filed(box, multipart("alternative", text_part("Kind words"), text_part(links, "html")))
    text = desk.frame_of(agent, found.message).content.decode()
    assert "x.example" not in text
    assert "not shown" in text
    assert "Kind words" in found.message.text


def test_case_17_what_is_too_much_is_kept_raw_and_named(
    box: Source, monkeypatch: Any, settings: Any
) -> None:
    """Nothing is refused silently: the ticket says what was left out."""
    assert limits.MAX_MAIL_BYTES == 50 * 2**20
    assert (limits.MAX_DEPTH, limits.MAX_PARTS, limits.MAX_ADDRESSES) == (100, 1_000, 100)
    assert limits.MAX_PART_BYTES == 25 * 2**20

    def left_out(raw: bytes) -> str:
        found = filed(box, raw)
        said = "; ".join(found.message.meta["left_out"])
        assert escape(said) in agent.get(f"/t/{found.ticket.reference}/").content.decode()
        return said

    agent = desk.supervisor()
    level = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
    deep = b"".join(level % (number, number) for number in range(120))
    assert "deeper than 100" in left_out(b"From: a@b.example\r\n" + deep)
    assert "1000 parts" in left_out(multipart("mixed", *[text_part("x")] * 1_100)).replace(",", "")
    many = ", ".join(f"p{number}@example.org" for number in range(300))
    crowd = filed(box, mail(b"crowd", {"To": many, "Cc": many, "From": "crowd@example.org"}))
    assert len(crowd.message.meta["to"] + crowd.message.meta["cc"]) <= 200
    assert Customer.objects.filter(identities__value__startswith="p1").count() == 0
    monkeypatch.setattr(limits, "MAX_PART_BYTES", 10)
    assert "an attachment is over" in left_out(multipart("mixed", file_part("big", "QUJD" * 9)))
    monkeypatch.setattr(limits, "MAX_MAIL_BYTES", 500)
    cut = mail(b"From the start. " * 100)
    assert "the rest was left out" in left_out(cut)
    monkeypatch.undo()

    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(5_000_000))
    packed = base64.encodebytes(bomb.getvalue()).decode()
    found = filed(box, multipart("mixed", text_part("zip"), file_part("a.zip", packed)))
    assert found.files[0].file.read() == bomb.getvalue()  # as it came, never unpacked

    settings.REDRESS_MAX_BODY_BYTES = 100_000
    shop = make_source()
    assert post_json(shop, b"x" * 100_001).status_code == 413
    squeezed = gzip.compress(b'{"id": "1", "text": "' + b"a" * 5_000_000 + b'"}')
    assert post_json(shop, squeezed, **{"Content-Encoding": "gzip"}).status_code < 500
    for body in (b"[" * 50_000, b'{"a":' * 10_000, b'{"id": "1", "text": ' + b"[" * 50_000):
        assert post_json(shop, body).status_code == 400
    chat = platforms.WECHAT
    bombs = (
        b'<!DOCTYPE x [<!ENTITY a "aaaaa"><!ENTITY b "&a;&a;">]><xml><Content>&b;</Content></xml>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml><MsgType>text</MsgType></xml>',
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><Content>&e;</Content></xml>',
    )
    for raw in bombs:
        with pytest.raises(Unreadable):
            adapter_for("wechat").parse(raw, clock.now(), chat.door, {})


def test_case_18_pathological_mails_take_bounded_work() -> None:
    """Twice the input is at most about twice the work, so no input under a megabyte is slow."""
    head = b"From: a@b.example\r\nSubject: x\r\n"
    page = head + b"Content-Type: text/html\r\n\r\n"
    shapes: dict[str, Callable[[int], bytes]] = {
        "quote signs": lambda n: head + b"\r\nOn 1 May 2020, X wrote:\r\n" + b">\r\n" * (n // 3),
        "one line of quote signs": lambda n: head + b"\r\n" + b">" * n,
        "nested quotes": lambda n: head + b"\r\n" + b"> > > > > > > > x\r\n" * (n // 19),
        "announcements": lambda n: head + b"\r\n" + b"On 1 2020 10:00 foo bar:\r\n" * (n // 26),
        "open tags": lambda n: page + b"<div>" * (n // 5),
        "open quotes": lambda n: page + b'<a "' * (n // 4),
        "comments": lambda n: page + b"<!--" * (n // 4),
        "addresses": lambda n: b"From: " + b'"a" <' * (n // 5) + b"\r\n\r\nx",
        "brackets in From": lambda n: b"From: " + b"(" * n + b"\r\n\r\nx",
        "backslashes in From": lambda n: b'From: "' + b"\\" * n + b"\r\n\r\nx",
    }
    for name, shape in shapes.items():
        small, large = (steps_of(shape(size)) for size in (6_000, 12_000))
        assert large <= 2.6 * small + 20_000, (name, small, large)
    # The 767 kB of quote signs are read at all, and whole.
    assert read_mail(head + b"\r\n" + b">\r\n" * 255_667).text.strip(">\n ") == ""


def test_case_19_media_come_from_the_platforms_hosts_alone(settings: Any) -> None:
    """Never from another host or a private address, also not by a redirect; never too much."""
    door = Door("bot", json.dumps({"auth_token": "t", "account_sid": "AC1"}))
    settings.REDRESS_MEDIA_TEST_HOSTS = []
    kinds = ("twilio_sms", "whatsapp", "slack", "messenger", "wechat", "douyin")
    bad = (
        "https://evil.example/a.png", "http://127.0.0.1/a.png", "https://169.254.169.254/latest/",
        "https://[::1]/a", "file:///etc/passwd", "https://api.twilio.com@evil.example/a",
        "https://api.twilio.com.evil.example/a",
    )  # fmt: skip
    for kind in kinds:
        hosts = recipe_for(kind).hosts_for(door)
        for url in bad:
            with pytest.raises(MediaRefused):
                check_url(url, hosts=hosts)
    with serving() as host:
        away = {"Location": "http://127.0.0.1:1/private"}
        host.pages = {
            "/away": Page(status=302, headers=away),
            "/big": Page(b"x" * 5_000),
            "/good": Page(b"x" * 50),
        }
        small = Limits(largest_bytes=1_000)
        net = Net(hosts=("media.example",), test_places=(host.place,), limits=small)
        assert net.get(Ask(f"{host.url}/good")).content == b"x" * 50
        for path in ("/away", "/big"):
            with pytest.raises(MediaRefused):
                net.get(Ask(host.url + path))
        assert host.paths() == ["/good", "/away", "/big"]


def test_case_20_signatures_are_compared_as_bytes_over_the_raw_body(monkeypatch: Any) -> None:
    """In constant time, before anything is parsed; odd headers are refused, never an error."""
    compared: list[tuple[bytes, bytes]] = []
    honest = hmac.compare_digest

    def noted(left: bytes, right: bytes) -> bool:
        compared.append((left, right))
        return honest(left, right)

    monkeypatch.setattr(hmac, "compare_digest", noted)
    for platform in (p for p in platforms.PLATFORMS if not p.signature.startswith("?")):
        body = b'{"b": 1,  "a":\t2}' if platform.kind[:6] != "twilio" else b"b=1&a=2+3"
        adapter, asked = adapter_for(platform.kind), platform.request(body)
        compared.clear()
        assert adapter.verify(asked, platform.door)
        assert compared, platform.kind
        assert all(isinstance(side, bytes) for pair in compared for side in pair)
        for odd in ("", "ñ", "签名", "\ud800", "\x00", "sha256=", "x" * 100_000):
            strange = replace(asked, headers=dict(asked.headers) | {platform.signature: odd})
            with pytest.raises(Refused):
                adapter.verify(strange, platform.door)
        if platform.covers_body:
            # The same JSON in other bytes is another body.
            with pytest.raises(Refused):
                adapter.verify(replace(asked, body=body.replace(b"1", b"1 ")), platform.door)
        if platform.timed:
            for seconds in (-301, 301):
                stale = platform.request(body, at=platforms.NOW + timedelta(seconds=seconds))
                with pytest.raises(Refused):
                    adapter.verify(stale, platform.door)
    shop = make_source()
    assert (
        post_json(shop, b"not json", **{"X-Redress-Signature": "sha256=\u00f1"}).status_code == 401
    )
    assert post_json(shop, b"[" * 100_000, **{"X-Redress-Signature": "x"}).status_code == 401
