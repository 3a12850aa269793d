"""The live chat on a page of another origin, both sides of the talk at once."""

import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from intake.channels.chat_identity import sign_identity
from tests.journeys import ledger, people
from tests.stack import Stack, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.xdist_group("stack")]

SECRET = "the shop's own key"
REPLY = "We trace the parcel and write again tomorrow by 12:00."
COMPLAINT = "My parcel has not moved for five days, the tracking shows no update at all."
# What a careless shop does to everything on its pages.
CSS = """
* { letter-spacing: 3px !important; display: block !important; color: red !important }
div, button, textarea { border: 9px solid green !important; font-size: 60px !important }
"""


@dataclass
class ShopPages:
    """A shop's web server at an address of its own; ``head`` and ``attributes`` fit its page."""

    url: str = ""
    widget: str = ""
    attributes: str = ""
    language: str = "en"
    asked: list[str] = field(default_factory=list)

    def html(self, care: str) -> str:
        policy = f"default-src 'none'; script-src {care}; connect-src {care}; style-src 'self'"
        return (
            f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
            '<link rel="stylesheet" href="/shop.css"><title>Shop</title></head><body>'
            f'<h1>Shop</h1><script src="{self.widget}" async {self.attributes}></script>'
            "</body></html>"
        )


def serve(stack: Stack) -> tuple[ShopPages, ThreadingHTTPServer]:
    pages = ShopPages()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_style = self.path == "/shop.css"
            body = (CSS if is_style else pages.html(stack.url)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/css" if is_style else "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pages.asked.append(self.path)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pages.url = f"http://127.0.0.1:{server.server_port}/"
    return pages, server


@pytest.fixture
def shop(live_stack: Stack) -> Iterator[ShopPages]:
    """A shop whose pages may show a widget of its own."""
    pages, server = serve(live_stack)
    made = live_stack.manage(
        *("create_source", "chat", f"Widget {server.server_port}", "--json", "--secret", SECRET),
        *("--set", f"origins={pages.url}", "--set", "calendar=always"),
    )
    pages.widget = f"{live_stack.url}/widget/{json.loads(made)['slug']}.js"
    yield pages
    server.shutdown()
    server.server_close()


class Visitor:
    """Somebody in a shop, with a browser of their own."""

    def __init__(self, browser: "Browser", shop: ShopPages, **options: Any) -> None:
        self.shop = shop
        self.context = browser.new_context(**({"locale": "en-GB"} | options))
        self.context.set_default_timeout(60_000)
        self.faults: list[str] = []
        self.said: list[str] = []
        self.page = self.come()

    def come(self) -> "Page":
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda message: self._note(message.text))
        page.goto(self.shop.url)
        return page

    def _note(self, text: str) -> None:
        self.said.append(text)
        if "Content Security Policy" in text:
            self.faults.append(text)

    def open(self) -> None:
        self.page.locator("redress-chat .launch").click()

    def say(self, text: str) -> None:
        field = self.page.locator("redress-chat textarea")
        field.fill(text)
        field.press("Enter")

    def sees(self, text: str, who: str = "ours") -> None:
        self.page.locator(f"redress-chat .{who} .text", has_text=text).wait_for()

    def waits_for(self, selector: str) -> None:
        self.page.locator(f"redress-chat {selector}").wait_for()

    @property
    def lines(self) -> list[str]:
        return self.page.locator("redress-chat .own .text").all_inner_texts()

    def leave(self) -> None:
        self.context.close()
        assert not self.faults


def filed(stack: Stack, text: str) -> list[Any]:
    """Return the references of the tickets that hold the words, one for each message."""
    query = (
        "SELECT t.reference FROM tickets_message m JOIN tickets_ticket t ON t.id = m.ticket_id"
        " WHERE m.text = %s AND m.direction = 'in'"
    )
    return [row[0] for row in ledger.rows(stack, query, text)]


def reference_of(stack: Stack, text: str) -> str:
    wait_for(lambda: bool(filed(stack, text)), "the line is in a ticket")
    return str(filed(stack, text)[0])


@pytest.fixture
def desk(live_stack: Stack, browser: "Browser") -> Iterator["BrowserContext"]:
    people.seat(live_stack)
    context = people.new_desk(browser)
    yield context
    context.close()


def answer(desk: "BrowserContext", stack: Stack, reference: str, text: str) -> "Page":
    """Reply on the ticket's page, as a colleague does, once it is in the colleague's team."""
    ledger.wait_until_handled(stack)
    page = desk.pages[0] if desk.pages else people.log_in(desk, stack, "mei")
    page.goto(f"{stack.url}/t/{reference}/")
    page.locator("#composer-text").fill(text)
    page.locator("#send").click()
    page.locator("#timeline .msg-agent", has_text=text.splitlines()[0][:40]).wait_for()
    return page


