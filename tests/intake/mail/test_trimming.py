"""Reply trimming in many languages: what is new stays, what is old goes."""

# ruff: noqa: E501 - lines as mail programs write them
from __future__ import annotations

import pytest

from intake.mail.trimming import trim

ATTRIBUTIONS = {
    "en gmail": "On Mon, Jan 1, 2024 at 10:00 AM Jane Doe <jane@example.org> wrote:",
    "en gmail wrapped": "On Mon, Jan 1, 2024 at 10:00 AM Jane Doe of the Long Company Name\n<jane.doe@example.org> wrote:",
    "en gmail wrapped3": "On Mon, Jan 1, 2024 at 10:00 AM, Jane Doe of the\nLong Company Name <jane.doe@example.org>\nwrote:",
    "en apple": "On Jan 1, 2024, at 10:00 AM, Jane Doe <jane@example.org> wrote:",
    "en tb": "On 01/01/2024 10:00, Jane Doe wrote:",
    "en no time": "On 1 January 2024, Jane wrote:",
    "de gmail": "Am Mo., 1. Jan. 2024 um 10:00 Uhr schrieb Jane Doe <jane@example.org>:",
    "de tb": "Am 01.01.24 um 10:00 schrieb Jane Doe:",
    "de gmail2": "Jane Doe <jane@example.org> schrieb am Mo., 1. Jan. 2024, 10:00:",
    "de wrapped": "Am Mo., 1. Jan. 2024 um 10:00 Uhr schrieb Jane Doe <\njane@example.org>:",
    "fr gmail": "Le lun. 1 janv. 2024 à 10:00, Jane Doe <jane@example.org> a écrit :",
    "fr apple": "Le 1 janv. 2024 à 10:00, Jane Doe <jane@example.org> a écrit :",
    "fr nbsp": "Le lun. 1 janv. 2024 à 10:00, Jane Doe <jane@example.org> a écrit\xa0:",
    "es": "El lun, 1 ene 2024 a las 10:00, Jane Doe (<jane@example.org>) escribió:",
    "pt": "Em seg., 1 de jan. de 2024 às 10:00, Jane Doe <jane@example.org> escreveu:",
    "it": "Il giorno lun 1 gen 2024 alle ore 10:00 Jane Doe <jane@example.org> ha scritto:",
    "nl": "Op ma 1 jan 2024 om 10:00 schreef Jane Doe <jane@example.org>:",
    "sv": "Den mån 1 jan. 2024 kl 10:00 skrev Jane Doe <jane@example.org>:",
    "da": "Den man. 1. jan. 2024 kl. 10.00 skrev Jane Doe <jane@example.org>:",
    "no": "man. 1. jan. 2024 kl. 10:00 skrev Jane Doe <jane@example.org>:",
    "fi": "ma 1. tammik. 2024 klo 10.00 Jane Doe (jane@example.org) kirjoitti:",
    "pl": "pon., 1 sty 2024 o 10:00 Jane Doe <jane@example.org> napisał(a):",
    "pl2": "W dniu 01.01.2024 o 10:00, Jane Doe pisze:",
    "cs": "po 1. 1. 2024 v 10:00 odesílatel Jane Doe <jane@example.org> napsal:",
    "sk": "po 1. 1. 2024 o 10:00 Jane Doe <jane@example.org> napísal(a):",
    "hu": "Jane Doe <jane@example.org> ezt írta (időpont: 2024. jan. 1., H, 10:00):",
    "ru": "пн, 1 янв. 2024 г. в 10:00, Jane Doe <jane@example.org>:",
    "ru2": "1 января 2024 г., 10:00 пользователь Jane Doe <jane@example.org> написал:",
    "ru tb": "01.01.2024 10:00, Jane Doe пишет:",
    "ru mailru": "Понедельник, 1 января 2024, 10:00 +03:00 от Jane Doe <jane@example.org>:",
    "uk": "пн, 1 січ. 2024 р. о 10:00 Jane Doe <jane@example.org> пише:",
    "tr": "Jane Doe <jane@example.org>, 1 Oca 2024 Pzt, 10:00 tarihinde şunu yazdı:",
    "ro": "În lun., 1 ian. 2024 la 10:00, Jane Doe <jane@example.org> a scris:",
    "el": "Στις Δευ 1 Ιαν 2024 στις 10:00 π.μ., ο/η Jane Doe <jane@example.org> έγραψε:",
    "zh gmail": "Jane Doe <jane@example.org> 于2024年1月1日周一 10:00写道：",
    "zh tw": "Jane Doe <jane@example.org> 於 2024年1月1日 週一 上午10:00寫道：",
    "zh 163": '在 2024-01-01 10:00:00，"Jane Doe" <jane@example.org> 写道：',
    "zh 163en": 'At 2024-01-01 10:00:00, "Jane Doe" <jane@example.org> wrote:',
    "zh apple": "在 2024年1月1日，上午10:00，Jane Doe <jane@example.org> 写道：",
    "ja gmail": "2024年1月1日(月) 10:00 Jane Doe <jane@example.org>:",
    "ja apple": "2024/01/01 10:00、Jane Doe <jane@example.org>のメール:",
    "ko": "2024년 1월 1일 (월) 오전 10:00, Jane Doe <jane@example.org>님이 작성:",
    "vi": "Vào Th 2, 1 thg 1, 2024 vào lúc 10:00 Jane Doe <jane@example.org> đã viết:",
    "id": "Pada tanggal Sen, 1 Jan 2024 pukul 10.00 Jane Doe <jane@example.org> menulis:",
    "he": "\u200fבתאריך יום ב׳, 1 בינו׳ 2024 ב-10:00 מאת \u202aJane Doe\u202c\u200f <\u202ajane@example.org\u202c\u200f>:\u200f",
    "ar": "في الاثنين، ١ يناير ٢٠٢٤ في ١٠:٠٠ ص تمت كتابة ما يلي بواسطة Jane Doe <jane@example.org>:",
    "th": "ในวันที่ จ. 1 ม.ค. 2024 เวลา 10:00 Jane Doe <jane@example.org> เขียนว่า:",
    "old gmail": "2012/8/1 Jane Doe <jane@example.org>",
    "bg": "На пн, 1.01.2024 г. в 10:00 Jane Doe <jane@example.org> написа:",
    "hr": "pon, 1. sij 2024. u 10:00 Jane Doe <jane@example.org> napisao je:",
    "sl": "V V pon., 1. jan. 2024 ob 10:00 je oseba Jane Doe <jane@example.org> napisala:",
    "ca": "El dl., 1 de gen. 2024, 10:00, Jane Doe <jane@example.org> va escriure:",
    "et": "Kuupäev E, 1. jaan 2024 kell 10:00 kirjutas Jane Doe <jane@example.org>:",
    "star": "*On Mon, Jan 1, 2024 at 10:00 AM Jane Doe <jane@example.org> wrote:*",
    "yahoo de": "Jane Doe <jane@example.org> schrieb am 10:00 Montag, 1.Januar 2024:",
    "article": "In article <abc@example.org>, Jane Doe <jane@example.org> wrote:",
    "name only": "Jane Doe wrote:",
    "quoting": "Quoting Jane Doe <jane@example.org>:",
    "zitat": "Zitat von Jane Doe <jane@example.org>:",
}

