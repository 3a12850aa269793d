"""Inputs just under 1 MB that are made to be slow, for every kind of channel."""

import base64
import json
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from benchmarks.mail import hostile
from intake.channels import ADAPTERS

SIZE = 990_000
FORM = {"content-type": "application/x-www-form-urlencoded"}
MULTIPART = {"content-type": "multipart/form-data; boundary=b"}
HEAD = b"From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
_MAIL_KINDS = ("mailgun", "sendgrid")

Hostile = tuple[str, str, bytes, dict[str, str]]


def filled(start: bytes, piece: bytes, end: bytes = b"") -> bytes:
    """Return as many pieces as fit."""
    return start + piece * ((SIZE - len(start) - len(end)) // len(piece)) + end


def hostile_bodies(seed: int) -> Iterator[Hostile]:
    """Yield kind, name, body and headers."""
    for name, raw in mails(seed).items():
        yield "email", name, raw[:SIZE], {}
    for kind in sorted(ADAPTERS):
        if kind == "email":
            continue
        for name, raw in any_bodies(seed).items():
            yield kind, name, raw, _headers(kind)
    yield from own_shapes()
    for kind in _MAIL_KINDS:
        field = "body-mime" if kind == "mailgun" else "email"
        for name in ("quote signs", "open tags", "headers"):
            body = urlencode({field: hostile()[name].decode("latin-1")[:300_000]}).encode()[:SIZE]
            yield kind, f"mail of {name}", body, FORM


def mails(seed: int) -> dict[str, bytes]:
    """Return hostile mails."""
    page, chance = HEAD + b"Content-Type: text/html\r\n\r\n", random.Random(seed)
    quoted = HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    coded = HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n"
    mixed = HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
    level = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
    found = {
        "1 MB of > lines": filled(HEAD + b"\r\n", b">\n"),
        "one line of >": filled(HEAD + b"\r\n", b">"),
        "deep quotes": filled(HEAD + b"\r\n", b"> > > > > > > > > > x\n"),
        "1 MB header": filled(HEAD + b"X: ", b"a", b"\r\n\r\nx"),
        "1 MB subject": filled(b"Subject: ", b"a", b"\r\n\r\nx"),
        "20,000 headers": HEAD + b"X-a: b\r\n" * 20_000 + b"\r\nx",
        "100,000 headers": filled(HEAD, b"X: b\r\n", b"\r\nx"),
        "folded header": filled(b"Subject: a", b"\r\n b", b"\r\n\r\nx"),
        "addresses": filled(b"From: ", b"a@b.example, ", b"\r\n\r\nx"),
        "quotes in From": filled(b"From: ", b'"', b"\r\n\r\nx"),
        "escaped quotes in From": filled(b'From: "', b'\\"', b"\r\n\r\nx"),
        "brackets in From": filled(b"From: ", b"(", b"\r\n\r\nx"),
        "angles in From": filled(b"From: ", b"<", b"\r\n\r\nx"),
        "encoded words": filled(b"Subject: ", b"=?utf-8?q?a?= ", b"\r\n\r\nx"),
        "open encoded words": filled(b"Subject: ", b"=?utf-8?q?", b"\r\n\r\nx"),
        "base64 words": filled(b"From: ", b"=?gb2312?b?xOO6ww==?= ", b"<a@b.c>\r\n\r\nx"),
        "references": filled(b"References: ", b"<a@b> ", b"\r\n\r\nx"),
        "parameters": filled(b"Content-Type: multipart/mixed", b";a*0=b", b"\r\n\r\nx"),
        "parts": filled(mixed, b"--x\r\n\r\na\r\n"),
        "nested parts": b"".join([HEAD, *(level % (n, n) for n in range(13_000))]),
        "boundary-like lines": filled(mixed, b"--xy\r\n"),
        "soft line ends": filled(quoted, b"=\r\n"),
        "bad escapes": filled(quoted, b"=zz"),
        "blanks at line ends": filled(quoted, b" \t"),
        "base64 text": coded + base64.encodebytes(chance.randbytes(700_000)),
        "bad base64": filled(coded, b"*A="),
        "uuencoded": filled(HEAD + b"\r\n", b"begin 644 a\n"),
        "open tags": filled(page, b"<div>"),
        "tables": filled(page, b"<table><tr><td>"),
        "lists": filled(page, b"<ul><li>x"),
        "links": filled(page, b"<a href=https://x.example>x</a>"),
        "open quotes": filled(page, b'<a "'),
        "angles": filled(page, b"<"),
        "comments": filled(page, b"<!--"),
        "styles": filled(page, b"<style>"),
        "entities": filled(page, b"&amp"),
        "long attributes": filled(page + b'<p style="', b"a:b;", b'">x'),
        "blockquotes": filled(page, b"<blockquote>x"),
        "Chinese without charset": filled(HEAD + b"\r\n", "您好订单没有收到。".encode("gbk")),
        "zeros": filled(HEAD + b"\r\n", b"\x00"),
        "noise": HEAD + b"\r\n" + chance.randbytes(900_000),
    }
    return found | {f"{name} (reader)": raw for name, raw in hostile().items()}


def any_bodies(seed: int) -> dict[str, bytes]:
    """Return bodies that any door may get."""
    chance = random.Random(seed)
    return {
        "deep lists": b"[" * SIZE,
        "deep objects": filled(b"", b'{"a":'),
        "many keys": json.dumps({f"k{n}": n for n in range(60_000)}).encode()[:SIZE],
        "same key": filled(b"{", b'"a":1,', b'"b":2}'),
        "long number": filled(b'{"id":', b"9", b"}"),
        "one string": filled(b'{"id":"', b"a", b'"}'),
        "escapes": filled(b'{"id":"', b"\\u0000", b'"}'),
        "deep XML": filled(b"<xml>", b"<a>"),
        "flat XML": filled(b"<xml>", b"<a>b</a>", b"</xml>"),
        "XML entities": filled(b"<xml><a>", b"&lt;", b"</a></xml>"),
        "XML attributes": filled(b"<xml ", b"a='b' ", b"/>"),
        "XML bomb": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY a%d "&a;&a;&a;&a;">' % n for n in range(9_000)),
        "form fields": filled(b"", b"a=b&"),
        "form escapes": filled(b"a=", b"%00"),
        "form parts": filled(
            b"", b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n', b"--b--"
        ),
        "boundaries": filled(b"", b"--b\r\n"),
        "noise": chance.randbytes(SIZE),
    }


def own_shapes() -> Iterator[Hostile]:
    """Yield well-formed calls that hold as much as fits."""
    text = {"type": "text", "text": {"body": "x"}, "from": "491510000000", "timestamp": "1"}
    said = [text | {"id": f"w{n}"} for n in range(8_000)]
    change = {"field": "messages", "value": {"messages": said}}
    yield "whatsapp", "8,000 messages", _json({"entry": [{"changes": [change]}]}), {}
    event = {"type": "message", "message": {"type": "text", "text": "x"}, "source": {"userId": "U"}}
    events = [event | {"webhookEventId": f"e{n}"} for n in range(6_000)]
    yield "line", "6,000 events", _json({"events": events}), {}
    message = {"sender": {"id": "1"}, "message": {"text": "x"}}
    talks = [message | {"message": {"text": "x", "mid": f"m{n}"}} for n in range(12_000)]
    yield "messenger", "12,000 events", _json({"entry": [{"messaging": talks}]}), {}
    links = {"event": {"type": "message", "user": "U", "channel": "C", "ts": "1.0"}}
    links["event"]["text"] = "<https://a|" * 80_000
    yield "slack", "open links", _json(links), {}
    value: dict[str, Any] = {"id": "1", "text": "x", "html": "<div>" * 190_000}
    yield "generic", "HTML of open tags", _json(value), {}
    yield "generic", "lines", _json({"id": "1", "text": "\n" * 480_000 + "x"}), {}
    files = [{"name": "a", "content_base64": "QQ=="}] * 20_000
    yield "generic", "20,000 files", _json({"id": "1", "text": "x", "attachments": files}), {}
    headers = [{"Name": f"X-{n}", "Value": "y"} for n in range(20_000)]
    mail = {"From": "a@b.example", "TextBody": "x", "Headers": headers}
    yield "postmark", "20,000 headers", _json(mail), {}
    yield "postmark", "HTML bomb", _json({"From": "a@b.example", "HtmlBody": "<div>" * 190_000}), {}


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()[:SIZE]


def _headers(kind: str) -> dict[str, str]:
    if kind.startswith("twilio") or kind == "mailgun":
        return FORM
    return MULTIPART if kind == "sendgrid" else {"content-type": "application/json"}
