"""HTML of strangers is harmless when it comes out; its quotes are recognised."""

# ruff: noqa: E501 - raw mails, one a line
from __future__ import annotations

import pytest

from intake.mail import read_mail
from intake.mail.html_text import to_text, without_marks
from intake.mail.sanitising import sanitise
from intake.mail.trimming import trim

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "<iframe src=https://x.example></iframe>",
    '<form action="https://x.example"><input></form>',
    "<style>@import url(https://x.example)</style>",
    "<svg onload=alert(1)>",
    "<base href=https://x.example>",
    '<meta http-equiv=refresh content="0;url=https://x.example">',
    "<object data=x></object>",
    '<a href="data:text/html,<b>1</b>">x</a>',
    '<div style="background:url(https://x.example)">x</div>',
]
ACTIVE = [
    "script",
    "onerror",
    "onload",
    "iframe",
    "<form",
    "import",
    "svg",
    "<base",
    "<meta",
    "<object",
    "style",
    "data:",
]


@pytest.mark.parametrize("page", HOSTILE)
def test_nothing_active_comes_out(page: str) -> None:
    clean = sanitise(f"<p>hello</p>{page}")[0].lower()
    assert "hello" in clean
    assert [word for word in ACTIVE if word in clean] == []


def test_pictures_inside_the_mail_stay() -> None:
    clean, _ = sanitise('<img src="cid:a@b"><img src="data:image/png;base64,AAAA">')
    assert "cid:a@b" in clean
    assert "data:image/png" in clean


@pytest.mark.parametrize(
    "page",
    [
        '<div>NEW</div><div class="gmail_quote">On X wrote:<blockquote class="gmail_quote">old</blockquote></div>',
        '<p>NEW</p><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> A</div><p>old</p>',
        '<p>NEW</p><blockquote type="cite">old</blockquote>',
        '<p>NEW</p><div class="moz-cite-prefix">Am 1.1. schrieb A:</div><blockquote type="cite">old</blockquote>',
        '<div>NEW</div><div class="yahoo_quoted"><div>old</div></div>',
    ],
    ids=["gmail", "outlook", "cite", "thunderbird", "yahoo"],
)
def test_quotes_that_programs_mark_go_from_the_reply(page: str) -> None:
    marked = to_text(page)
    assert trim(marked) == "NEW"
    assert "old" in without_marks(marked)
    assert "\x1e" not in without_marks(marked)


def test_answers_between_html_quotes_stay() -> None:
    page = (
        '<div class="gmail_quote">On Mon A wrote:<blockquote class="gmail_quote">old one</blockquote>'
        "NEW one<blockquote>old two</blockquote>NEW two</div>"
    )
    assert trim(to_text(page)).split() == ["NEW", "one", "NEW", "two"]


def test_a_page_forwarded_in_a_quote_stays() -> None:
    page = '<div>see</div><div class="gmail_quote">---------- Forwarded message ---------<br>From: A<br><br>NEW</div>'
    assert trim(to_text(page), subject="Fwd: x").endswith("NEW")


def test_inline_images_keep_their_content_id() -> None:
    raw = (
        b"From: a@b.c\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n"
        b"<img src=cid:i@x>hi\n--x\nContent-Type: image/png; name=i.png\nContent-ID: <i@x>\n\ndata\n--x--\n"
    )
    (image,) = read_mail(raw).attachments
    assert (image.name, image.content_id, image.inline) == ("i.png", "i@x", True)