#: Too vague to cut what follows without a quote sign.
VAGUE = {"en no time", "name only", "old gmail", "quoting", "zitat", "ar"}

BLOCKS = {
    "en": "From: Jane Doe <jane@example.org>\nSent: Monday, January 1, 2024 10:00 AM\nTo: Shop <shop@example.com>\nSubject: Order",
    "en bold": "*From:* Jane Doe <jane@example.org>\n*Sent:* Monday, January 1, 2024 10:00 AM\n*To:* Shop <shop@example.com>\n*Subject:* Order",
    "de": "Von: Jane Doe [mailto:jane@example.org]\nGesendet: Montag, 1. Januar 2024 10:00\nAn: Shop\nBetreff: Order",
    "fr": "De : Jane Doe <jane@example.org>\nEnvoyé : lundi 1 janvier 2024 10:00\nÀ : Shop\nObjet : Order",
    "es": "De: Jane Doe <jane@example.org>\nEnviado el: lunes, 1 de enero de 2024 10:00\nPara: Shop\nAsunto: Order",
    "it": "Da: Jane Doe <jane@example.org>\nInviato: lunedì 1 gennaio 2024 10:00\nA: Shop\nOggetto: Order",
    "nl": "Van: Jane Doe\nVerzonden: maandag 1 januari 2024 10:00\nAan: Shop\nOnderwerp: Order",
    "pt": "De: Jane Doe\nEnviada em: segunda-feira, 1 de janeiro de 2024 10:00\nPara: Shop\nAssunto: Order",
    "sv": "Från: Jane\nSkickat: den 1 januari 2024 10:00\nTill: Shop\nÄmne: Order",
    "da": "Fra: Jane\nSendt: 1. januar 2024 10:00\nTil: Shop\nEmne: Order",
    "fi": "Lähettäjä: Jane\nLähetetty: maanantai 1. tammikuuta 2024 10.00\nVastaanottaja: Shop\nAihe: Order",
    "pl": "Od: Jane\nWysłano: poniedziałek, 1 stycznia 2024 10:00\nDo: Shop\nTemat: Order",
    "cs": "Od: Jane\nOdesláno: pondělí 1. ledna 2024 10:00\nKomu: Shop\nPředmět: Order",
    "hu": "Feladó: Jane\nElküldve: 2024. január 1., hétfő 10:00\nCímzett: Shop\nTárgy: Order",
    "ru": "От: Jane\nОтправлено: 1 января 2024 г. 10:00\nКому: Shop\nТема: Order",
    "uk": "Від: Jane\nНадіслано: 1 січня 2024 р. 10:00\nКому: Shop\nТема: Order",
    "tr": "Kimden: Jane\nGönderildi: 1 Ocak 2024 Pazartesi 10:00\nKime: Shop\nKonu: Order",
    "el": "Από: Jane\nΣτάλθηκε: Δευτέρα, 1 Ιανουαρίου 2024 10:00\nΠρος: Shop\nΘέμα: Order",
    "zh": "发件人: Jane <jane@example.org>\n发送时间: 2024年1月1日 10:00\n收件人: Shop\n主题: Order",
    "zh tw": "寄件者: Jane\n寄件日期: 2024年1月1日 上午 10:00\n收件者: Shop\n主旨: Order",
    "zh fox": "发件人： Jane\n发送时间： 2024-01-01 10:00\n收件人： shop\n主题： Order",
    "ja": "差出人: Jane <jane@example.org>\n送信日時: 2024年1月1日 10:00\n宛先: Shop\n件名: Order",
    "ko": "보낸 사람: Jane\n보낸 날짜: 2024년 1월 1일 월요일 오전 10:00\n받는 사람: Shop\n제목: Order",
    "ro": "De la: Jane\nTrimis: luni, 1 ianuarie 2024 10:00\nCătre: Shop\nSubiect: Order",
    "he": "מאת: Jane\nנשלח: יום שני 01 ינואר 2024 10:00\nאל: Shop\nנושא: Order",
    "ar": "من: Jane\nتاريخ الإرسال: 1 يناير 2024\nإلى: Shop\nالموضوع: Order",
    "owa": "________________________________\nFrom: Jane Doe <jane@example.org>\nSent: Monday, January 1, 2024 10:00 AM\nTo: Shop\nSubject: Order",
    "owa2": "________________________________________\nVon: Jane Doe\nGesendet: Montag, 1. Januar 2024",
    "orig": "-----Original Message-----\nFrom: Jane Doe\nSent: Monday",
    "orig de": "-----Ursprüngliche Nachricht-----\nVon: Jane Doe\nGesendet: Montag",
    "orig aol": "-----Original Message-----\nFrom: jane\nTo: shop\nSent: Mon, Jan 1, 2024 10:00 am\nSubject: x",
    "orig fr": "-----Message d'origine-----\nDe : Jane\nEnvoyé : lundi",
    "gmx2": 'Gesendet: Montag, 01. Januar 2024 um 10:00 Uhr\nVon: "Jane Doe" <jane@example.org>\nAn: shop@example.com\nBetreff: Order',
    "qq": '------------------ 原始邮件 ------------------\n发件人: "Jane";<jane@example.org>;\n发送时间: 2024年1月1日(星期一) 上午10:00\n收件人: "shop"<shop@example.com>;\n主题: Order',
    "qq en": '------------------ Original ------------------\nFrom: "Jane";<jane@example.org>;\nDate: Mon, Jan 1, 2024 10:00 AM\nTo: "shop"<shop@example.com>;\nSubject: Order',
    "qq nbsp": '------------------\xa0原始邮件\xa0------------------\n发件人:\xa0"Jane"<jane@example.org>\n发送时间:\xa02024年1月1日',
    "163": "---- 回复的原邮件 ----\n| 发件人 | Jane<jane@example.org> |\n| 日期 | 2024年01月01日 10:00 |",
    "163en": "---- Replied Message ----\n| From | Jane<jane@example.org> |\n| Date | 01/01/2024 10:00 |",
    "hotmail": "Date: Mon, 1 Jan 2024 10:00:00 +0000\nFrom: jane@example.org\nTo: shop@example.com\nSubject: Order",
    "ja orig": '----- Original Message -----\nFrom: "Jane" <jane@example.org>\nTo: <shop@example.com>\nSent: Monday, January 01, 2024 10:00 AM\nSubject: Order',
    "ja orig2": "-----Original Message-----\n差出人: Jane",
    "blackberry": "-----Original Message-----\nFrom: Jane <jane@example.org>\nDate: Mon, 1 Jan 2024 10:00:00\nTo: shop@example.com<shop@example.com>\nSubject: Order",
    "samsung": "-------- Original message --------\nFrom: Jane <jane@example.org>\nDate: 01/01/2024 10:00 (GMT+01:00)\nTo: shop@example.com\nSubject: Order",
    "rule from": "-----------------------------------\nFrom: Jane\nSent: Monday",
    "blank lines": "From: Jane Doe <jane@example.org>\n\nSent: Monday, January 1, 2024 10:00 AM\n\nTo: Shop <shop@example.com>\n\nSubject: Order",
    "wrapped to": "From: Jane Doe <jane@example.org>\nSent: Monday, January 1, 2024 10:00 AM\nTo: Shop <shop@example.com>; Another <a@example.com>;\n Third <b@example.com>\nSubject: Order",
    "fax": "From: Jane Doe [mailto:jane@example.org]=20\nSent: Monday, January 1, 2024 10:00 AM\nTo: Shop\nSubject: Order",
    "above": "##- Please type your reply above this line -##",
}

