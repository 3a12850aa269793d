"""Structures: alternatives, lost and doubled boundaries, broken headers."""

# ruff: noqa: E501 - raw mails, one a line
from __future__ import annotations

from typing import Any

import pytest

from intake.mail import read_mail
from tests.intake.mail.reading import seen

CASES: list[tuple[str, bytes, dict[str, Any]]] = [
    ("two subj", b"Subject: one\nFrom: a@b.c\nSubject: two\n\nx", {"subject": "one"}),
    (
        "alt",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b1"\n\n--b1\nContent-Type: text/plain\n\nplain text\n--b1\nContent-Type: text/html\n\n<p>html text</p>\n--b1--\n',
        {"text": "plain text", "att": []},
    ),
    (
        "alt html first",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b1"\n\n--b1\nContent-Type: text/html\n\n<p>html text</p>\n--b1\nContent-Type: text/plain\n\nplain text\n--b1--\n',
        {"text": "plain text"},
    ),
    (
        "alt empty plain",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b1"\n\n--b1\nContent-Type: text/plain\n\n \n\n--b1\nContent-Type: text/html\n\n<p>html text</p>\n--b1--\n',
        {"text": "html text"},
    ),
    (
        "mixed",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b1"\n\n--b1\nContent-Type: text/plain\n\nplain text\n--b1\nContent-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="a.pdf"\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b1--\n',
        {"text": "plain text", "att": [("a.pdf", 5)]},
    ),
    (
        "mixed noclose",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b1"\n\n--b1\nContent-Type: text/plain\n\nplain text\n--b1\nContent-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="a.pdf"\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n',
        {"text": "plain text", "att": [("a.pdf", 5)]},
    ),
    (
        "mixed 2 text",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b1"\n\n--b1\nContent-Type: text/plain\n\nplain text\n--b1\nContent-Type: image/png; name=i.png\nContent-Transfer-Encoding: base64\n\naGVs\n--b1\nContent-Type: text/plain\n\nafter\n--b1--\n',
        {"text": "plain text\n\nafter", "att": ["i.png"]},
    ),
    (
        "mixed text html",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b1"\n\n--b1\nContent-Type: text/plain\n\nplain text\n--b1\nContent-Type: text/html\n\n<p>html text</p>\n--b1--\n',
        {"text": "plain text\n\nhtml text"},
    ),
    (
        "nested",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b1"\n\n--b1\nContent-Type: multipart/alternative; boundary=b2\n\n--b2\nContent-Type: text/plain\n\nplain text\n--b2\nContent-Type: text/html\n\n<p>html text</p>\n--b2--\n--b1\nContent-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="a.pdf"\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b1--\n',
        {"text": "plain text", "att": ["a.pdf"]},
    ),
    (
        "nested same",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b1"\n\n--b1\nContent-Type: multipart/alternative; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nplain text\n--b1\nContent-Type: text/html\n\n<p>html text</p>\n--b1--\n--b1\nContent-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="a.pdf"\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b1--\n',
        {"text": "plain text", "att": ["a.pdf"]},
    ),
    (
        "nested noclose",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b1"\n\n--b1\nContent-Type: multipart/alternative; boundary=b2\n\n--b2\nContent-Type: text/plain\n\nplain text\n--b2\nContent-Type: text/html\n\n<p>html text</p>\n--b1\nContent-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="a.pdf"\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b1--\n',
        {"text": "plain text", "att": ["a.pdf"]},
    ),
    (
        "prefix boundary",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: multipart/alternative; boundary="b-1"\n\n--b-1\nContent-Type: text/plain\n\nplain text\n--b-1--\n\n--b\nContent-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="a.pdf"\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b--\n',
        {"text": "plain text", "att": ["a.pdf"]},
    ),
    (
        "no boundary",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed\n\n--b1\nContent-Type: text/plain\n\nplain text\n--b1\nContent-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="a.pdf"\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b1--\n',
        {"text": "plain text", "att": ["a.pdf"]},
    ),
    (
        "no ct",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\n\n--b1\nContent-Type: text/plain\n\nplain text\n--b1\nContent-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="a.pdf"\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b1--\n',
        {"text": "plain text", "att": ["a.pdf"]},
    ),
    (
        "wrong boundary",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="zz"\n\n--b1\nContent-Type: text/plain\n\nplain text\n--b1\nContent-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="a.pdf"\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b1--\n',
        {"text": "plain text", "att": ["a.pdf"]},
    ),
    (
        "preamble only",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\nonly this\n",
        {"text": "only this"},
    ),
    (
        "part no header",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b1"\n\n--b1\n\njust text\n--b1\nContent-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="a.pdf"\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b1--\n',
        {"text": "just text", "att": ["a.pdf"]},
    ),
    (
        "part no blank",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b1"\n\n--b1\njust text\n--b1\nContent-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="a.pdf"\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b1--\n',
        {"text": "just text", "att": ["a.pdf"]},
    ),
    (
        "related",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary="b1"\n\n--b1\nContent-Type: text/html\n\n<p>html text</p>\n--b1\nContent-Type: image/png\nContent-ID: <x@y>\nContent-Disposition: inline; filename="l.png"\nContent-Transfer-Encoding: base64\n\naGVs\n--b1--\n',
        {"text": "html text", "att": ["l.png"]},
    ),
    (
        "rfc822",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b1"\n\n--b1\nContent-Type: text/plain\n\nplain text\n--b1\nContent-Type: message/rfc822\n\nSubject: inner one\nFrom: x@y.z\n\ninner body\n--b1--\n',
        {"text": "plain text", "att": ["inner one.eml"]},
    ),
    (
        "text att",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b1"\n\n--b1\nContent-Type: text/plain\n\nplain text\n--b1\nContent-Type: text/plain; name=log.txt\nContent-Disposition: attachment\n\nlog\n--b1--\n',
        {"text": "plain text", "att": [("log.txt", 3)]},
    ),
    (
        "text inline named",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b1"\n\n--b1\nContent-Type: text/plain\n\nplain text\n--b1\nContent-Type: text/plain\nContent-Disposition: inline; filename=log.txt\n\nlog\n--b1--\n',
        {"text": "plain text", "att": [("log.txt", 3)]},
    ),
    (
        "calendar",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b1"\n\n--b1\nContent-Type: text/plain\n\nplain text\n--b1\nContent-Type: text/html\n\n<p>html text</p>\n--b1\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--b1--\n',
        {"text": "plain text", "att": ["calendar.ics"]},
    ),
    (
        "signed",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/signed; boundary="b1"\n\n--b1\nContent-Type: text/plain\n\nplain text\n--b1\nContent-Type: application/pgp-signature; name=signature.asc\n\n-----BEGIN\n--b1--\n',
        {"text": "plain text", "att": ["signature.asc"]},
    ),
    (
        "att only",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="a.pdf"\nContent-Transfer-Encoding: base64\n\naGVsbG8=',
        {"text": "", "att": [("a.pdf", 5)]},
    ),
    (
        "stub",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b1"\n\n--b1\nContent-Type: text/plain\n\nYour mail client does not support HTML messages.\n--b1\nContent-Type: text/html\n\n<p>html text</p>\n--b1--\n',
        {"text": "html text"},
    ),
    (
        "mbox",
        b"From a@b.c Mon Jan  1 10:00:00 2024\nFrom: x@y.z\nSubject: s\n\nbody",
        {"from_address": "x@y.z", "text": "body"},
    ),
    (
        "bom",
        b"\xef\xbb\xbfFrom: x@y.z\nSubject: s\n\nbody",
        {"from_address": "x@y.z", "subject": "s"},
    ),
    (
        "cr",
        b"From: x@y.z\rSubject: s\r\rbody\rtwo",
        {"from_address": "x@y.z", "subject": "s", "text": "body\ntwo"},
    ),
    (
        "crcrlf",
        b"From: x@y.z\r\r\nSubject: s\r\r\n\r\r\nbody\r\r\ntwo",
        {"from_address": "x@y.z", "text": "body\ntwo"},
    ),
    (
        "lead blank",
        b"\n\nFrom: x@y.z\nSubject: s\n\nbody",
        {"from_address": "x@y.z", "text": "body"},
    ),
    ("nohdr", b"Hello there\nthis is text", {"text": "Hello there\nthis is text"}),
    ("nohdr2", b"Hello: there\n\nthis is text", {"has": ["this is text"]}),
    (
        "noblank",
        b"From: x@y.z\nSubject: s\nHello there, text\nmore",
        {"from_address": "x@y.z", "subject": "s", "text": "Hello there, text\nmore"},
    ),
    (
        "broken",
        b"From: x@y.z\nthis is broken\nSubject: s\n\nbody",
        {"subject": "s", "text": "body"},
    ),
    ("nul", b"From: x@y.z\nSubject: a\x00b\n\nbo\x00dy", {"subject": "ab", "text": "body"}),
    ("hdronly", b"From: x@y.z\nSubject: s", {"subject": "s", "text": ""}),
    ("empty", b"", {"text": ""}),
    ("emptyhdr", b"From: x@y.z\nX-E:\nSubject: s\n\nb", {"subject": "s", "text": "b"}),
    (
        "wsfold",
        b"From: x@y.z\nSubject: a\n \nTo: q@r.s\n\nb",
        {"subject": "a", "text": "b", "to": ["q@r.s"]},
    ),
    (
        "to many",
        b'From: x@y.z\nTo: "A, B" <a@b.c>, d@e.f; g@h.i\n\nb',
        {"to": ["a@b.c", "d@e.f", "g@h.i"]},
    ),
]


@pytest.mark.parametrize(
    ("raw", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_mail_is_read_as_expected(raw: bytes, expected: dict[str, Any]) -> None:
    assert seen(read_mail(raw), expected) == expected


def test_a_named_text_is_shown_when_there_is_no_other() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/html; name=a.html\n\n<p>hi</p>\n--x--"
    mail = read_mail(raw)
    assert mail.text == "hi"
    assert [one.name for one in mail.attachments] == ["a.html"]
