"""Announcements, blocks and lines of rarer mail programs, each in the layouts that they come in."""

# ruff: noqa: E501 - lines as mail programs write them
from __future__ import annotations

import pytest

from intake.mail.trimming import trim

#: Certain enough that text below goes even without quote signs.
CERTAIN = {
    "zoho": "---- On Tue, 02 Jan 2024 14:17:36 +0530 Jane Doe<jane@example.org> wrote ----",
    "dashes around": "------On 01/02/2024 17:32 PM, Jane Doe wrote-----",
    "tutanota": "2 Jan 2024, 10:11 by jane@example.org:",
    "tutanota de": "2. Jan. 2024, 10:11 von jane@example.org:",
    "french said": "Le mardi 2 janvier 2024 à 10:11, Jane Doe <jane@example.org> nous a dit :",
    "polish sent": "Dnia 2 stycznia 2024 10:11 Jane Doe <jane@example.org> nadesłał:",
    "dutch perfect": "Op 2-jan.-2024, om 10:11 heeft Jane Doe <jane@example.org> het volgende geschreven:",
    "russian quoted name": '2 января 2024, 10:11, "Jane Doe" <jane@example.org>:',
    "korean text": "2024년 1월 2일 (화) 오전 10:11, 김철수 <kim@example.org>님이 작성하였습니다:",
    "korean note": "2024. 1. 2. 오전 10:11에 Jane Doe 이(가) 쓴 글:",
}

#: A person may write these, too: they count only above a quote.
VAGUE = {
    "kmail ru": "Вы писали 2 января 2024 г., 10:11:12:",
    "said": "On Tue, 2 Jan 2024 10:11:12 +0100, Jane Doe said:",
    "android": "---- Jane Doe wrote ----",
    "alot": "Quoting Jane Doe (2024-01-02 10:11:12)",
    "forum": "Posted by jane on 01/02/2024",
    "brackets": "Jane Doe [2024-01-02 10:11 +0100]:",
    "no colon": "2024-01-02 10:11 GMT+01:00 Jane Doe",
    "samsung": "Sent from Samsung Mobile Jane Doe <jane@example.org> wrote:",
}

BLOCKS = {
    "proton": "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\nOn Tuesday, 2 January 2024 10:11, Jane <jane@example.org> wrote:\n",
    "zimbra fr": '----- Mail original -----\nDe: "Jane" <jane@example.org>\nÀ: "shop" <shop@example.com>\nEnvoyé: Mardi 2 Janvier 2024 10:11:12\nObjet: Order',
    "zimbra de": '----- Ursprüngliche Mail -----\nVon: "Jane" <jane@example.org>\nAn: "shop" <shop@example.com>\nGesendet: Dienstag, 2. Januar 2024',
    "aol de": "-----Ursprüngliche Mitteilung----- \nVon: Jane <jane@example.org>\nAn: shop\nVerschickt: Di, 2. Jan 2024 10:11 am\nBetreff: Order",
    "outlook zh": "-----邮件原件-----\n发件人: Jane [mailto:jane@example.org]\n发送时间: 2024年1月2日 10:11\n收件人: shop\n主题: Order",
    "wide labels": "发件人：Jane\n日\u3000期：2024年01月02日 10:11:12\n收件人：shop\n主\u3000题：Order",
    "naver": "발신: Jane <jane@example.org>\n일자: 2024년 1월 2일\n수신: shop\n제목: Order",
    "orange": '========================================\nMessage du 02/01/24 10:11\nDe : "Jane" <jane@example.org>\nA : shop@example.com\nCopie à : \nObjet : Order',
    "libero": "----Messaggio originale----\nDa: jane@example.org\nData: 2-gen-2024 10.11\nA: <shop@example.com>\nOgg: Order",
    "dutch": "Van: Jane\nDatum: 2 januari 2024\nAan: Shop\nBetreft: Order",
    "windows mail": "От: Jane\nОтправлено: \u200eвторник\u200e, \u200e2\u200e \u200eянваря\u200e \u200e2024\u200e г. \u200e10\u200e:\u200e11\nОтправлено: 2 января 2024 г. 10:11\nКому: Shop",
    "from and date": "From: Jane Doe <jane@example.org>\nDate: Tue, 2 Jan 2024 10:11:12 +0100",
    "date and to": "Date: Tue, 2 Jan 2024 10:11:12 +0100\nTo: shop@example.com",
    "groupware": "Original Message processed by some®\nVon Jane\nAn shop",
}


@pytest.mark.parametrize("line", [*CERTAIN.values(), *VAGUE.values()], ids=[*CERTAIN, *VAGUE])
def test_a_quote_below_goes_and_an_answer_below_it_stays(line: str) -> None:
    assert (
        trim(f"NEW thanks.\n{line}\n\n> old\n> older\n\nNEW2 below") == "NEW thanks.\n\nNEW2 below"
    )


@pytest.mark.parametrize("line", CERTAIN.values(), ids=CERTAIN.keys())
def test_old_text_below_a_certain_announcement_goes(line: str) -> None:
    assert trim(f"NEW thanks.\n\n{line}\n\nold\nolder") == "NEW thanks."


@pytest.mark.parametrize("line", VAGUE.values(), ids=VAGUE.keys())
def test_new_text_below_a_vague_announcement_stays(line: str) -> None:
    if "@" not in line:
        assert trim(f"NEW thanks.\n\n{line}\n\nNEW2 not quoted").endswith("NEW2 not quoted")


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS.keys())
def test_old_mail_below_a_block_goes(block: str) -> None:
    assert trim(f"NEW thanks.\n\n{block}\n\nold\nolder\n") == "NEW thanks."


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("reply On Tue, Jan 2, 2024 at 3:59 PM, jane@example.org wrote:\n> old", "reply"),
        ("a - b--- On Tue, Jan 2, 2024 at 3:59 PM, j@example.org wrote:\n> old", "a - b"),
        ("See you. On Tue, Jan 2, 2024 at 3:59 PM, Jane Doe\n<j@example.org> wrote:\n> old", "See you."),
        ("I came On 2 Jan 2024 at 10:00 and he wrote:\n\nGo away!\n\nIs that right?", "I came On 2 Jan 2024 at 10:00 and he wrote:\n\nGo away!\n\nIs that right?"),
    ],
    ids=["blank", "dashes", "two lines", "a story"],
)  # fmt: skip
def test_new_text_in_the_line_of_the_announcement_stays(text: str, kept: str) -> None:
    assert trim(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "It broke.\n\nSent from my desk, which is quicker than my mobile phone.",
        "Sent from the depot yesterday.\n\nStill nothing here.",
        "Look:\n>>> here is the page <<<\nIt is empty.",
        "Name: Jane\nFrom: Berlin\nTo: Paris\nDate: 3 May 2024 10:00\n\nThe train was late.",
    ],
    ids=["a sentence", "a parcel", "arrows", "a journey"],
)
def test_text_that_only_resembles_stays(text: str) -> None:
    assert trim(text) == text


def test_what_a_telephone_adds_goes_also_above_a_footer() -> None:
    text = "NEW thanks.\n\nSent from my iPhone\n\nThe Example Company\nMain Street 1"
    assert trim(text) == "NEW thanks.\n\nThe Example Company\nMain Street 1"


def test_a_link_broken_off_a_quoted_line_goes_with_it() -> None:
    quote = "> View the ticket (http://shop.example/action\n_nonce=3dd518)\n>\n> Bye"
    assert trim(f"NEW\n\nOn Tue, 2 Jan 2024 at 10:11, Jane wrote:\n\n{quote}") == "NEW"
