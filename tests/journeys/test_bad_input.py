"""What forged, stale, broken and hostile deliveries get, over real HTTP and in a real browser."""

import base64
import http.client
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys import ledger, people
from tests.journeys.shop import Answer, Shop, post
from tests.stack import Stack, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.xdist_group("stack")]

OVER_THE_LIMIT = 31 * 1024 * 1024
HOSTILE_HTML = (
    '<p onclick="document.title=1">My kettle leaks</p><script>document.title = "owned"</script>'
    '<img src="https://tracker.example/x.png" onerror="document.title=2">'
    '<a href="javascript:alert(1)">here</a><iframe src="https://evil.example"></iframe>'
    '<form action="https://evil.example"><input name="password"></form>'
)
NAMES = ("../../etc/passwd", "C:\\Windows\\win.ini", "/srv/a\r\nX-Evil: 1.txt", "invoice.html")


@pytest.fixture(scope="module")
def shop(live_stack: Stack) -> Shop:
    return Shop.of(live_stack, "Hostile shop")


def body(key: str, **more: Any) -> bytes:
    return json.dumps({"id": key, "text": "The kettle leaks since the first day."} | more).encode()


def assert_problem(answer: Answer, status: int, code: str) -> None:
    assert answer.status == status
    assert answer.content_type == "application/problem+json"
    assert answer.json()["code"] == code
    assert answer.json()["status"] == status


def test_a_bad_signature_is_401(shop: Shop) -> None:
    forged = {"X-Redress-Signature": "sha256=" + "0" * 64}
    assert_problem(shop.post(body("forged"), **forged), 401, "bad_signature")


def test_a_stale_timestamp_is_401(shop: Shop) -> None:
    raw = body("stale")
    stale = shop.headers(raw, at=time.time() - 3600)
    assert_problem(post(shop.url, raw, stale), 401, "stale_timestamp")


def test_a_replay_is_200_and_makes_no_second_ticket(live_stack: Stack, shop: Shop) -> None:
    raw = body("replayed")
    headers = shop.headers(raw)
    first, second = post(shop.url, raw, headers), post(shop.url, raw, headers)
    assert (first.status, first.json()["duplicate"]) == (202, False)
    assert (second.status, second.json()["duplicate"]) == (200, True)
    assert first.json()["delivery"] == second.json()["delivery"]
    ledger.wait_until_handled(live_stack)
    tickets = "SELECT count(*) FROM tickets_ticket WHERE source = %s AND external_id = 'replayed'"
    assert ledger.one(live_stack, tickets, shop.slug) == 1


def test_a_body_over_the_limit_is_413_before_it_is_sent(live_stack: Stack, shop: Shop) -> None:
    """The announced length is enough; whoever sends on finds the connection closed."""
    start = body("huge", html="x" * 1000)
    connection = http.client.HTTPConnection("127.0.0.1", live_stack.port, timeout=60)
    connection.putrequest("POST", f"/intake/{shop.slug}/")
    for name, value in shop.headers(start).items():
        connection.putheader(name, value)
    connection.putheader("Content-Length", str(OVER_THE_LIMIT))
    connection.endheaders(start)
    with connection.getresponse() as response:
        content_type = response.headers["Content-Type"]
        answer = Answer(response.status, response.read(), content_type)
    connection.close()
    assert_problem(answer, 413, "body_too_large")


@pytest.mark.parametrize("raw", [b"not json", b"[]", b'{"id": "1"', b"\xff\xfe\x00"])
def test_what_is_not_json_is_400_with_a_problem(shop: Shop, raw: bytes) -> None:
    assert_problem(shop.post(raw), 400, "bad_body")


def test_an_unknown_source_is_404(live_stack: Stack, shop: Shop) -> None:
    raw = body("lost")
    answer = post(f"{live_stack.url}/intake/nobody-here/", raw, shop.headers(raw))
    assert_problem(answer, 404, "unknown_source")


def test_hostile_html_and_names_do_no_harm_on_the_ticket_page(
    live_stack: Stack, shop: Shop, browser: "Browser"
) -> None:
    content = base64.b64encode(b"<script>alert(1)</script>").decode()
    files = [{"name": name, "type": "text/html", "content_base64": content} for name in NAMES]
    raw = body("hostile", html=HOSTILE_HTML, subject="<script>alert(1)</script>", attachments=files)
    assert shop.post(raw).status == 202
    ledger.wait_until_handled(live_stack)
    where = "WHERE source = %s AND external_id = 'hostile'"
    reference = ledger.one(live_stack, f"SELECT reference FROM tickets_ticket {where}", shop.slug)

    people.seat(live_stack)
    context = people.new_desk(browser)
    page = people.log_in(context, live_stack, "lena")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_stack.url}/t/{reference}/")
    page.locator("details.msg-html summary").click()
    page.frame_locator(".msg-html iframe").get_by_text("My kettle leaks").wait_for()
    wait_for(lambda: any("/html/" in url for url in asked), "the frame was fetched")
    frame = page.frame_locator(".msg-html iframe").locator("body").inner_html()
    for word in ("<script", "onclick", "onerror", "javascript:", "<img", "<iframe", "<form"):
        assert word not in frame
    assert page.title().startswith(str(reference))
    assert [url for url in asked if "example" in url] == []

    assert page.locator(".attach").count() == len(NAMES)
    for link in page.locator(".attach").all():
        answer = page.request.get(f"{live_stack.url}{link.get_attribute('href')}")
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-type"] == "text/plain"
        assert "x-evil" not in answer.headers
        name = answer.headers["content-disposition"].partition("filename")[2]
        assert not set(name) & set("/\\"), name
    context.close()
