"""The same work by keyboard alone, and without scripts."""

from typing import TYPE_CHECKING

import pytest

from tests.journeys import ledger, people
from tests.journeys.shop import Shop
from tests.stack import Stack, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.xdist_group("stack")]


def file_complaint(stack: Stack, key: str) -> str:
    """Deliver a complaint and return its ticket's reference once it is triaged."""
    shop = Shop.of(stack, "Other ways")
    shop.deliver(
        {
            "id": key,
            "subject": f"Case {key}",
            "text": "My parcel has not moved for five days, the tracking shows no update at all.",
            "customer": {"name": "Ana Lopez", "email": f"{key}@example.com"},
        }
    )
    ledger.wait_until_handled(stack)
    where = "WHERE source = %s AND external_id = %s"
    query = f"SELECT reference FROM tickets_ticket {where}"
    return str(ledger.one(stack, query, shop.slug, key))


def status_of(stack: Stack, reference: str) -> str:
    query = "SELECT status FROM tickets_ticket WHERE reference = %s"
    return str(ledger.one(stack, query, reference))


def test_a_ticket_is_found_answered_and_resolved_by_keyboard_alone(
    live_stack: Stack, browser: "Browser"
) -> None:
    reference = file_complaint(live_stack, "keyboard")
    people.seat(live_stack)
    context = people.new_desk(browser)
    page = people.log_in(context, live_stack, "mei")
    people.open_by_key(page, live_stack, reference)
    page.locator("#composer-text").wait_for()
    page.keyboard.press("r")
    page.keyboard.type("We trace the parcel and write again tomorrow by 12:00.")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    page.locator("#dialog[open] #action-form").wait_for()
    # The reply may arrive after the dialog was opened, and must leave it open.
    page.locator("#timeline .msg-agent", has_text="We trace the parcel").wait_for()
    page.wait_for_timeout(300)
    assert page.locator("#dialog[open] #action-form").is_visible()
    party = "document.activeElement?.name === 'responsible_party'"
    for _ in range(60):
        if page.evaluate(party):
            break
        page.keyboard.press("Tab")
        # On a busy machine the focus follows the key late, and two keys would pass it over.
        page.wait_for_timeout(100)
    assert page.evaluate(party), "the field cannot be reached by Tab"
    page.keyboard.type("c")  # the carrier
    page.keyboard.press("Tab")
    page.keyboard.type("sorting error")
    page.keyboard.press("Enter")
    wait_for(lambda: status_of(live_stack, reference) == "resolved", "it is resolved")
    context.close()


def test_a_ticket_is_answered_and_resolved_without_scripts(
    live_stack: Stack, browser: "Browser"
) -> None:
    reference = file_complaint(live_stack, "no-scripts")
    people.seat(live_stack)
    context = people.new_desk(browser, scripts=False)
    page = people.log_in(context, live_stack, "mei")
    page.goto(f"{live_stack.url}/queue/all/")
    page.locator(f"#open-{reference}").click()
    page.locator("#composer-text").fill("We trace the parcel and write again tomorrow by 12:00.")
    page.locator("#send").click()
    page.locator(".alert-good").wait_for()
    page.locator("a[href$='/resolve/']").click()
    page.locator("[name=responsible_party]").select_option("carrier")
    page.locator("[name=root_cause]").fill("sorting error")
    page.locator("#action-form .btn-primary").click()
    page.locator(".alert-good").wait_for()
    assert status_of(live_stack, reference) == "resolved"
    context.close()
