"""The editor of replies in a real browser: variables by keyboard, findings while one writes."""

from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from knowledgebase import library, services
from knowledgebase.models import Template
from tests.factories import MONDAY_TEN, make_user
from tests.knowledgebase.conftest import ARTICLES

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)

SLUG = "stuck-parcel.no-scan"


def test_an_editor_writes_by_keyboard_and_is_told_at_once(
    browser_page: "Page", live_server: Any
) -> None:
    library.forget()
    services.load_knowledge(articles=ARTICLES[:1], now=MONDAY_TEN)
    client = Client()
    client.force_login(make_user(role="editor"))
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    browser_page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}]
    )
    browser_page.goto(live_server.url + reverse("knowledgebase:editor", args=[SLUG]))

    box = browser_page.locator("#body-en-angry")
    box.fill("Calm down. ")
    browser_page.keyboard.type("{refund_e")
    browser_page.locator("#slot-menu li").first.wait_for()
    browser_page.keyboard.press("Enter")
    browser_page.keyboard.type(" {order_nr}")
    browser_page.keyboard.press("Escape")
    assert box.input_value() == "Calm down. {refund_eta} {order_nr}"
    state = browser_page.locator("#state-en-angry")
    state.get_by_text("Better: {order_no}").wait_for()
    state.get_by_text("T9").wait_for()
    assert browser_page.locator("#unsaved").is_visible()

    box.fill("We failed you, and I am sorry. {owner_name} answers by {next_update_at}.")
    browser_page.get_by_role("button", name="Save as draft").click()
    browser_page.wait_for_url(f"**/knowledge/{SLUG}/")
    saved = Template.objects.get(language="en", variant="angry")
    assert saved.body.startswith("We failed you")
    library.forget()
