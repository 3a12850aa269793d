"""Text of HTML mails."""

# ruff: noqa: E501 - raw mails, one a line
from __future__ import annotations

from typing import Any

import pytest

from intake.mail import read_mail
from tests.intake.mail.reading import seen

CASES: list[tuple[str, bytes, dict[str, Any]]] = [
    (
        "html <p>a<p><p>b<p>",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<p>a</p><p>b</p>",
        {"text": "a\n\nb"},
    ),
    (
        "html a<br>b<br>c",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\na<br>b<br/>c",
        {"text": "a\nb\nc"},
    ),
    (
        "html <div>a<div><div>b<div>",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<div>a</div><div>b</div>",
        {"text": "a\nb"},
    ),
    (
        "html <ul><li>a<li>b<ul>x",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<ul><li>a<li>b</ul>x",
        {"text": "* a\n* b\n\nx"},
    ),
    (
        "html <ol><li>a<li><li>b<li><ol>",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<ol><li>a</li><li>b</li></ol>",
        {"text": "1. a\n2. b"},
    ),
    (
        "html <a href=https:x.examplep>here<a>",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<a href="https://x.example/p">here</a>',
        {"text": "here <https://x.example/p>"},
    ),
    (
        "html <a href=https:x.example>https:x.example<a>",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<a href="https://x.example/">https://x.example</a>',
        {"text": "https://x.example"},
    ),
    (
        "html <blockquote>q<br>r<blockquote>a",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<blockquote>q<br>r</blockquote>a",
        {"text": "> q\n> r\n\na"},
    ),
    (
        "html <style>x<style><script>1<script>t",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<style>x{}</style><script>1</script>t",
        {"text": "t"},
    ),
    (
        "html <div style=display:none>pre<div>t",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<div style="display:none">pre</div>t',
        {"text": "t"},
    ),
    (
        "html anbsp;bamp;clt;deacute;8364;",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\na&nbsp;b&amp;c&lt;d&eacute;&#8364;",
        {"text": "a b&c<dé€"},
    ),
    (
        "html <table><tr><td>a<td><td>b<td><tr><tr><td>c<td",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
        {"text": "a\tb\nc"},
    ),
    (
        "html <pre>a  b<pre>",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<pre>a\n  b</pre>",
        {"text": "a\n  b"},
    ),
    (
        "html x<-- c -->y",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\nx<!-- c -->y",
        {"text": "xy"},
    ),
    (
        "html a < b and c > d",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\na < b and c > d",
        {"text": "a < b and c > d"},
    ),
    (
        "html <p>un<b>clo<p>sed",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<p>un<b>clo</p>sed",
        {"text": "unclo\n\nsed"},
    ),
    (
        "html <title>t<title>b",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<title>t</title>b",
        {"text": "b"},
    ),
    (
        "html <img src=cid:1 alt=logo>b",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<img src="cid:1" alt="logo">b',
        {"text": "logob"},
    ),
    (
        "html <p title=a > b>x<p>",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<p title="a > b">x</p>',
        {"text": "x"},
    ),
    (
        "html <o:p>nbsp;<o:p>x",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<o:p>&nbsp;</o:p>x",
        {"text": "x"},
    ),
]


@pytest.mark.parametrize(
    ("raw", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_mail_is_read_as_expected(raw: bytes, expected: dict[str, Any]) -> None:
    assert seen(read_mail(raw), expected) == expected


def test_a_quotation_of_the_writer_stays_and_the_announced_one_goes() -> None:
    page = (
        "Your page says:<br>Good.<blockquote>Two days</blockquote><p>It took nine.</p>"
        "<div>On 2 Jan 2024 at 10:11, Shop &lt;a@b.example&gt; wrote:</div>"
        "<blockquote><div>OLD</div></blockquote>"
    )
    raw = f"From: a@b.c\nContent-Type: text/html\n\n{page}".encode()
    assert read_mail(raw).reply_text == "Your page says:\nGood.\n\nTwo days\n\nIt took nine."


def test_a_quote_at_the_end_goes_without_announcement() -> None:
    raw = b"From: a@b.c\nContent-Type: text/html\n\nNEW<blockquote>OLD</blockquote>"
    assert read_mail(raw).reply_text == "NEW"
