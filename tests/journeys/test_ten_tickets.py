"""Ten tickets answered from the knowledge base, without a hand on the mouse."""

import re
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.journeys import ledger, people
from tests.journeys.shop import Shop
from tests.stack import Stack, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.xdist_group("stack")]

# All of them are for the teams of the agent.
TICKETS = {
    "not-received": "物流显示昨天已签收，可是我没收到，签收人的名字我不认识。",
    "transit-damage": "收到时纸箱被压扁了，里面的杯子全碎了，包装太薄。",
    "missing-item": "买了三件衬衫，包裹里只有两件，少发了一件。",
    "exchange": "两周前申请的换货，旧的寄回去了，新的还没发。",
    "wrong-item": "你们发错货了，我买的是热水壶，收到的是面包机。",
    "stuck-parcel": "The tracking of my parcel has not moved for five days, no scan at all.",
    "defective": "The coffee machine stopped working after two days, it does not switch on.",
    "gift-missing": "The free gift that was promised with my order was not in the parcel.",
    "size-colour": "The trousers are too small for me, I would like a larger size.",
    "cancel-request": "Please cancel my order, it has not been shipped yet.",
}
# What an agent types where a reply has a gap; amounts and times are as good as words here.
GAP = re.compile(r"\{[a-z_]+\}")
MOST_GAPS = 12


def test_an_agent_answers_ten_tickets_by_keyboard_alone(
    live_stack: Stack, browser: "Browser"
) -> None:
    references = plant(live_stack)
    people.seat(live_stack)
    context = people.new_desk(browser)
    page = people.log_in(context, live_stack, "mei")
    for sub, reference in references.items():
        people.open_by_key(page, live_stack, reference)
        page.locator("#suggestions [data-insert]").first.wait_for()
        page.keyboard.press(f"Alt+Digit{place_of(page, sub)}")
        fill_and_send(page)
        wait_for(partial(is_answered, live_stack, reference), "it is answered")
    for sub, reference in references.items():
        text, slug = answer_to(live_stack, reference)
        assert slug.startswith(f"{sub}.")
        assert not GAP.search(text)
    context.close()


def plant(stack: Stack) -> dict[str, str]:
    """Deliver the ten complaints; return the reference of each once it is triaged."""
    shop = Shop.of(stack, "Ten tickets")
    for sub, text in TICKETS.items():
        customer = {"name": "Ana Lopez", "email": f"{sub}@ten.example.com"}
        shop.deliver({"id": sub, "text": text, "customer": customer})
    ledger.wait_until_handled(stack)
    query = "SELECT reference FROM tickets_ticket WHERE source = %s AND external_id = %s"
    return {sub: str(ledger.one(stack, query, shop.slug, sub)) for sub in TICKETS}


def place_of(page: "Page", sub: str) -> int:
    """Where the first suggested reply of this sub-category stands, counted from one."""
    shown = page.locator("#suggestions [data-insert]")
    slugs = [shown.nth(n).get_attribute("data-template") or "" for n in range(shown.count())]
    fitting = [n for n, slug in enumerate(slugs, 1) if slug.startswith(f"{sub}.")]
    assert fitting, f"nothing for {sub} among {slugs}"
    return fitting[0]


def fill_and_send(page: "Page") -> None:
    """Type over each gap; the keys that send jump to the next gap as long as there is one."""
    for _ in range(MOST_GAPS):
        if not GAP.search(page.locator("#composer-text").input_value()):
            break
        page.keyboard.type("12:00")
        page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    page.locator("#timeline .msg-agent").first.wait_for()


def is_answered(stack: Stack, reference: str) -> bool:
    return bool(answer_to(stack, reference)[0])


def answer_to(stack: Stack, reference: str) -> tuple[str, str]:
    query = (
        "SELECT m.text || chr(1) || m.template_slug FROM tickets_message m"
        " JOIN tickets_ticket t ON t.id = m.ticket_id"
        " WHERE t.reference = %s AND m.kind = 'reply' ORDER BY m.id LIMIT 1"
    )
    found = str(ledger.one(stack, query, reference) or "")
    text, _, slug = found.partition("\x01")
    return text, slug
