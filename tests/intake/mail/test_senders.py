"""Senders: angle brackets win over the display name; groups, routes, damage."""

from __future__ import annotations

from typing import Any

import pytest

from intake.mail import read_mail
from tests.intake.mail.reading import seen

CASES: list[tuple[str, bytes, dict[str, Any]]] = [
    ("from a@b.c", b"From: a@b.c\nSubject: s\n\nx", {"from_address": "a@b.c", "from_name": ""}),
    ("from <a@b.c>", b"From: <a@b.c>\nSubject: s\n\nx", {"from_address": "a@b.c", "from_name": ""}),
    (
        "from Joe <a@b.c>",
        b"From: Joe <a@b.c>\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": "Joe"},
    ),
    (
        "from Doe, Joe <a@b.c>",
        b'From: "Doe, Joe" <a@b.c>\nSubject: s\n\nx',
        {"from_address": "a@b.c", "from_name": "Doe, Joe"},
    ),
    (
        "from Doe, Joe <a@b.c> 2",
        b"From: Doe, Joe <a@b.c>\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": "Doe, Joe"},
    ),
    (
        "from a@b.c (Joe Doe)",
        b"From: a@b.c (Joe Doe)\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": "Joe Doe"},
    ),
    (
        "from x@y.z <a@b.c>",
        b"From: x@y.z <a@b.c>\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": "x@y.z"},
    ),
    (
        "from x@y.z <a@b.c> 2",
        b'From: "x@y.z" <a@b.c>\nSubject: s\n\nx',
        {"from_address": "a@b.c", "from_name": "x@y.z"},
    ),
    (
        "from Joe The Man Doe <a@b.c>",
        b'From: Joe "The Man" Doe <a@b.c>\nSubject: s\n\nx',
        {"from_address": "a@b.c", "from_name": "Joe The Man Doe"},
    ),
    (
        "from =?utf-8?q?J=C3=B6?= <a@b.c>",
        b"From: =?utf-8?q?J=C3=B6?= <a@b.c>\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": "Jö"},
    ),
    (
        "from =?utf-8?q?J=C3=B6?= <a@b.c> 2",
        b'From: "=?utf-8?q?J=C3=B6?=" <a@b.c>\nSubject: s\n\nx',
        {"from_address": "a@b.c", "from_name": "Jö"},
    ),
    (
        "from =?utf-8?q?J=C3=B6=2C_X?= <a@b.c>",
        b"From: =?utf-8?q?J=C3=B6=2C_X?= <a@b.c>\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": "Jö, X"},
    ),
    (
        "from =?utf-8?q?J=C3=B6_=3Ca=40b=2Ec=3E?=",
        b"From: =?utf-8?q?J=C3=B6_=3Ca=40b=2Ec=3E?=\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": "Jö"},
    ),
    (
        "from bJxf6rg <a@b.c>",
        b"From: J\xf6rg <a@b.c>\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": "Jörg"},
    ),
    (
        "from bxd5xc5xc8xfd <a@b.c>",
        b"From: \xd5\xc5\xc8\xfd <a@b.c>\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": "张三"},
    ),
    (
        "from undisclosed-recipients:;",
        b"From: undisclosed-recipients:;\nSubject: s\n\nx",
        {"from_address": "", "from_name": ""},
    ),
    (
        "from Group: Joe <a@b.c>, d@e.f;",
        b"From: Group: Joe <a@b.c>, d@e.f;\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": "Joe"},
    ),
    (
        "from <@x,@y:a@b.c>",
        b"From: <@x,@y:a@b.c>\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": ""},
    ),
    (
        "from Joe <a@b.c",
        b"From: Joe <a@b.c\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": "Joe"},
    ),
    (
        "from Joe a@b.c",
        b"From: Joe a@b.c\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": "Joe"},
    ),
    (
        "from Joe <a@b.c> 2",
        b'From: "Joe <a@b.c>\nSubject: s\n\nx',
        {"from_address": "a@b.c", "from_name": "Joe"},
    ),
    (
        "from Joe <<a@b.c>>",
        b"From: Joe <<a@b.c>>\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": "Joe"},
    ),
    (
        "from Joe <mailto:a@b.c>",
        b"From: Joe <mailto:a@b.c>\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": "Joe"},
    ),
    (
        "from Joe <a@b.c> 3",
        b"From: 'Joe' <a@b.c>\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": "Joe"},
    ),
    (
        "from Joe (comment) <a@b.c>",
        b"From: Joe (comment) <a@b.c>\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": "Joe"},
    ),
    (
        "a quoted bracket is part of the name",
        b'From: "Joe (Shop)" (at work) <a@b.c>\nSubject: s\n\nx',
        {"from_address": "a@b.c", "from_name": "Joe (Shop)"},
    ),
    (
        "a name in brackets alone",
        b"From: (Joe) <a@b.c>\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": "Joe"},
    ),
    (
        "from a@b.c, d@e.f",
        b"From: a@b.c, d@e.f\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": ""},
    ),
    ("from", b"From: \nSubject: s\n\nx", {"from_address": "", "from_name": ""}),
    ("from Joe", b"From: Joe\nSubject: s\n\nx", {"from_address": "", "from_name": "Joe"}),
    ("from <>", b"From: <>\nSubject: s\n\nx", {"from_address": "", "from_name": ""}),
    (
        "from MAILER-DAEMON <>",
        b"From: MAILER-DAEMON <>\nSubject: s\n\nx",
        {"from_address": "", "from_name": "MAILER-DAEMON", "is_bounce": True},
    ),
    (
        "from jrg@bcher.example",
        b"From: j\xc3\xb6rg@b\xc3\xbccher.example\nSubject: s\n\nx",
        {"from_address": "jörg@bücher.example", "from_name": ""},
    ),
    (
        "from a b@c.d",
        b'From: "a b"@c.d\nSubject: s\n\nx',
        {"from_address": '"a b"@c.d', "from_name": ""},
    ),
    ("from a @ b.c", b"From: a @ b.c\nSubject: s\n\nx", {"from_address": "a@b.c", "from_name": ""}),
    (
        "from Joe <a @ b.c>",
        b"From: Joe <a @ b.c>\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": "Joe"},
    ),
    ("from a.@b.c", b"From: a.@b.c\nSubject: s\n\nx", {"from_address": "a.@b.c", "from_name": ""}),
    (
        "from Joe x <a@b.c>",
        b"From: Joe [x] <a@b.c>\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": "Joe [x]"},
    ),
    (
        "from Joe: x <a@b.c>",
        b"From: Joe: x <a@b.c>\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": "x"},
    ),
    (
        "from a@xn--bcher-kva.example",
        b"From: a@xn--bcher-kva.example\nSubject: s\n\nx",
        {"from_address": "a@xn--bcher-kva.example", "from_name": ""},
    ),
    (
        "from Joe;a@b.c",
        b"From: Joe;a@b.c\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": "Joe,"},
    ),
    (
        "from a@127.0.0.1",
        b"From: a@[127.0.0.1]\nSubject: s\n\nx",
        {"from_address": "a@[127.0.0.1]", "from_name": ""},
    ),
    (
        "from Joen <a@b.c>",
        b"From: Joe\n <a@b.c>\nSubject: s\n\nx",
        {"from_address": "a@b.c", "from_name": "Joe"},
    ),
    (
        "from Joes <a@b.c>",
        b'From: "Joe\\"s" <a@b.c>\nSubject: s\n\nx',
        {"from_address": "a@b.c", "from_name": 'Joe"s'},
    ),
]


@pytest.mark.parametrize(
    ("raw", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_mail_is_read_as_expected(raw: bytes, expected: dict[str, Any]) -> None:
    assert seen(read_mail(raw), expected) == expected
