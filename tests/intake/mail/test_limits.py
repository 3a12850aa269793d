"""Huge and hostile mails: nothing raises or grows without bound, each limit is named."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.mail import limits, read_mail
from tests.intake.mail import test_bodies, test_structures

HEAD = b"From: a@b.c\nSubject: x\nMIME-Version: 1.0\n"
HTML = HEAD + b"Content-Type: text/html\n\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=x\n\n"
PRINTABLE = HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n"
LEVEL = b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n"
HOSTILE = {
    "20,000 headers": b"X-a: b\n" * 20_000 + b"\nbody",
    "1 MB header": b"Subject: " + b"a" * 1_000_000 + b"\n\nbody",
    "quotes in From": b"From: " + b'"' * 300_000 + b"\n\nbody",
    "parentheses in From": b"From: " + b"(" * 300_000 + b"\n\nbody",
    "blanks in a header": b"Subject: a" + b" " * 300_000 + b"b\n\nbody",
    "open words": b"Subject: " + b"=?utf-8?q?" * 30_000 + b"\n\nbody",
    "parameters": HEAD + b"Content-Type: multipart/mixed" + b";a*0=b" * 50_000 + b"\n\nbody",
    "thousands of parts": MIXED + b"--x\n\na\n" * 20_000,
    "deep": HEAD + b"".join(LEVEL % (level, level) for level in range(300)),
    "open tags": HTML + b"<div>" * 60_001,
    "unclosed styles": HTML + b"<style>" * 50_000,
    "unclosed quotes": HTML + b'<a "' * 50_000,
    "open angles": HTML + b"<" * 300_000,
    "unclosed comments": HTML + b"<!--" * 50_000,
    "links": HTML + b"<a href=https://x.example>x</a>" * 6_000,
    "entities": HTML + b"&amp" * 60_000,
    "blanks at line ends": PRINTABLE + b" \t" * 150_000 + b"x\n \n",
    "rules": HEAD + b"\n" + b"-" * 300_000,
    "colons": HEAD + b"\n" + b"On 1 2020 10:00 foo bar:\n" * 10_000,
    "signatures": HEAD + b"\n" + b"a\n-- \n" * 30_000,
    "uuencoded": HEAD + b"\n" + b"begin 644 a\n" * 20_000 + b"end\n",
    "zeros": b"\x00" * 300_000,
    "noise": random.Random(1).randbytes(300_000),
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_mails_are_read(raw: bytes) -> None:
    mail = read_mail(raw)
    assert not any(defect.startswith("could not be read") for defect in mail.defects)
    assert len(mail.text) <= limits.MAX_TEXT_CHARS
    assert len(mail.attachments) <= limits.MAX_PARTS
    assert len(mail.headers) <= limits.MAX_HEADERS


@pytest.mark.parametrize(
    ("name", "defect"),
    [
        ("20,000 headers", "headers"),
        ("thousands of parts", "parts"),
        ("deep", "nested deeper"),
        ("open tags", "HTML"),
        ("links", "links"),
    ],
)
def test_what_is_left_out_is_said(name: str, defect: str) -> None:
    assert any(defect in one for one in read_mail(HOSTILE[name]).defects)


SEEDS = [case[1] for case in (*test_structures.CASES, *test_bodies.CASES)]
SCRAPS = [
    b"\r", b"\n", b"\x00", b'"', b"<", b"=?utf-8?b?", b"?=", b"\xff", b"\xe4\xbd", b"--b1", b";",
    b"begin 644 x\n", b"\xed\xa0\x80", b"+2AA-", b"*0*=", b"\x1b$B", b"utf-7", b"rot13",
]  # fmt: skip


@st.composite
def mutants(draw: st.DrawFn) -> bytes:
    """A mail of the corpus with pieces cut out, doubled and put in."""
    raw = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(raw)))
        cut = draw(st.integers(0, 40))
        scrap = draw(st.one_of(st.sampled_from(SCRAPS), st.binary(max_size=8)))
        raw = raw[:at] + scrap + raw[at + cut :]
    return raw


@settings(max_examples=300, deadline=None)
@given(mutants())
def test_mutants_never_raise_and_give_clean_text(raw: bytes) -> None:
    mail = read_mail(raw)
    assert not any(defect.startswith("could not be read") for defect in mail.defects)
    names = [one.name for one in mail.attachments]
    said = [mail.text, mail.reply_text, mail.html, mail.subject, mail.from_name, mail.from_address]
    whole = json.dumps([said, names, mail.headers, mail.defects], ensure_ascii=False)
    assert "\\u0000" not in whole
    assert whole.encode("utf-8")
    assert all(name and "/" not in name and "\\" not in name for name in names)


def test_a_bug_in_the_reading_does_not_lose_the_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.mail.parse._read", lambda data, reading: 1 // 0)
    mail = read_mail(b"Subject: x\n\nhello")
    assert "hello" in mail.text
    assert mail.defects == ("could not be read: ZeroDivisionError",)


def test_the_digest_ignores_the_way_a_mail_took() -> None:
    mail = b"From: a@b.c\nSubject: x\n\nhello"
    assert read_mail(b"Received: by x\n" + mail).content_digest == read_mail(mail).content_digest
    assert read_mail(mail + b" you").content_digest != read_mail(mail).content_digest
