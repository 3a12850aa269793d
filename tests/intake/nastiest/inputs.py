"""The inputs of the case list that come in tables."""

from tests.intake.nastiest.desk import file_part, mail, multipart, text_part

HEBREW = "שלום, ההזמנה שלי לא הגיעה"
RUSSIAN = "Посылка так и не пришла, где она сейчас находится?"
CHINESE = "您好,我的订单还没有收到,请尽快处理。"
GERMAN = "Grüße aus München, die Lampe kam leider beschädigt an und fällt ständig um."
JAPANESE = "注文した商品がまだ届きません"
# Row 13 of JIS, which Microsoft's variety has: a circled one and the sign for "number".
MICROSOFT_JIS = b"\x1b$B\x2d\x21\x2d\x62\x1b(B"

# what the header says, the bytes, what must be read
CHARSETS = (
    ("x-gbk", CHINESE.encode("gbk"), CHINESE),
    ("x-unknown", CHINESE.encode(), CHINESE),
    ("x-unknown", (CHINESE * 3).encode("gbk"), CHINESE),
    ("gb2312", CHINESE.encode(), CHINESE),
    ("gb2312", "镕喆堃,订单还没有收到".encode("gbk"), "镕喆堃,订单还没有收到"),
    ("gb2312", "𠮷,订单还没有收到".encode("gb18030"), "𠮷,订单还没有收到"),
    ("iso-8859-8-i", HEBREW.encode("iso8859_8"), HEBREW),
    ("ISO-2022-JP-MS", JAPANESE.encode("iso2022_jp") + MICROSOFT_JIS, f"{JAPANESE}①№"),
    ("mac-cyrillic", RUSSIAN.encode("mac_cyrillic"), RUSSIAN),
    ("x-mac-cyrillic", RUSSIAN.encode("mac_cyrillic"), RUSSIAN),
    ("no-such-charset-at-all", GERMAN.encode("cp1252"), GERMAN),
    ("utf-8", b"Order \xff\xfe\xc3 4711 is late", "Order "),
    ("utf-8", b"Order \xff\xfe\xc3 4711 is late", " 4711 is late"),
)

# From as it comes, and the address that the desk takes for the sender's
SENDERS: tuple[tuple[bytes | None, str], ...] = (
    (None, ""),
    (b"", ""),
    (b"undisclosed-recipients:;", ""),
    (b"Friends: ann@example.org, bob@example.org;", "ann@example.org"),
    (b"ann@example.org, bob@example.org", "ann@example.org"),
    (b"J\xf6rg M\xfcller <joerg@example.org>", "joerg@example.org"),
    ("张三 <zhang@example.org>".encode("gbk"), "zhang@example.org"),
    (b"boss@shop.example <crook@example.org>", "crook@example.org"),
    (b'"boss@shop.example" <crook@example.org>', "crook@example.org"),
    (b"no address at all", ""),
)

# markers of machines: headers, and the subject and body where they matter
MACHINES: dict[str, dict[str, str]] = {
    "auto-generated": {"Auto-Submitted": "auto-generated"},
    "auto-replied": {"Auto-Submitted": "auto-replied"},
    "auto-replied with a comment": {"Auto-Submitted": "auto-replied (vacation)"},
    "auto-notified": {"Auto-Submitted": "auto-notified; owner-email=a@example.org"},
    "suppress all": {"X-Auto-Response-Suppress": "All"},
    "suppress some": {"X-Auto-Response-Suppress": "OOF, AutoReply"},
    "bulk": {"Precedence": "bulk"},
    "list": {"Precedence": "list"},
    "junk": {"Precedence": "junk"},
    "list id": {"List-Id": "News <news.example.org>"},
    "null return path": {"Return-Path": "<>"},
    "mailer-daemon": {"From": "Mail Delivery Subsystem <MAILER-DAEMON@mx.example.org>"},
    "automatic reply": {"Subject": "Automatic reply: Your order"},
    "自动回复": {"Subject": "自动回复: 您的订单"},
    "自動返信": {"Subject": "自動返信: ご注文について"},
    "out of office": {"Subject": "Out of Office: back on Monday"},
    "Abwesenheitsnotiz": {"Subject": "Abwesenheitsnotiz: Ihre Bestellung"},
}


def report(
    kind: str, status: str, sender: str = "Mail System <postmaster@mx.example.org>"
) -> bytes:
    """Return a multipart/report of the kind."""
    machine = f"Content-Type: {status}\r\n\r\nReporting-MTA: dns; mx\r\n"
    machine += "Final-Recipient: rfc822; a@b.example\r\n"
    if "delivery-status" in status:
        machine += "\r\nFinal-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    raw = multipart("report", text_part("A report about your message."), machine.encode())
    raw = raw.replace(b"multipart/report;", f"multipart/report; report-type={kind};".encode())
    return raw.replace(b"From: Ann <ann@example.org>", f"From: {sender}".encode())