SIGNATURES = {
    "dash": "-- \nJane SIG1",
    "dash2": "--\nJane SIG1",
    "iphone": "Sent from my iPhone",
    "outlook": "Get Outlook for iOS<https://aka.ms/x>",
    "de": "Von meinem iPhone gesendet",
    "de2": "Gesendet von Mail für Windows",
    "fr": "Envoyé de mon iPhone",
    "zh": "发自我的iPhone",
    "zh2": "发自我的小米手机",
    "ja": "iPhoneから送信",
    "ru": "Отправлено с iPhone",
    "es": "Enviado desde mi iPhone",
    "it": "Inviato da iPhone",
    "nl": "Verstuurd vanaf mijn iPhone",
    "pt": "Enviado do meu iPhone",
    "sv": "Skickat från min iPhone",
    "da": "Sendt fra min iPhone",
    "pl": "Wysłane z iPhone'a",
    "cs": "Odesláno z iPhonu",
    "ko": "나의 iPhone에서 보냄",
    "tr": "iPhone'umdan gönderildi",
    "tw": "從我的 iPhone 傳送",
    "mw": "Sent from Mail for Windows 10",
    "yahoo": "Sent from Yahoo Mail on Android",
    "uk": "Надіслано з iPhone",
}


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
def test_a_quote_below_its_announcement_goes(line: str) -> None:
    assert trim(f"NEW thanks.\n\n{line}\n\n> old line\n> more old\n") == "NEW thanks."


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
def test_an_answer_below_the_quote_stays(line: str) -> None:
    assert trim(f"{line}\n> old line\n> more old\n\nNEW thanks.\n") == "NEW thanks."


