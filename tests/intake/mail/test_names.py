"""File names of attachments: RFC 2231, RFC 2047, raw, hostile."""

# ruff: noqa: E501 - raw mails, one a line
from __future__ import annotations

from typing import Any

import pytest

from intake.mail import read_mail
from tests.intake.mail.reading import seen

CASES: list[tuple[str, bytes, dict[str, Any]]] = [
    (
        "name Content-Type: applicationoctet-streamnContent",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="a b.pdf"\n\ndata\n--b1--\n',
        {"att": ["a b.pdf"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 2",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=a b.pdf\n\ndata\n--b1--\n",
        {"att": ["a b.pdf"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 3",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename*=utf-8''%E4%BD%A0.pdf\n\ndata\n--b1--\n",
        {"att": ["你.pdf"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 4",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename*0="long";\n filename*1="name.pdf"\n\ndata\n--b1--\n',
        {"att": ["longname.pdf"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 5",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename*1*=%A0.pdf;\n filename*0*=utf-8''%E4%BD\n\ndata\n--b1--\n",
        {"att": ["你.pdf"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 6",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename*0*=gb2312''%C4%E3;filename*1=\".pdf\"\n\ndata\n--b1--\n",
        {"att": ["你.pdf"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 7",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="=?utf-8?B?5L2gLnBkZg==?="\n\ndata\n--b1--\n',
        {"att": ["你.pdf"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 8",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename==?utf-8?B?5L2gLnBkZg==?=\n\ndata\n--b1--\n",
        {"att": ["你.pdf"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 9",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="=?utf-8?B?5L2g?=\n =?utf-8?B?LnBkZg==?="\n\ndata\n--b1--\n',
        {"att": ["你.pdf"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 10",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="\xe4\xbd\xa0.pdf"\n\ndata\n--b1--\n',
        {"att": ["你.pdf"]},
    ),
    (
        "name bContent-Type: applicationoctet-streamnConten",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="\xb1\xa8\xbc\xdb\xb5\xa5\xc4\xe3\xba\xc3.pdf"\n\ndata\n--b1--\n',
        {"att": ["报价单你好.pdf"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 11",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="../../etc/passwd"\n\ndata\n--b1--\n',
        {"att": ["passwd"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 12",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="C:\\Users\\x\\doc.pdf"\n\ndata\n--b1--\n',
        {"att": ["doc.pdf"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 13",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="a.pdf\n\ndata\n--b1--\n',
        {"att": ["a.pdf"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 14",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="a.pdf"; filename="b.pdf"\n\ndata\n--b1--\n',
        {"att": ["a.pdf"]},
    ),
    (
        "name Content-Type: applicationpdf; name=x.pdf",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/pdf; name="x.pdf"\n\ndata\n--b1--\n',
        {"att": ["x.pdf"]},
    ),
    (
        "name Content-Type: imagegif; name*=iso-8859-1deGrF",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: image/gif; name*=iso-8859-1'de'Gr%FC%DFe.gif\n\ndata\n--b1--\n",
        {"att": ["Grüße.gif"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 15",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="a;b.pdf"\n\ndata\n--b1--\n',
        {"att": ["a;b.pdf"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 16",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename='q.pdf'\n\ndata\n--b1--\n",
        {"att": ["q.pdf"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 17",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=%E4%BD%A0.pdf\n\ndata\n--b1--\n",
        {"att": ["你.pdf"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 18",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="a\xe2\x80\xaegpj.exe"\n\ndata\n--b1--\n',
        {"att": ["agpj.exe"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 19",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; size=3\n\ndata\n--b1--\n",
        {"att": ["attachment.bin"]},
    ),
    (
        "name Content-Type: imagepng",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: image/png\n\ndata\n--b1--\n",
        {"att": ["image.png"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 20",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.pdf"\n\ndata\n--b1--\n',
        {
            "att": [
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.pdf"
            ]
        },
    ),
    (
        "name Content-Type: applicationpdfnContent-Disposit",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/pdf\nContent-Disposition: attachment;\n\tfilename="a.pdf";\n\tsize=100\n\ndata\n--b1--\n',
        {"att": ["a.pdf"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 21",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="=?utf-8?Q?a=2Fb=2Epdf?="\n\ndata\n--b1--\n',
        {"att": ["b.pdf"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 22",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename*=UTF-8''a%20b.pdf; filename=\"x.pdf\"\n\ndata\n--b1--\n",
        {"att": ["a b.pdf"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 23",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="a (1).pdf"\n\ndata\n--b1--\n',
        {"att": ["a (1).pdf"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 24",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=a(1).pdf\n\ndata\n--b1--\n",
        {"att": ["a(1).pdf"]},
    ),
    (
        "name Content-Type: applicationoctet-streamnContent 25",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nx\n--b1\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="quote\\"s.pdf"\n\ndata\n--b1--\n',
        {"att": ['quote"s.pdf']},
    ),
]


@pytest.mark.parametrize(
    ("raw", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_mail_is_read_as_expected(raw: bytes, expected: dict[str, Any]) -> None:
    assert seen(read_mail(raw), expected) == expected
