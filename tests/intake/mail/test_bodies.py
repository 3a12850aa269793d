"""Bodies: charsets that lie, transfer encodings, flowed text."""

# ruff: noqa: E501 - raw mails, one a line
from __future__ import annotations

from typing import Any

import pytest

from intake.mail import read_mail
from tests.intake.mail.reading import seen

CASES: list[tuple[str, bytes, dict[str, Any]]] = [
    (
        "body gb2312",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=gb2312\n\n\xc4\xfa\xba\xc3\xa3\xac\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5\xbb\xb9\xc3\xbb\xd3\xd0\xca\xd5\xb5\xbd\xa3\xac\xc7\xeb\xbe\xa1\xbf\xec\xcd\xcb\xbf\xee\xa1\xa3",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body gbk",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=gbk\n\n\xc4\xfa\xba\xc3\xa3\xac\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5\xbb\xb9\xc3\xbb\xd3\xd0\xca\xd5\xb5\xbd\xa3\xac\xc7\xeb\xbe\xa1\xbf\xec\xcd\xcb\xbf\xee\xa1\xa3",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body x-gbk",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=x-gbk\n\n\xc4\xfa\xba\xc3\xa3\xac\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5\xbb\xb9\xc3\xbb\xd3\xd0\xca\xd5\xb5\xbd\xa3\xac\xc7\xeb\xbe\xa1\xbf\xec\xcd\xcb\xbf\xee\xa1\xa3",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body gb18030",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=gb18030\n\n\xc4\xfa\xba\xc3\xa3\xac\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5\xbb\xb9\xc3\xbb\xd3\xd0\xca\xd5\xb5\xbd\xa3\xac\xc7\xeb\xbe\xa1\xbf\xec\xcd\xcb\xbf\xee\xa1\xa3",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body gbk 2",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset="gbk"\n\n\xc4\xfa\xba\xc3\xa3\xac\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5\xbb\xb9\xc3\xbb\xd3\xd0\xca\xd5\xb5\xbd\xa3\xac\xc7\xeb\xbe\xa1\xbf\xec\xcd\xcb\xbf\xee\xa1\xa3',
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body GB_2312-80",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=GB_2312-80\n\n\xc4\xfa\xba\xc3\xa3\xac\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5\xbb\xb9\xc3\xbb\xd3\xd0\xca\xd5\xb5\xbd\xa3\xac\xc7\xeb\xbe\xa1\xbf\xec\xcd\xcb\xbf\xee\xa1\xa3",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body cp936",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=cp936\n\n\xc4\xfa\xba\xc3\xa3\xac\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5\xbb\xb9\xc3\xbb\xd3\xd0\xca\xd5\xb5\xbd\xa3\xac\xc7\xeb\xbe\xa1\xbf\xec\xcd\xcb\xbf\xee\xa1\xa3",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body gbk as",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain\n\n\xc4\xfa\xba\xc3\xa3\xac\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5\xbb\xb9\xc3\xbb\xd3\xd0\xca\xd5\xb5\xbd\xa3\xac\xc7\xeb\xbe\xa1\xbf\xec\xcd\xcb\xbf\xee\xa1\xa3",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body utf8 as",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain\n\n\xe6\x82\xa8\xe5\xa5\xbd\xef\xbc\x8c\xe6\x88\x91\xe7\x9a\x84\xe8\xae\xa2\xe5\x8d\x95\xe8\xbf\x98\xe6\xb2\xa1\xe6\x9c\x89\xe6\x94\xb6\xe5\x88\xb0\xef\xbc\x8c\xe8\xaf\xb7\xe5\xb0\xbd\xe5\xbf\xab\xe9\x80\x80\xe6\xac\xbe\xe3\x80\x82",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body gbk as ; charset=x-unknown",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=x-unknown\n\n\xc4\xfa\xba\xc3\xa3\xac\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5\xbb\xb9\xc3\xbb\xd3\xd0\xca\xd5\xb5\xbd\xa3\xac\xc7\xeb\xbe\xa1\xbf\xec\xcd\xcb\xbf\xee\xa1\xa3",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body utf8 as ; charset=x-unknown",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=x-unknown\n\n\xe6\x82\xa8\xe5\xa5\xbd\xef\xbc\x8c\xe6\x88\x91\xe7\x9a\x84\xe8\xae\xa2\xe5\x8d\x95\xe8\xbf\x98\xe6\xb2\xa1\xe6\x9c\x89\xe6\x94\xb6\xe5\x88\xb0\xef\xbc\x8c\xe8\xaf\xb7\xe5\xb0\xbd\xe5\xbf\xab\xe9\x80\x80\xe6\xac\xbe\xe3\x80\x82",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body gbk as ; charset=us-ascii",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=us-ascii\n\n\xc4\xfa\xba\xc3\xa3\xac\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5\xbb\xb9\xc3\xbb\xd3\xd0\xca\xd5\xb5\xbd\xa3\xac\xc7\xeb\xbe\xa1\xbf\xec\xcd\xcb\xbf\xee\xa1\xa3",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body utf8 as ; charset=us-ascii",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=us-ascii\n\n\xe6\x82\xa8\xe5\xa5\xbd\xef\xbc\x8c\xe6\x88\x91\xe7\x9a\x84\xe8\xae\xa2\xe5\x8d\x95\xe8\xbf\x98\xe6\xb2\xa1\xe6\x9c\x89\xe6\x94\xb6\xe5\x88\xb0\xef\xbc\x8c\xe8\xaf\xb7\xe5\xb0\xbd\xe5\xbf\xab\xe9\x80\x80\xe6\xac\xbe\xe3\x80\x82",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body gbk as ; charset=utf-8",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n\xc4\xfa\xba\xc3\xa3\xac\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5\xbb\xb9\xc3\xbb\xd3\xd0\xca\xd5\xb5\xbd\xa3\xac\xc7\xeb\xbe\xa1\xbf\xec\xcd\xcb\xbf\xee\xa1\xa3",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body utf8 as ; charset=utf-8",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n\xe6\x82\xa8\xe5\xa5\xbd\xef\xbc\x8c\xe6\x88\x91\xe7\x9a\x84\xe8\xae\xa2\xe5\x8d\x95\xe8\xbf\x98\xe6\xb2\xa1\xe6\x9c\x89\xe6\x94\xb6\xe5\x88\xb0\xef\xbc\x8c\xe8\xaf\xb7\xe5\xb0\xbd\xe5\xbf\xab\xe9\x80\x80\xe6\xac\xbe\xe3\x80\x82",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body gbk as ; charset=unknown-8bit",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=unknown-8bit\n\n\xc4\xfa\xba\xc3\xa3\xac\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5\xbb\xb9\xc3\xbb\xd3\xd0\xca\xd5\xb5\xbd\xa3\xac\xc7\xeb\xbe\xa1\xbf\xec\xcd\xcb\xbf\xee\xa1\xa3",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body utf8 as ; charset=unknown-8bit",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=unknown-8bit\n\n\xe6\x82\xa8\xe5\xa5\xbd\xef\xbc\x8c\xe6\x88\x91\xe7\x9a\x84\xe8\xae\xa2\xe5\x8d\x95\xe8\xbf\x98\xe6\xb2\xa1\xe6\x9c\x89\xe6\x94\xb6\xe5\x88\xb0\xef\xbc\x8c\xe8\xaf\xb7\xe5\xb0\xbd\xe5\xbf\xab\xe9\x80\x80\xe6\xac\xbe\xe3\x80\x82",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body gbk as ; charset=ANSI",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=ANSI\n\n\xc4\xfa\xba\xc3\xa3\xac\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5\xbb\xb9\xc3\xbb\xd3\xd0\xca\xd5\xb5\xbd\xa3\xac\xc7\xeb\xbe\xa1\xbf\xec\xcd\xcb\xbf\xee\xa1\xa3",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body utf8 as ; charset=ANSI",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=ANSI\n\n\xe6\x82\xa8\xe5\xa5\xbd\xef\xbc\x8c\xe6\x88\x91\xe7\x9a\x84\xe8\xae\xa2\xe5\x8d\x95\xe8\xbf\x98\xe6\xb2\xa1\xe6\x9c\x89\xe6\x94\xb6\xe5\x88\xb0\xef\xbc\x8c\xe8\xaf\xb7\xe5\xb0\xbd\xe5\xbf\xab\xe9\x80\x80\xe6\xac\xbe\xe3\x80\x82",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body utf8 as gb2312",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=gb2312\n\n\xe6\x82\xa8\xe5\xa5\xbd\xef\xbc\x8c\xe6\x88\x91\xe7\x9a\x84\xe8\xae\xa2\xe5\x8d\x95\xe8\xbf\x98\xe6\xb2\xa1\xe6\x9c\x89\xe6\x94\xb6\xe5\x88\xb0\xef\xbc\x8c\xe8\xaf\xb7\xe5\xb0\xbd\xe5\xbf\xab\xe9\x80\x80\xe6\xac\xbe\xe3\x80\x82",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body utf8 as iso-8859-1",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-1\n\n\xe6\x82\xa8\xe5\xa5\xbd\xef\xbc\x8c\xe6\x88\x91\xe7\x9a\x84\xe8\xae\xa2\xe5\x8d\x95\xe8\xbf\x98\xe6\xb2\xa1\xe6\x9c\x89\xe6\x94\xb6\xe5\x88\xb0\xef\xbc\x8c\xe8\xaf\xb7\xe5\xb0\xbd\xe5\xbf\xab\xe9\x80\x80\xe6\xac\xbe\xe3\x80\x82",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body utf8 as windows-1252",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=windows-1252\n\n\xe6\x82\xa8\xe5\xa5\xbd\xef\xbc\x8c\xe6\x88\x91\xe7\x9a\x84\xe8\xae\xa2\xe5\x8d\x95\xe8\xbf\x98\xe6\xb2\xa1\xe6\x9c\x89\xe6\x94\xb6\xe5\x88\xb0\xef\xbc\x8c\xe8\xaf\xb7\xe5\xb0\xbd\xe5\xbf\xab\xe9\x80\x80\xe6\xac\xbe\xe3\x80\x82",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body utf8 as big5",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=big5\n\n\xe6\x82\xa8\xe5\xa5\xbd\xef\xbc\x8c\xe6\x88\x91\xe7\x9a\x84\xe8\xae\xa2\xe5\x8d\x95\xe8\xbf\x98\xe6\xb2\xa1\xe6\x9c\x89\xe6\x94\xb6\xe5\x88\xb0\xef\xbc\x8c\xe8\xaf\xb7\xe5\xb0\xbd\xe5\xbf\xab\xe9\x80\x80\xe6\xac\xbe\xe3\x80\x82",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body utf8 as shift_jis",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=shift_jis\n\n\xe6\x82\xa8\xe5\xa5\xbd\xef\xbc\x8c\xe6\x88\x91\xe7\x9a\x84\xe8\xae\xa2\xe5\x8d\x95\xe8\xbf\x98\xe6\xb2\xa1\xe6\x9c\x89\xe6\x94\xb6\xe5\x88\xb0\xef\xbc\x8c\xe8\xaf\xb7\xe5\xb0\xbd\xe5\xbf\xab\xe9\x80\x80\xe6\xac\xbe\xe3\x80\x82",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body utf8 as euc-kr",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=euc-kr\n\n\xe6\x82\xa8\xe5\xa5\xbd\xef\xbc\x8c\xe6\x88\x91\xe7\x9a\x84\xe8\xae\xa2\xe5\x8d\x95\xe8\xbf\x98\xe6\xb2\xa1\xe6\x9c\x89\xe6\x94\xb6\xe5\x88\xb0\xef\xbc\x8c\xe8\xaf\xb7\xe5\xb0\xbd\xe5\xbf\xab\xe9\x80\x80\xe6\xac\xbe\xe3\x80\x82",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body utf8 as koi8-r",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=koi8-r\n\n\xe6\x82\xa8\xe5\xa5\xbd\xef\xbc\x8c\xe6\x88\x91\xe7\x9a\x84\xe8\xae\xa2\xe5\x8d\x95\xe8\xbf\x98\xe6\xb2\xa1\xe6\x9c\x89\xe6\x94\xb6\xe5\x88\xb0\xef\xbc\x8c\xe8\xaf\xb7\xe5\xb0\xbd\xe5\xbf\xab\xe9\x80\x80\xe6\xac\xbe\xe3\x80\x82",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body utf8 as iso-8859-15",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-15\n\n\xe6\x82\xa8\xe5\xa5\xbd\xef\xbc\x8c\xe6\x88\x91\xe7\x9a\x84\xe8\xae\xa2\xe5\x8d\x95\xe8\xbf\x98\xe6\xb2\xa1\xe6\x9c\x89\xe6\x94\xb6\xe5\x88\xb0\xef\xbc\x8c\xe8\xaf\xb7\xe5\xb0\xbd\xe5\xbf\xab\xe9\x80\x80\xe6\xac\xbe\xe3\x80\x82",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body ja iso-2022-jpiso2022_jp",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B$*@$OC$K$J$C$F$*$j$^$9!#>&IJ$,FO$-$^$;$s!#\x1b(B",
        {"text": "お世話になっております。商品が届きません。"},
    ),
    (
        "body ja shift_jiscp932",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=shift_jis\n\n\x82\xa8\x90\xa2\x98b\x82\xc9\x82\xc8\x82\xc1\x82\xc4\x82\xa8\x82\xe8\x82\xdc\x82\xb7\x81B\x8f\xa4\x95i\x82\xaa\x93\xcd\x82\xab\x82\xdc\x82\xb9\x82\xf1\x81B",
        {"text": "お世話になっております。商品が届きません。"},
    ),
    (
        "body ja x-sjiscp932",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=x-sjis\n\n\x82\xa8\x90\xa2\x98b\x82\xc9\x82\xc8\x82\xc1\x82\xc4\x82\xa8\x82\xe8\x82\xdc\x82\xb7\x81B\x8f\xa4\x95i\x82\xaa\x93\xcd\x82\xab\x82\xdc\x82\xb9\x82\xf1\x81B",
        {"text": "お世話になっております。商品が届きません。"},
    ),
    (
        "body ja windows-31jcp932",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=windows-31j\n\n\x82\xa8\x90\xa2\x98b\x82\xc9\x82\xc8\x82\xc1\x82\xc4\x82\xa8\x82\xe8\x82\xdc\x82\xb7\x81B\x8f\xa4\x95i\x82\xaa\x93\xcd\x82\xab\x82\xdc\x82\xb9\x82\xf1\x81B",
        {"text": "お世話になっております。商品が届きません。"},
    ),
    (
        "body ja euc-jpeuc_jp",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=euc-jp\n\n\xa4\xaa\xc0\xa4\xcf\xc3\xa4\xcb\xa4\xca\xa4\xc3\xa4\xc6\xa4\xaa\xa4\xea\xa4\xde\xa4\xb9\xa1\xa3\xbe\xa6\xc9\xca\xa4\xac\xc6\xcf\xa4\xad\xa4\xde\xa4\xbb\xa4\xf3\xa1\xa3",
        {"text": "お世話になっております。商品が届きません。"},
    ),
    (
        "body ja iso-2022-jp-msiso2022_jp",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=iso-2022-jp-ms\n\n\x1b$B$*@$OC$K$J$C$F$*$j$^$9!#>&IJ$,FO$-$^$;$s!#\x1b(B",
        {"text": "お世話になっております。商品が届きません。"},
    ),
    (
        "body ja cp50220iso2022_jp",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=cp50220\n\n\x1b$B$*@$OC$K$J$C$F$*$j$^$9!#>&IJ$,FO$-$^$;$s!#\x1b(B",
        {"text": "お世話になっております。商品が届きません。"},
    ),
    (
        "body ja iso2022_jp",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain\n\n\x1b$B$*@$OC$K$J$C$F$*$j$^$9!#>&IJ$,FO$-$^$;$s!#\x1b(B",
        {"text": "お世話になっております。商品が届きません。"},
    ),
    (
        "body ja cp932",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain\n\n\x82\xa8\x90\xa2\x98b\x82\xc9\x82\xc8\x82\xc1\x82\xc4\x82\xa8\x82\xe8\x82\xdc\x82\xb7\x81B\x8f\xa4\x95i\x82\xaa\x93\xcd\x82\xab\x82\xdc\x82\xb9\x82\xf1\x81B",
        {"text": "お世話になっております。商品が届きません。"},
    ),
    (
        "body ja euc_jp",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain\n\n\xa4\xaa\xc0\xa4\xcf\xc3\xa4\xcb\xa4\xca\xa4\xc3\xa4\xc6\xa4\xaa\xa4\xea\xa4\xde\xa4\xb9\xa1\xa3\xbe\xa6\xc9\xca\xa4\xac\xc6\xcf\xa4\xad\xa4\xde\xa4\xbb\xa4\xf3\xa1\xa3",
        {"text": "お世話になっております。商品が届きません。"},
    ),
    (
        "body ja us-asciiiso2022_jp",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=us-ascii\n\n\x1b$B$*@$OC$K$J$C$F$*$j$^$9!#>&IJ$,FO$-$^$;$s!#\x1b(B",
        {"text": "お世話になっております。商品が届きません。"},
    ),
    (
        "body ko ks_c_5601-1987cp949",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=ks_c_5601-1987\n\n\xbe\xc8\xb3\xe7\xc7\xcf\xbc\xbc\xbf\xe4. \xc1\xd6\xb9\xae\xc7\xd1 \xbb\xf3\xc7\xb0\xc0\xcc \xb5\xb5\xc2\xf8\xc7\xcf\xc1\xf6 \xbe\xca\xbe\xd2\xbd\xc0\xb4\xcf\xb4\xd9.",
        {"text": "안녕하세요. 주문한 상품이 도착하지 않았습니다."},
    ),
    (
        "body ko euc-kreuc_kr",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=euc-kr\n\n\xbe\xc8\xb3\xe7\xc7\xcf\xbc\xbc\xbf\xe4. \xc1\xd6\xb9\xae\xc7\xd1 \xbb\xf3\xc7\xb0\xc0\xcc \xb5\xb5\xc2\xf8\xc7\xcf\xc1\xf6 \xbe\xca\xbe\xd2\xbd\xc0\xb4\xcf\xb4\xd9.",
        {"text": "안녕하세요. 주문한 상품이 도착하지 않았습니다."},
    ),
    (
        "body ko euc_kr",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain\n\n\xbe\xc8\xb3\xe7\xc7\xcf\xbc\xbc\xbf\xe4. \xc1\xd6\xb9\xae\xc7\xd1 \xbb\xf3\xc7\xb0\xc0\xcc \xb5\xb5\xc2\xf8\xc7\xcf\xc1\xf6 \xbe\xca\xbe\xd2\xbd\xc0\xb4\xcf\xb4\xd9.",
        {"text": "안녕하세요. 주문한 상품이 도착하지 않았습니다."},
    ),
    (
        "body ko iso-2022-kriso2022_kr",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=iso-2022-kr\n\n\x1b$)C\x0e>H3gGO<<?d\x0f. \x0eAV9.GQ\x0f \x0e;sG0@L\x0f \x0e55BxGOAv\x0f \x0e>J>R=@4O4Y\x0f.",
        {"text": "안녕하세요. 주문한 상품이 도착하지 않았습니다."},
    ),
    (
        "body ru koi8-rkoi8_r",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=koi8-r\n\n\xfa\xc4\xd2\xc1\xd7\xd3\xd4\xd7\xd5\xca\xd4\xc5, \xcd\xcf\xca \xda\xc1\xcb\xc1\xda \xce\xc5 \xd0\xd2\xc9\xdb\xa3\xcc. \xe7\xc4\xc5 \xcf\xce?",
        {"text": "Здравствуйте, мой заказ не пришёл. Где он?"},
    ),
    (
        "body ru windows-1251cp1251",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=windows-1251\n\n\xc7\xe4\xf0\xe0\xe2\xf1\xf2\xe2\xf3\xe9\xf2\xe5, \xec\xee\xe9 \xe7\xe0\xea\xe0\xe7 \xed\xe5 \xef\xf0\xe8\xf8\xb8\xeb. \xc3\xe4\xe5 \xee\xed?",
        {"text": "Здравствуйте, мой заказ не пришёл. Где он?"},
    ),
    (
        "body ru cp-1251cp1251",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=cp-1251\n\n\xc7\xe4\xf0\xe0\xe2\xf1\xf2\xe2\xf3\xe9\xf2\xe5, \xec\xee\xe9 \xe7\xe0\xea\xe0\xe7 \xed\xe5 \xef\xf0\xe8\xf8\xb8\xeb. \xc3\xe4\xe5 \xee\xed?",
        {"text": "Здравствуйте, мой заказ не пришёл. Где он?"},
    ),
    (
        "body ru iso-8859-5iso8859_5",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-5\n\n\xb7\xd4\xe0\xd0\xd2\xe1\xe2\xd2\xe3\xd9\xe2\xd5, \xdc\xde\xd9 \xd7\xd0\xda\xd0\xd7 \xdd\xd5 \xdf\xe0\xd8\xe8\xf1\xdb. \xb3\xd4\xd5 \xde\xdd?",
        {"text": "Здравствуйте, мой заказ не пришёл. Где он?"},
    ),
    (
        "body ru x-mac-cyrillicmac_cyrillic",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=x-mac-cyrillic\n\n\x87\xe4\xf0\xe0\xe2\xf1\xf2\xe2\xf3\xe9\xf2\xe5, \xec\xee\xe9 \xe7\xe0\xea\xe0\xe7 \xed\xe5 \xef\xf0\xe8\xf8\xde\xeb. \x83\xe4\xe5 \xee\xed?",
        {"text": "Здравствуйте, мой заказ не пришёл. Где он?"},
    ),
    (
        "body ru cp866cp866",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=cp866\n\n\x87\xa4\xe0\xa0\xa2\xe1\xe2\xa2\xe3\xa9\xe2\xa5, \xac\xae\xa9 \xa7\xa0\xaa\xa0\xa7 \xad\xa5 \xaf\xe0\xa8\xe8\xf1\xab. \x83\xa4\xa5 \xae\xad?",
        {"text": "Здравствуйте, мой заказ не пришёл. Где он?"},
    ),
    (
        "body ru ibm866cp866",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=ibm866\n\n\x87\xa4\xe0\xa0\xa2\xe1\xe2\xa2\xe3\xa9\xe2\xa5, \xac\xae\xa9 \xa7\xa0\xaa\xa0\xa7 \xad\xa5 \xaf\xe0\xa8\xe8\xf1\xab. \x83\xa4\xa5 \xae\xad?",
        {"text": "Здравствуйте, мой заказ не пришёл. Где он?"},
    ),
    (
        "body ru koi8_r",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain\n\n\xfa\xc4\xd2\xc1\xd7\xd3\xd4\xd7\xd5\xca\xd4\xc5, \xcd\xcf\xca \xda\xc1\xcb\xc1\xda \xce\xc5 \xd0\xd2\xc9\xdb\xa3\xcc. \xe7\xc4\xc5 \xcf\xce?",
        {"text": "Здравствуйте, мой заказ не пришёл. Где он?"},
    ),
    (
        "body ru cp1251",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain\n\n\xc7\xe4\xf0\xe0\xe2\xf1\xf2\xe2\xf3\xe9\xf2\xe5, \xec\xee\xe9 \xe7\xe0\xea\xe0\xe7 \xed\xe5 \xef\xf0\xe8\xf8\xb8\xeb. \xc3\xe4\xe5 \xee\xed?",
        {"text": "Здравствуйте, мой заказ не пришёл. Где он?"},
    ),
    (
        "body ru cp866",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain\n\n\x87\xa4\xe0\xa0\xa2\xe1\xe2\xa2\xe3\xa9\xe2\xa5, \xac\xae\xa9 \xa7\xa0\xaa\xa0\xa7 \xad\xa5 \xaf\xe0\xa8\xe8\xf1\xab. \x83\xa4\xa5 \xae\xad?",
        {"text": "Здравствуйте, мой заказ не пришёл. Где он?"},
    ),
    (
        "body de windows-1252",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=windows-1252\n\nGr\xfc\xdfe aus M\xfcnchen, die Gr\xf6\xdfe pa\xdft nicht \x96 bitte um R\xfcckgabe f\xfcr 20 \x80",
        {"text": "Grüße aus München, die Größe paßt nicht – bitte um Rückgabe für 20 €"},
    ),
    (
        "body de iso-8859-1",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-1\n\nGr\xfc\xdfe aus M\xfcnchen, die Gr\xf6\xdfe pa\xdft nicht \x96 bitte um R\xfcckgabe f\xfcr 20 \x80",
        {"text": "Grüße aus München, die Größe paßt nicht – bitte um Rückgabe für 20 €"},
    ),
    (
        "body de",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain\n\nGr\xfc\xdfe aus M\xfcnchen, die Gr\xf6\xdfe pa\xdft nicht \x96 bitte um R\xfcckgabe f\xfcr 20 \x80",
        {"text": "Grüße aus München, die Größe paßt nicht – bitte um Rückgabe für 20 €"},
    ),
    (
        "body de us-ascii",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=us-ascii\n\nGr\xfc\xdfe aus M\xfcnchen, die Gr\xf6\xdfe pa\xdft nicht \x96 bitte um R\xfcckgabe f\xfcr 20 \x80",
        {"text": "Grüße aus München, die Größe paßt nicht – bitte um Rückgabe für 20 €"},
    ),
    (
        "body de utf-8",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nGr\xfc\xdfe aus M\xfcnchen, die Gr\xf6\xdfe pa\xdft nicht \x96 bitte um R\xfcckgabe f\xfcr 20 \x80",
        {"text": "Grüße aus München, die Größe paßt nicht – bitte um Rückgabe für 20 €"},
    ),
    (
        "body de ansi",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=ansi\n\nGr\xfc\xdfe aus M\xfcnchen, die Gr\xf6\xdfe pa\xdft nicht \x96 bitte um R\xfcckgabe f\xfcr 20 \x80",
        {"text": "Grüße aus München, die Größe paßt nicht – bitte um Rückgabe für 20 €"},
    ),
    (
        "body cp-850",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=cp-850\n\nGr\x81\xe1e",
        {"text": "Grüße"},
    ),
    (
        "body utf7",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=unicode-1-1-utf-7\n\nHi +AOk- x",
        {"text": "Hi é x"},
    ),
    (
        "body pl",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain\n\nDzie\xf1 dobry, zam\xf3wienie nie dotar\xb3o. Prosz\xea o zwrot pieni\xeadzy.",
        {"text": "Dzień dobry, zamówienie nie dotarło. Proszę o zwrot pieniędzy."},
    ),
    (
        "body el",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-7\n\n\xc7 \xf0\xe1\xf1\xe1\xe3\xe3\xe5\xeb\xdf\xe1",
        {"text": "Η παραγγελία"},
    ),
    (
        "body he",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-8-i\n\n\xe4\xe4\xe6\xee\xf0\xe4 \xec\xe0 \xe4\xe2\xe9\xf2\xe4",
        {"text": "ההזמנה לא הגיעה"},
    ),
    (
        "body ar",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=windows-1256\n\n\xe1\xe3 \xed\xd5\xe1 \xd8\xe1\xc8\xed",
        {"text": "لم يصل طلبي"},
    ),
    (
        "body th",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=tis-620\n\n\xc2\xd1\xa7\xe4\xc1\xe8\xe4\xb4\xe9\xc3\xd1\xba\xca\xd4\xb9\xa4\xe9\xd2",
        {"text": "ยังไม่ได้รับสินค้า"},
    ),
    (
        "body tr",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-9\n\nSipari\xfeim gelmedi \xfd\xf0\xfc\xfe",
        {"text": "Siparişim gelmedi ığüş"},
    ),
    (
        "body el none",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain\n\n\xc7 \xf0\xe1\xf1\xe1\xe3\xe3\xe5\xeb\xdf\xe1 \xec\xef\xf5 \xe4\xe5\xed \xdd\xf6\xf4\xe1\xf3\xe5 \xe1\xea\xfc\xec\xe1, \xf0\xe1\xf1\xe1\xea\xe1\xeb\xfe \xe2\xef\xe7\xe8\xde\xf3\xf4\xe5",
        {"text": "Η παραγγελία μου δεν έφτασε ακόμα, παρακαλώ βοηθήστε"},
    ),
    (
        "body big5 none",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain\n\n\xb1z\xa6n\xa1A\xa7\xda\xaa\xba\xadq\xb3\xe6\xc1\xd9\xa8S\xa6\xb3\xa6\xac\xa8\xec\xa1A\xbd\xd0\xba\xc9\xa7\xd6\xb0h\xb4\xda\xa1A\xc1\xc2\xc1\xc2\xb1z\xaa\xba\xc0\xb0\xa6\xa3",
        {"text": "您好，我的訂單還沒有收到，請盡快退款，謝謝您的幫忙"},
    ),
    (
        "body utf16",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-16\n\n\xff\xfe\xa8`}Y\x0c\xff\x11b\x84v\xa2\x8bUS\xd8\x8f\xa1l\tg6e0R\x0c\xff\xf7\x8b=\\\xeb_\x00\x90>k\x020",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body utf16le",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-16le\n\n\xa8`}Y\x0c\xff\x11b\x84v\xa2\x8bUS\xd8\x8f\xa1l\tg6e0R\x0c\xff\xf7\x8b=\\\xeb_\x00\x90>k\x020",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body qp",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\ncaf=C3=A9 =\nx=20\ny= \nz",
        {"text": "café x \nyz"},
    ),
    (
        "body qp-b",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: Quoted-Printable;\n\ncaf=C3=A9 100=% =ZZ",
        {"text": "café 100=% =ZZ"},
    ),
    (
        "body b64",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n5oKo5aW977yM5oiR55qE6K6i5Y2V6L+Y5rKh5pyJ5pS25Yiw77yM6K+35bC95b+r6YCA5qy+44CC\n",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body b64 nopad",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\naGVsbG8gd29y",
        {"text": "hello wor"},
    ),
    (
        "body b64 footer",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\naGVsbG8gd29ybGQ=\n\n-- \nlist footer here",
        {"text": "hello world"},
    ),
    (
        "body b64 plain",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\nThis is not base64 at all, is it?",
        {"text": "This is not base64 at all, is it?"},
    ),
    (
        "body b64 junk",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\naGVs!bG8g\r\n d29ybGQ=",
        {"text": "hello world"},
    ),
    (
        "body 8-bit",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8-bit\n\n\xe6\x82\xa8\xe5\xa5\xbd\xef\xbc\x8c\xe6\x88\x91\xe7\x9a\x84\xe8\xae\xa2\xe5\x8d\x95\xe8\xbf\x98\xe6\xb2\xa1\xe6\x9c\x89\xe6\x94\xb6\xe5\x88\xb0\xef\xbc\x8c\xe8\xaf\xb7\xe5\xb0\xbd\xe5\xbf\xab\xe9\x80\x80\xe6\xac\xbe\xe3\x80\x82",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body cte bad",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: utf-8\n\n\xe6\x82\xa8\xe5\xa5\xbd\xef\xbc\x8c\xe6\x88\x91\xe7\x9a\x84\xe8\xae\xa2\xe5\x8d\x95\xe8\xbf\x98\xe6\xb2\xa1\xe6\x9c\x89\xe6\x94\xb6\xe5\x88\xb0\xef\xbc\x8c\xe8\xaf\xb7\xe5\xb0\xbd\xe5\xbf\xab\xe9\x80\x80\xe6\xac\xbe\xe3\x80\x82",
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
    (
        "body uu",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain\n\nbefore\nbegin 644 a.txt\n#0V%T\n`\nend\nafter",
        {"att": [("a.txt", 3)], "text": "before\nafter"},
    ),
    (
        "body flowed",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; format=flowed; delsp=yes\n\nab \ncd\n> q \n> r\n",
        {"text": "abcd\n> qr"},
    ),
    (
        "body flowed2",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; format=flowed\n\nab \ncd\n\nx\n-- \nsig",
        {"text": "ab cd\n\nx\n-- \nsig"},
    ),
    (
        "body html as text",
        b"From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain\n\n<html><body><p>Hello</p></body></html>",
        {"text": "Hello"},
    ),
    (
        "body meta",
        b'From: a@b.c\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html\n\n<meta http-equiv=content-type content="text/html; charset=gb2312"><p>\xc4\xfa\xba\xc3\xa3\xac\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5\xbb\xb9\xc3\xbb\xd3\xd0\xca\xd5\xb5\xbd\xa3\xac\xc7\xeb\xbe\xa1\xbf\xec\xcd\xcb\xbf\xee\xa1\xa3',
        {"text": "您好，我的订单还没有收到，请尽快退款。"},
    ),
]


@pytest.mark.parametrize(
    ("raw", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_mail_is_read_as_expected(raw: bytes, expected: dict[str, Any]) -> None:
    assert seen(read_mail(raw), expected) == expected