@pytest.mark.parametrize("name", sorted(set(ATTRIBUTIONS) - VAGUE))
def test_old_text_without_quote_signs_goes(name: str) -> None:
    assert trim(f"NEW thanks.\n\n{ATTRIBUTIONS[name]}\n\nold line\nmore old\n") == "NEW thanks."


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS.keys())
def test_old_mail_below_a_block_of_headers_goes(block: str) -> None:
    assert trim(f"NEW thanks.\n\n{block}\n\nold line\nmore old\n") == "NEW thanks."


@pytest.mark.parametrize("name", sorted(set(BLOCKS) - {"above"}))
def test_a_forwarded_mail_stays_whole(name: str) -> None:
    assert trim(f"see\n\n{BLOCKS[name]}\n\nNEW line\n", subject="Fwd: x").endswith("NEW line")


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES.keys())
def test_signatures_go(signature: str) -> None:
    assert trim(f"NEW thanks.\n\n{signature}\n") == "NEW thanks."
    quote = "On Mon, Jan 1, 2024 at 10:00 AM Jane Doe <jane@example.org> wrote:\n> old"
    assert trim(f"NEW thanks.\n\n{signature}\n\n{quote}\n") == "NEW thanks."


OTHERS = [
    (
        "interleaved",
        "Hi,\n\nOn Mon, 1 Jan 2024 10:00 Jane wrote:\n> OLD1 a?\nNEW1 b\n\n> OLD1 c?\n\nNEW2 d\n\n-- \nSIG1",
        "Re: x",
        ["NEW1", "NEW2"],
        ["OLD1", "SIG1"],
    ),
    (
        "fwd gmail",
        "NEW1 please see\n\n---------- Forwarded message ---------\nFrom: Jane <j@e.org>\nDate: Mon, 1 Jan 2024\nSubject: x\nTo: y\n\nNEW2 keep",
        "Fwd: x",
        ["NEW1", "NEW2"],
        [],
    ),
    (
        "fwd empty",
        "---------- Forwarded message ---------\nFrom: Jane <j@e.org>\nDate: Mon, 1 Jan 2024\nSubject: x\nTo: y\n\nNEW1 keep",
        "Fwd: x",
        ["NEW1"],
        [],
    ),
    (
        "fwd outlook",
        "NEW1\n\nFrom: Jane <j@e.org>\nSent: Mon, 1 Jan 2024\nTo: y\nSubject: x\n\nNEW2 keep",
        "FW: x",
        ["NEW1", "NEW2"],
        [],
    ),
    (
        "fwd apple",
        "Begin forwarded message:\n\n> From: Jane <j@e.org>\n> Subject: x\n> \n> NEW1",
        "Fwd: x",
        ["NEW1"],
        [],
    ),
    (
        "fwd de",
        "NEW1\n\n-------- Weitergeleitete Nachricht --------\nBetreff: x\nDatum: Mon\nVon: J\nAn: K\n\nNEW2",
        "Fwd: x",
        ["NEW1", "NEW2"],
        [],
    ),
    (
        "no quote",
        "NEW1 I was on the phone.\n\nOn Monday I called at 10:00 and your agent said:\nNEW2 wait two days.\nNEW3",
        "x",
        ["NEW1", "NEW2", "NEW3"],
        [],
    ),
    (
        "no quote2",
        "NEW1\nThe friend wrote: NEW2\nFrom: Berlin\nTo: Paris\nDate: 3 May\nNEW3 late",
        "x",
        ["NEW1", "NEW2", "NEW3"],
        [],
    ),
    (
        "no quote3",
        "NEW1\n\n--\n\nNEW2 long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text \n\nline 0\nline 1\nline 2\nline 3\nline 4\nline 5\nline 6\nline 7\nline 8\nline 9\nline 10\nline 11\nline 12\nline 13\nline 14\nline 15\nline 16\nline 17\nline 18\nline 19\nNEW3",
        "x",
        ["NEW1", "NEW2", "NEW3"],
        [],
    ),
    ("list dash", "NEW1:\n- NEW2\n- NEW3\n\n* a\n", "Re: x", ["NEW1", "NEW2", "NEW3"], []),
    (
        "on para",
        "NEW1.\n\nOn the other hand NEW2 is something that matters to me a lot:\n\nNEW3",
        "Re: x",
        ["NEW1", "NEW2", "NEW3"],
        [],
    ),
    (
        "discl",
        "NEW1 thanks\n\nCONFIDENTIALITY NOTICE: This e-mail is OLD1 for you only\nand so on.",
        "Re: x",
        ["NEW1"],
        ["OLD1"],
    ),
    (
        "riak",
        "NEW1\n\n_______________________________________________\nriak-users mailing list\nriak-users@lists.example.com\nhttp://x.example/mailman/listinfo OLD1",
        "Re: x",
        ["NEW1"],
        ["OLD1"],
    ),
    ("above de", "NEW1 ich wohne über dem Laden.\nNEW2", "Re: x", ["NEW1", "NEW2"], []),
    ("quote only", "> OLD1\n> OLD1\n", "Re: x", [], ["OLD1"]),
    (
        "sent from sentence",
        "NEW1\nSent from the wrong warehouse, my parcel NEW2 never came.\nNEW3",
        "Re: x",
        ["NEW1", "NEW2", "NEW3"],
        [],
    ),
    (
        "gesendet sentence",
        "NEW1\nVersendet wurde es am Montag. NEW2\n\nVon meinem Konto wurde Geld abgebucht. NEW3",
        "Re: x",
        ["NEW1", "NEW2", "NEW3"],
        [],
    ),
]


@pytest.mark.parametrize(
    ("text", "subject", "new", "old"),
    [case[1:] for case in OTHERS],
    ids=[case[0] for case in OTHERS],
)
def test_new_words_stay_and_old_ones_go(
    text: str, subject: str, new: list[str], old: list[str]
) -> None:
    kept = trim(text, subject=subject)
    assert [word for word in new if word not in kept] == []
    assert [word for word in old if word in kept] == []


def test_a_huge_quote_leaves_the_new_words() -> None:
    quote = "> old line\n" * 30_000
    announced = f"NEW\n\nOn Mon, 1 Jan 2024 at 10:00, X <a@b.c> wrote:\n{quote}\nNEW below"
    assert trim(announced) == "NEW\n\nNEW below"


def test_lines_beyond_those_looked_at_stay() -> None:
    assert trim("line\n" * 50_000 + "LAST").endswith("LAST")
