"""Subjects: encoded words in all forms, raw 8-bit, folded, twice."""

# ruff: noqa: E501 - raw mails, one a line
from __future__ import annotations

from typing import Any

import pytest

from intake.mail import read_mail
from tests.intake.mail.reading import seen

CASES: list[tuple[str, bytes, dict[str, Any]]] = [
    (
        "subj =?utf-8?B?5L2g5aW95LiW55WM?=",
        b"From: a@b.c\nSubject: =?utf-8?B?5L2g5aW95LiW55WM?=\n\nhi\n",
        {"subject": "你好世界", "text": "hi"},
    ),
    (
        "subj =?gb2312?B?zcu79cnqxu1pQ==?=",
        b"From: a@b.c\nSubject: =?gb2312?B?zcu79cnqx+u1pQ==?=\n\nhi\n",
        {"subject": "退货申请单", "text": "hi"},
    ),
    (
        "subj split mb",
        b"From: a@b.c\nSubject: =?utf-8?B?6YCA6LSn5w==?=\n =?utf-8?B?lLPor7fljZXnvJblj7c=?=\n\nhi\n",
        {"subject": "退货申请单编号", "text": "hi"},
    ),
    (
        "subj split b64",
        b"From: a@b.c\nSubject: =?utf-8?B?6YCA6LSn55?=\n\t=?utf-8?B?Sz6K+35Y2V57yW5Y+3?=\n\nhi\n",
        {"subject": "退货申请单编号", "text": "hi"},
    ),
    (
        "subj =?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?=",
        b"From: a@b.c\nSubject: =?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?=\n\nhi\n",
        {"subject": "café", "text": "hi"},
    ),
    (
        "subj =?utf-8?Q?a_b=20c?=",
        b"From: a@b.c\nSubject: =?utf-8?Q?a_b=20c?=\n\nhi\n",
        {"subject": "a b c", "text": "hi"},
    ),
    (
        "subj =?utf-8?Q?a b c?=",
        b"From: a@b.c\nSubject: =?utf-8?Q?a b c?=\n\nhi\n",
        {"subject": "a b c", "text": "hi"},
    ),
    (
        "subj =?iso-8859-1?q?Stra=DFe?= 5",
        b"From: a@b.c\nSubject: =?iso-8859-1?q?Stra=DFe?= 5\n\nhi\n",
        {"subject": "Straße 5", "text": "hi"},
    ),
    (
        "subj a =?utf-8?q?b?= c",
        b"From: a@b.c\nSubject: a =?utf-8?q?b?= c\n\nhi\n",
        {"subject": "a b c", "text": "hi"},
    ),
    (
        "subj =?utf-8?q?a?= =?iso-8859-1?q?=E9?=",
        b"From: a@b.c\nSubject: =?utf-8?q?a?= =?iso-8859-1?q?=E9?=\n\nhi\n",
        {"subject": "aé", "text": "hi"},
    ),
    (
        "subj =?utf-8?B?5L2g5aW9?=",
        b"From: a@b.c\nSubject: =?utf-8?B?5L2g5aW9?=!\n\nhi\n",
        {"subject": "你好!", "text": "hi"},
    ),
    (
        "subj =?utf-8?B?5L2g5aW9?==?utf-8?B?5LiW55WM?=",
        b"From: a@b.c\nSubject: =?utf-8?B?5L2g5aW9?==?utf-8?B?5LiW55WM?=\n\nhi\n",
        {"subject": "你好世界", "text": "hi"},
    ),
    (
        "subj =?utf-8?B?5L2g5aW?=",
        b"From: a@b.c\nSubject: =?utf-8?B?5L2g5aW?=\n\nhi\n",
        {"subject": "ф╜ахе", "text": "hi"},
    ),
    (
        "subj =?UTF-8?Q?What=3F?=",
        b"From: a@b.c\nSubject: =?UTF-8?Q?What=3F?=\n\nhi\n",
        {"subject": "What?", "text": "hi"},
    ),
    (
        "subj =?UTF-8?Q?What??=",
        b"From: a@b.c\nSubject: =?UTF-8?Q?What??=\n\nhi\n",
        {"subject": "What?", "text": "hi"},
    ),
    (
        "subj =?UTF-8?Q?ok?=20now?=",
        b"From: a@b.c\nSubject: =?UTF-8?Q?ok?=20now?=\n\nhi\n",
        {"subject": "ok? now", "text": "hi"},
    ),
    (
        "subj =?utf-8*en?q?caf=C3=A9?=",
        b"From: a@b.c\nSubject: =?utf-8*en?q?caf=C3=A9?=\n\nhi\n",
        {"subject": "café", "text": "hi"},
    ),
    (
        "subj =?utf-8?q?caf=C3=A9?=",
        b'From: a@b.c\nSubject: "=?utf-8?q?caf=C3=A9?="\n\nhi\n',
        {"subject": '"café"', "text": "hi"},
    ),
    (
        "subj =?utf-8?q??=x",
        b"From: a@b.c\nSubject: =?utf-8?q??=x\n\nhi\n",
        {"subject": "x", "text": "hi"},
    ),
    (
        "subj =?unknown?q?caf=C3=A9?=",
        b"From: a@b.c\nSubject: =?unknown?q?caf=C3=A9?=\n\nhi\n",
        {"subject": "café", "text": "hi"},
    ),
    (
        "subj =?x-unknown?b?5pel5pys6Kqe44Gu5Lu25ZCN44Gn44G",
        b"From: a@b.c\nSubject: =?x-unknown?b?5pel5pys6Kqe44Gu5Lu25ZCN44Gn44GZ?=\n\nhi\n",
        {"subject": "日本語の件名です", "text": "hi"},
    ),
    (
        "subj bxe6x97xa5xe6x9cxacxe8xaax9e",
        b"From: a@b.c\nSubject: \xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\n\nhi\n",
        {"subject": "日本語", "text": "hi"},
    ),
    (
        "subj bxdcberweisung",
        b"From: a@b.c\nSubject: \xdcberweisung\n\nhi\n",
        {"subject": "Überweisung", "text": "hi"},
    ),
    (
        "subj bxb6xa9xb5xa5xc3xbbxd3xd0xcaxd5xb5xbdxc7xebxc",
        b"From: a@b.c\nSubject: \xb6\xa9\xb5\xa5\xc3\xbb\xd3\xd0\xca\xd5\xb5\xbd\xc7\xeb\xcd\xcb\xbf\xee\n\nhi\n",
        {"subject": "订单没有收到请退款", "text": "hi"},
    ),
    (
        "subj bxadqxb3xe6xa8Sxa6xb3xa6xacxa8xecxbdxd0xb0hxb",
        b"From: a@b.c\nSubject: \xadq\xb3\xe6\xa8S\xa6\xb3\xa6\xac\xa8\xec\xbd\xd0\xb0h\xb4\xda\xc1\xc2\xc1\xc2\n\nhi\n",
        {"subject": "訂單沒有收到請退款謝謝", "text": "hi"},
    ),
    (
        "subj bxe7xc4xc5 xcdxcfxca xdaxc1xcbxc1xda",
        b"From: a@b.c\nSubject: \xe7\xc4\xc5 \xcd\xcf\xca \xda\xc1\xcb\xc1\xda\n\nhi\n",
        {"subject": "Где мой заказ", "text": "hi"},
    ),
    (
        "subj bxc3xe4xe5 xecxeexe9 xe7xe0xeaxe0xe7",
        b"From: a@b.c\nSubject: \xc3\xe4\xe5 \xec\xee\xe9 \xe7\xe0\xea\xe0\xe7\n\nhi\n",
        {"subject": "Где мой заказ", "text": "hi"},
    ),
    (
        "subj bx1bB>IJNJVIJKDFx1b(B",
        b"From: a@b.c\nSubject: \x1b$B>&IJ$NJVIJ$K$D$$$F\x1b(B\n\nhi\n",
        {"subject": "商品の返品について", "text": "hi"},
    ),
    (
        "subj bx8fxa4x95ix82xccx95xd4x95ix82xc9x82xc2x82xa2",
        b"From: a@b.c\nSubject: \x8f\xa4\x95i\x82\xcc\x95\xd4\x95i\x82\xc9\x82\xc2\x82\xa2\x82\xc4\n\nhi\n",
        {"subject": "商品の返品について", "text": "hi"},
    ),
    (
        "subj bxbexa6xc9xcaxa4xcexcaxd6xc9xcaxa4xcbxa4xc4xa",
        b"From: a@b.c\nSubject: \xbe\xa6\xc9\xca\xa4\xce\xca\xd6\xc9\xca\xa4\xcb\xa4\xc4\xa4\xa4\xa4\xc6\n\nhi\n",
        {"subject": "商品の返品について", "text": "hi"},
    ),
    (
        "subj bxc1xd6xb9xaexc7xd1 xbbxf3xc7xb0xc0xcc xb5xb5",
        b"From: a@b.c\nSubject: \xc1\xd6\xb9\xae\xc7\xd1 \xbb\xf3\xc7\xb0\xc0\xcc \xb5\xb5\xc2\xf8\xc7\xcf\xc1\xf6 \xbe\xca\xbe\xd2\xbd\xc0\xb4\xcf\xb4\xd9\n\nhi\n",
        {"subject": "주문한 상품이 도착하지 않았습니다", "text": "hi"},
    ),
    (
        "subj hint",
        b"From: a@b.c\nContent-Type: text/plain; charset=koi8-r\nSubject: \xe7\xc4\xc5 \xcd\xcf\xca \xda\xc1\xcb\xc1\xda\n\nhi\n",
        {"subject": "Где мой заказ", "text": "hi"},
    ),
    (
        "subj bHinweis fxfcr Grxf6xdfe",
        b"From: a@b.c\nSubject: Hinweis f\xfcr Gr\xf6\xdfe\n\nhi\n",
        {"subject": "Hinweis für Größe", "text": "hi"},
    ),
    (
        "subj bZaxbfxf3xb3xe6 gxeax9clxb9 jax9fxf1",
        b"From: a@b.c\nSubject: Za\xbf\xf3\xb3\xe6 g\xea\x9cl\xb9 ja\x9f\xf1\n\nhi\n",
        {"subject": "Zażółć gęślą jaźń", "text": "hi"},
    ),
    (
        "subj longn  foldednttext",
        b"From: a@b.c\nSubject: long\n  folded\n\ttext\n\nhi\n",
        {"subject": "long folded text", "text": "hi"},
    ),
    (
        "subj =?iso-2022-jp?B?GyRCSlZJSiRLJEQkJCRGGyhC?=",
        b"From: a@b.c\nSubject: =?iso-2022-jp?B?GyRCSlZJSiRLJEQkJCRGGyhC?=\n\nhi\n",
        {"subject": "返品について", "text": "hi"},
    ),
    (
        "subj =?ISO-2022-JP?B?GyRCSlZJShsoQg==?=n =?ISO-202",
        b"From: a@b.c\nSubject: =?ISO-2022-JP?B?GyRCSlZJShsoQg==?=\n =?ISO-2022-JP?B?GyRCJEskRCQkJEYbKEI=?=\n\nhi\n",
        {"subject": "返品について", "text": "hi"},
    ),
    (
        "subj =?cp932?B?h0CHipXUlWk=?=",
        b"From: a@b.c\nSubject: =?cp932?B?h0CHipXUlWk=?=\n\nhi\n",
        {"subject": "①㈱返品", "text": "hi"},
    ),
    (
        "subj =?ks_c_5601-1987?B?jGO55rCix88=?=",
        b"From: a@b.c\nSubject: =?ks_c_5601-1987?B?jGO55rCix88=?=\n\nhi\n",
        {"subject": "똠방각하", "text": "hi"},
    ),
    (
        "subj =?windows-1252?Q?=80uro?=",
        b"From: a@b.c\nSubject: =?windows-1252?Q?=80uro?=\n\nhi\n",
        {"subject": "€uro", "text": "hi"},
    ),
    (
        "subj =?iso-8859-1?Q?=80uro_=93x=94?=",
        b"From: a@b.c\nSubject: =?iso-8859-1?Q?=80uro_=93x=94?=\n\nhi\n",
        {"subject": "€uro “x”", "text": "hi"},
    ),
    (
        "subj =?utf-7?Q?AOk-?=",
        b"From: a@b.c\nSubject: =?utf-7?Q?+AOk-?=\n\nhi\n",
        {"subject": "é", "text": "hi"},
    ),
    (
        "subj =?UTF-8?Q?=F0=9F=98=80?=",
        b"From: a@b.c\nSubject: =?UTF-8?Q?=F0=9F=98=80?=\n\nhi\n",
        {"subject": "😀", "text": "hi"},
    ),
    (
        "subj =?utf-8?Q?=ED=A0=BD=ED=B8=80?=",
        b"From: a@b.c\nSubject: =?utf-8?Q?=ED=A0=BD=ED=B8=80?=\n\nhi\n",
        {"subject": "ํ\xa0ฝํธ€", "text": "hi"},
    ),
    (
        "subj =?iso-8859-8-i?Q?=F9=EC=E5=ED?=",
        b"From: a@b.c\nSubject: =?iso-8859-8-i?Q?=F9=EC=E5=ED?=\n\nhi\n",
        {"subject": "שלום", "text": "hi"},
    ),
    (
        "subj =?windows-1255?B?ezl7Q==?=",
        b"From: a@b.c\nSubject: =?windows-1255?B?+ezl7Q==?=\n\nhi\n",
        {"subject": "שלום", "text": "hi"},
    ),
    (
        "subj =?macintosh?Q?=8Er?=",
        b"From: a@b.c\nSubject: =?macintosh?Q?=8Er?=\n\nhi\n",
        {"subject": "ér", "text": "hi"},
    ),
    (
        "subj =?gb18030?B?6UaCMLcx?=",
        b"From: a@b.c\nSubject: =?gb18030?B?6UaCMLcx?=\n\nhi\n",
        {"subject": "镕㛃", "text": "hi"},
    ),
    (
        "subj =?utf8?Q?=C3=A9?=",
        b"From: a@b.c\nSubject: =?utf8?Q?=C3=A9?=\n\nhi\n",
        {"subject": "é", "text": "hi"},
    ),
    (
        "subj =?UTF-8?B?SGVsbG8=?= =?UTF-8?B?IFdvcmxk?=",
        b"From: a@b.c\nSubject: =?UTF-8?B?SGVsbG8=?= =?UTF-8?B?IFdvcmxk?=\n\nhi\n",
        {"subject": "Hello World", "text": "hi"},
    ),
    (
        "subj =?UTF-8?Q?abc",
        b"From: a@b.c\nSubject: =?UTF-8?Q?abc\n\nhi\n",
        {"subject": "=?UTF-8?Q?abc", "text": "hi"},
    ),
    (
        "subj =?us-ascii?Q?caf=E9?=",
        b"From: a@b.c\nSubject: =?us-ascii?Q?caf=E9?=\n\nhi\n",
        {"subject": "café", "text": "hi"},
    ),
    (
        "subj =?utf-8?Q?caf=E9?=",
        b"From: a@b.c\nSubject: =?utf-8?Q?caf=E9?=\n\nhi\n",
        {"subject": "café", "text": "hi"},
    ),
    (
        "subj Re: =?utf-8?Q?a?=",
        b"From: a@b.c\nSubject: Re: =?utf-8?Q?a?=\n\nhi\n",
        {"subject": "Re: a", "text": "hi"},
    ),
    ("subj", b"From: a@b.c\nSubject: \n\nhi\n", {"subject": "", "text": "hi"}),
]


@pytest.mark.parametrize(
    ("raw", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_mail_is_read_as_expected(raw: bytes, expected: dict[str, Any]) -> None:
    assert seen(read_mail(raw), expected) == expected