def status_of_reply(stack: Stack, text: str) -> tuple[Any, ...]:
    query = (
        "SELECT o.kind, o.status FROM tickets_message m JOIN outbox_outgoing o"
        " ON o.id = m.outgoing_id WHERE m.text = %s"
    )
    return ledger.rows(stack, query, text)[0]


def test_visitor_and_agent_talk_and_a_reload_keeps_the_talk(
    live_stack: Stack, browser: "Browser", shop: ShopPages, desk: "BrowserContext"
) -> None:
    visitor = Visitor(browser, shop)
    visitor.open()
    attack = f"{COMPLAINT} <img src=x onerror=window.hacked=1> https://shop.example/track?id=1."
    visitor.say(attack)
    visitor.waits_for(".mail form")
    reference = reference_of(live_stack, attack)
    reply = f"{REPLY} <img src=x onerror=window.hacked=1>"
    page = answer(desk, live_stack, reference, reply)
    visitor.sees(REPLY)
    link = visitor.page.locator("redress-chat .own a")
    assert link.get_attribute("href") == "https://shop.example/track?id=1"
    assert "noopener" in str(link.get_attribute("rel"))
    wait_for(lambda: status_of_reply(live_stack, reply) == ("chat", "read"), "it counts as read")
    assert page.evaluate("window.hacked") is None
    visitor.page.reload()
    visitor.sees(REPLY)
    assert visitor.page.evaluate("window.hacked") is None
    assert visitor.page.evaluate("document.cookie") == ""
    assert visitor.context.cookies() == []
    assert len(filed(live_stack, attack)) == 1
    visitor.leave()