REPORTS = {
    "delivery report": report("delivery-status", "message/delivery-status"),
    "read receipt": report(
        "disposition-notification", "message/disposition-notification", "Ann <ann@example.org>"
    ),
    "feedback report": report(
        "feedback-report", "message/feedback-report", "Abuse <abuse@isp.example>"
    ),
}
DRAGONFLY = mail(
    b"Your message to <gone@b.example> could not be delivered.\r\n\r\n"
    b"gone@b.example: remote host said: 550 5.1.1 no such user\r\n",
    {"From": "MAILER-DAEMON <>", "Subject": "Mail delivery failed"},
)
CARRIER = mail(
    b"Your message could not be delivered: the mailbox is unavailable. User unknown.\r\n",
    {"From": "post_master@mobile.example", "Subject": "Re: Your order"},
)
KDDI = mail(
    "次のあて先へのメッセージはエラーのため送信できませんでした。\r\n"
    "送信先メールアドレスが見つからないか、送信先メールサーバの事由により送信できませんでした。\r\n"
    "メールアドレスをご確認の上、再送信してください。\r\n"
    "<gone@ezweb.example>: User unknown\r\n".encode(),
    {"From": "Postmaster@ezweb.example", "Subject": "Mail System Error - Returned Mail"},
)

# the name as it comes, and what the desk keeps
NAMES: dict[str, tuple[str, str]] = {
    "path": ("../../etc/passwd.txt", "passwd.txt"),
    "windows path": ("C:\\\\Windows\\\\win.ini", "win.ini"),
    "mixed slashes": ("a/b\\\\c.pdf", "c.pdf"),
    "nul": ("a\x00b.pdf", "ab.pdf"),
    "control": ("a\x07b\x1b.pdf", "ab.pdf"),
    "bidi": ("invoice\u202efdp.exe", "invoicefdp.exe"),
    "isolates": ("a\u2066b\u2069.pdf", "ab.pdf"),
    "long": ("x" * 400 + ".pdf", "x" * 251 + ".pdf"),
    "long in Chinese": ("订" * 200 + ".pdf", "订" * 83 + ".pdf"),
    "same": ("twice.pdf", "twice.pdf"),
    "same again": ("twice.pdf", "twice.pdf"),
}

# a trick, and what must not be left of it
PAGES: dict[str, tuple[str, str]] = {
    "script": ("<script>alert(1)</script>", "alert(1)"),
    "handler": ('<p onclick="alert(2)">x</p>', "onclick"),
    "image handler": ('<img src="x" onerror="alert(3)">', "onerror"),
    "javascript": ('<a href="javascript:alert(4)">x</a>', "javascript:"),
    "javascript with a tab": ('<a href="java\tscript:alert(5)">x</a>', "alert(5)"),
    "javascript as entities": ('<a href="&#106;avascript:alert(6)">x</a>', "alert(6)"),
    "data": ('<a href="data:text/html,<b>7</b>">x</a>', "data:text"),
    "iframe": ('<iframe src="https://evil.example/8"></iframe>', "<iframe"),
    "form": ('<form action="https://evil.example/9"><input name="pin"></form>', "<form"),
    "input": ('<input name="pin" value="10">', "<input"),
    "base": ('<base href="https://evil.example/11">', "<base"),
    "meta": ('<meta http-equiv="refresh" content="0;url=https://evil.example/12">', "http-equiv"),
    "style import": ('<style>@import "https://evil.example/13";</style>', "@import"),
    "style attribute": (
        '<p style="background:url(https://evil.example/14)">x</p>',
        "evil.example/14",
    ),
    "object": ('<object data="https://evil.example/15"></object>', "<object"),
    "embed": ('<embed src="https://evil.example/16">', "<embed"),
    "svg": ('<svg onload="alert(17)"><a xlink:href="javascript:x">y</a></svg>', "<svg"),
    "mathml": ('<math><maction xlink:href="javascript:alert(18)">x</maction></math>', "<math"),
    "link": ('<link rel="stylesheet" href="https://evil.example/19">', "evil.example/19"),
    "mutation": (
        '<noscript><p title="</noscript><img src=x onerror=alert(20)>">',
        "onerror=alert(20)>",
    ),
}

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
ONLY_A_FILE = multipart("mixed", file_part("receipt.pdf"))
EMPTY_TEXT = multipart(
    "alternative", text_part("  \r\n"), text_part("<p>The <b>real</b> words</p>", "html")
)
TEXT_AROUND_IMAGES = multipart(
    "mixed",
    text_part("First words"),
    file_part("one.png", PIXEL, "image/png").replace(b"attachment", b"inline"),
    text_part("Middle words"),
    file_part("two.png", PIXEL, "image/png").replace(b"attachment", b"inline"),
    text_part("Last words"),
)
HTML_FIRST = multipart(
    "alternative", text_part("<p>As a page</p>", "html"), text_part("As plain text")
)
NO_BOUNDARY = mail(
    b"--lost\r\nContent-Type: text/plain\r\n\r\nFound all the same\r\n--lost\r\n"
    + file_part("kept.pdf")
    + b"\r\n--lost--\r\n",
    {"Content-Type": "multipart/mixed"},
)
MAIL_IN_MAIL = multipart(
    "mixed",
    text_part("See the mail below"),
    b"Content-Type: message/rfc822\r\n\r\n" + mail(b"The inner words", {"Subject": "Inner"}),
)
INLINE_IMAGE = multipart(
    "related",
    text_part('<p>See <img src="cid:photo"></p>', "html"),
    file_part("photo.png", PIXEL, "image/png", "Content-ID: <photo>\r\n").replace(
        b"attachment", b"inline"
    ),
)