def test_files_go_along_and_wrong_ones_are_named(
    live_stack: Stack, browser: "Browser", shop: ShopPages
) -> None:
    visitor = Visitor(browser, shop)
    visitor.open()
    photo = {"name": "box.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"0" * 99}
    virus = {"name": "box.exe", "mimeType": "image/png", "buffer": b"MZ"}
    visitor.page.set_input_files("redress-chat input[type=file]", [photo, virus])
    visitor.page.locator("redress-chat .fault", has_text="box.exe").wait_for()
    visitor.say("Here is the box")
    reference_of(live_stack, "Here is the box")
    query = (
        "SELECT a.name, a.size FROM tickets_attachment a JOIN tickets_message m"
        " ON m.id = a.message_id WHERE m.text = 'Here is the box'"
    )
    assert ledger.rows(live_stack, query) == [("box.png", 107)]
    visitor.page.reload()
    with visitor.page.expect_download() as found:
        visitor.page.locator("redress-chat button.file").click()
    assert found.value.suggested_filename == "box.png"
    visitor.leave()


def test_a_page_that_was_not_allowed_shows_nothing(
    live_stack: Stack, browser: "Browser", shop: ShopPages
) -> None:
    pages, server = serve(live_stack)
    pages.widget = shop.widget
    visitor = Visitor(browser, pages)
    wait_for(
        lambda: visitor.page.evaluate("1") == 1 and any("Redress" in t for t in visitor.said),
        "the console says why",
    )
    assert visitor.page.locator("redress-chat").count() == 0
    server.shutdown()
    server.server_close()
    visitor.leave()


def test_what_was_said_offline_arrives_once_and_in_order(
    live_stack: Stack, browser: "Browser", shop: ShopPages
) -> None:
    visitor = Visitor(browser, shop)
    visitor.open()
    visitor.context.set_offline(True)
    visitor.say("Offline one")
    visitor.page.locator("redress-chat .fault", has_text="offline").wait_for()
    visitor.say("Offline two")
    visitor.context.set_offline(False)
    reference = reference_of(live_stack, "Offline two")
    assert filed(live_stack, "Offline one") == [reference]
    assert filed(live_stack, "Offline two") == [reference]
    assert visitor.lines == ["Offline one", "Offline two"]
    visitor.leave()


def test_a_line_whose_answer_was_lost_is_one_message(
    live_stack: Stack, browser: "Browser", shop: ShopPages
) -> None:
    visitor = Visitor(browser, shop)
    visitor.open()
    lost: list[int] = []

    def lose_first(route: "Route") -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    visitor.page.route(re.compile("/talk/$"), lose_first)
    visitor.say("Only once")
    visitor.waits_for(".mail form")
    reference_of(live_stack, "Only once")
    repeated = (
        "SELECT count(*) FROM intake_rawdelivery d JOIN intake_chatline l ON l.delivery_id = d.id"
        " JOIN intake_source s ON s.id = d.source_id WHERE s.slug = %s"
    )
    slug = shop.widget.rpartition("/")[2].removesuffix(".js")
    assert lost == [202]
    assert ledger.one(live_stack, repeated, slug) == 1
    assert filed(live_stack, "Only once") == [reference_of(live_stack, "Only once")]
    visitor.leave()


def test_the_shops_signature_names_the_customer_and_a_forged_one_does_not(
    live_stack: Stack, browser: "Browser", shop: ShopPages
) -> None:
    claims = {"sub": "c-1", "name": "Li Na", "email": "lina@mail.example", "exp": time.time() + 600}
    who = (
        "SELECT c.name FROM tickets_message m JOIN tickets_customer c ON c.id = m.customer_id"
        " WHERE m.text = %s"
    )
    for key, text, name in ((SECRET, "Signed", "Li Na"), ("a wrong key", "Forged", "")):
        shop.attributes = f'data-identity="{sign_identity(claims, key)}"'
        visitor = Visitor(browser, shop)
        visitor.open()
        visitor.say(text)
        reference_of(live_stack, text)
        assert ledger.one(live_stack, who, text) == name
        assert any("identity was refused (forged)" in t for t in visitor.said) == (name == "")
        visitor.leave()


def test_a_visitor_who_has_left_is_answered_by_mail_and_never_twice(
    live_stack: Stack, browser: "Browser", shop: ShopPages, desk: "BrowserContext"
) -> None:
    visitor = Visitor(browser, shop)
    visitor.open()
    visitor.say(COMPLAINT)
    visitor.page.locator("redress-chat .mail input").fill("soon@mail.example")
    visitor.page.locator("redress-chat .mail button").click()
    visitor.page.locator("redress-chat .mail", has_text="soon@mail.example").wait_for()
    reference = reference_of(live_stack, COMPLAINT)
    state = visitor.context.storage_state()
    visitor.leave()
    answer(desk, live_stack, reference, f"{REPLY} Soon.")
    wait_for(
        lambda: status_of_reply(live_stack, f"{REPLY} Soon.") == ("chat", "sent"),
        "it is put before the visitor",
    )
    with live_stack.connect() as connection:
        connection.execute(
            "UPDATE intake_chatconversation SET last_seen_at = now() - interval '1 hour',"
            " unfetched_since = unfetched_since - interval '1 hour' WHERE email = %s",
            ["soon@mail.example"],
        )
    wait_for(
        lambda: status_of_reply(live_stack, f"{REPLY} Soon.") == ("email", "sent"),
        "it went by mail",
    )
    mails = [path.read_text() for path in (live_stack.var_dir / "mail").iterdir()]
    assert sum("To: soon@mail.example" in mail and reference in mail for mail in mails) == 1
    back = Visitor(browser, shop, storage_state=state)
    back.sees("Soon.")
    back.page.locator("redress-chat .ours .meta", has_text="e-mail").wait_for()
    assert not back.page.locator("redress-chat .badge").is_visible()
    back.leave()


def test_it_speaks_chinese_fills_a_phone_and_keeps_the_focus(
    live_stack: Stack, browser: "Browser", shop: ShopPages
) -> None:
    shop.language = "zh-CN"
    size = {"width": 390, "height": 700}
    visitor = Visitor(browser, shop, viewport=size, has_touch=True)
    launch = visitor.page.locator("redress-chat .launch")
    launch.focus()
    visitor.page.keyboard.press("Enter")
    panel = visitor.page.get_by_role("dialog")
    assert panel.bounding_box() == {"x": 0, "y": 0, **size}
    visitor.page.get_by_role("button", name="发送").wait_for()
    focused = "document.querySelector('redress-chat').shadowRoot.activeElement?.tagName"
    assert visitor.page.evaluate(focused) == "TEXTAREA"
    for _ in range(12):
        visitor.page.keyboard.press("Tab")
        assert visitor.page.evaluate(focused), "the focus left the dialog"
    small = [
        box
        for each in visitor.page.locator("redress-chat .panel button:visible").all()
        if (box := each.bounding_box()) and min(box["width"], box["height"]) < 44
    ]
    assert not small
    visitor.page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    assert visitor.page.evaluate(f"{focused.replace('tagName', 'className')}") == "launch"
    visitor.leave()
