"""The desk in a real browser: keys, refresh in place, composer, and all of it without scripts."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from accounts.models import Team, User
from common import clock
from outbox.models import Outgoing
from tests import factories
from tests.factories import make_user
from tickets import services, taxonomy
from tickets.models import Draft, Message, Ticket

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.django_db(transaction=True)

LogIn = Callable[["BrowserContext"], None]


@pytest.fixture
def agent() -> User:
    # A transactional test before this one may have emptied the tables.
    for code, (en, zh) in taxonomy.TEAMS.items():
        Team.objects.get_or_create(code=code, defaults={"name_en": en, "name_zh": zh})
    cache.clear()
    return make_user(display_name="Mei Tan", teams="LQAFCS")


@pytest.fixture
def log_in(agent: User, live_server: Any) -> LogIn:
    def give_cookie(context: "BrowserContext") -> None:
        client = Client()
        client.force_login(agent)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}]
        )

    return give_cookie


@pytest.fixture
def desk(browser_page: "Page", log_in: LogIn, live_server: Any) -> "Page":
    log_in(browser_page.context)
    browser_page.goto(f"{live_server.url}/settings/")
    return browser_page


@pytest.fixture
def desk_without_scripts(browser: "Browser", log_in: LogIn) -> Iterator["Page"]:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    log_in(context)
    yield context.new_page()
    context.close()


def some_tickets(count: int) -> list[Ticket]:
    now = clock.now()
    return [
        factories.triaged(factories.ticket(at=now - timedelta(minutes=n), subject=f"Case {n}"))
        for n in range(count)
    ]


def ticked(page: "Page") -> int:
    return page.locator(".tk .check:checked").count()


def test_keys_move_tick_and_give_tickets_to_a_person(
    desk: "Page", agent: User, live_server: Any
) -> None:
    some_tickets(4)
    desk.goto(f"{live_server.url}/queue/all/")
    for key in ("j", "x", "Shift+J"):
        desk.keyboard.press(key)
    assert ticked(desk) == 2
    desk.keyboard.press("a")
    desk.locator("#dialog [name=to]").select_option(label="Mei Tan")
    desk.locator("#dialog .btn-primary").click()
    desk.locator("#toast", has_text="2 tickets done").wait_for()
    assert Ticket.objects.filter(owner=agent).count() == 2


def test_a_new_ticket_appears_without_a_reload_and_ticks_stay(
    desk: "Page", live_server: Any
) -> None:
    first = some_tickets(1)[0]
    desk.goto(f"{live_server.url}/queue/all/")
    desk.locator(f"#tk-{first.reference} .check").check()
    desk.mouse.move(700, 5)
    desk.evaluate("document.activeElement.blur(); window.stayed = true")
    second = factories.triaged(factories.ticket(subject="Just in"))
    cache.clear()
    desk.evaluate("redress.refreshQueue()")
    desk.locator(f"#tk-{second.reference}").wait_for()
    assert ticked(desk) == 1
    assert desk.evaluate("window.stayed") is True


def test_new_tickets_wait_behind_a_bar_while_somebody_works_in_the_list(
    desk: "Page", live_server: Any
) -> None:
    some_tickets(1)
    desk.goto(f"{live_server.url}/queue/all/")
    desk.keyboard.press("j")
    second = factories.triaged(factories.ticket(subject="Just in"))
    desk.evaluate("redress.refreshQueue()")
    desk.locator("#queue-fresh", has_text="1 new").wait_for()
    assert desk.locator(f"#tk-{second.reference}").count() == 0
    desk.locator("#queue-fresh").click()
    desk.locator(f"#tk-{second.reference}").wait_for()


def test_a_reply_by_keyboard_is_sent_once_and_clears_the_composer(
    desk: "Page", live_server: Any
) -> None:
    filed = factories.triaged(factories.ticket(emails=("lin@example.com",), language="en"))
    desk.goto(f"{live_server.url}/t/{filed.reference}/")
    desk.keyboard.press("r")
    desk.locator("#composer-text").fill("We trace the parcel and write again tomorrow by 12:00.")
    desk.keyboard.press("Control+Enter")
    desk.locator("#toast", has_text="on its way").wait_for()
    assert desk.locator("#composer-text").input_value() == ""
    desk.locator("#timeline", has_text="We trace the parcel").wait_for()
    assert Outgoing.objects.count() == 1


def test_an_unfilled_variable_keeps_send_shut(desk: "Page", live_server: Any) -> None:
    filed = factories.triaged(factories.ticket(emails=("lin@example.com",)))
    desk.goto(f"{live_server.url}/t/{filed.reference}/")
    desk.locator("#composer-text").fill("您好 {customer_name}")
    desk.locator("#composer-check .alert-danger").first.wait_for()
    desk.keyboard.press("Control+Enter")
    assert desk.locator("#send").get_attribute("aria-disabled") == "true"
    assert not Message.objects.filter(kind="reply").exists()


def test_a_draft_is_saved_while_typing_and_is_there_after_a_reload(
    desk: "Page", live_server: Any
) -> None:
    filed = factories.triaged(factories.ticket())
    desk.goto(f"{live_server.url}/t/{filed.reference}/")
    desk.locator("#composer-text").fill("half a sentence")
    desk.locator("#draft-state", has_text="Draft saved").wait_for()
    assert Draft.objects.get().text == "half a sentence"
    desk.reload()
    assert desk.locator("#composer-text").input_value() == "half a sentence"


def test_letters_typed_into_a_field_are_letters(desk: "Page", live_server: Any) -> None:
    filed = factories.triaged(factories.ticket())
    desk.goto(f"{live_server.url}/t/{filed.reference}/")
    desk.locator("#composer-text").focus()
    desk.keyboard.type("apex")
    assert desk.locator("#composer-text").input_value() == "apex"
    assert desk.locator("dialog[open]").count() == 0


def test_single_keys_rest_when_they_are_turned_off(
    desk: "Page", agent: User, live_server: Any
) -> None:
    User.objects.filter(pk=agent.pk).update(single_keys=False)
    desk.goto(f"{live_server.url}/queue/all/")
    desk.keyboard.press("?")
    assert desk.locator("dialog[open]").count() == 0
    desk.keyboard.press("Control+k")
    desk.locator("#palette[open]").wait_for()


def test_a_correction_by_key_can_be_undone_by_key(desk: "Page", live_server: Any) -> None:
    filed = factories.triaged(factories.ticket())
    desk.goto(f"{live_server.url}/t/{filed.reference}/")
    desk.keyboard.press("t")
    desk.locator("#dialog [name=emotion][value='2']").check()
    desk.locator("#dialog .btn-primary").click()
    desk.locator("#conv-head", has_text="Angry").wait_for()
    desk.keyboard.press("u")
    desk.locator("#conv-head", has_text="Calm").wait_for()


def test_the_offline_bar_comes_and_goes(desk: "Page", live_server: Any) -> None:
    desk.goto(f"{live_server.url}/queue/all/")
    desk.context.set_offline(True)
    desk.locator("#offline").wait_for(state="visible")
    desk.context.set_offline(False)
    desk.locator("#offline").wait_for(state="hidden")


def test_answering_and_resolving_work_without_scripts(
    desk_without_scripts: "Page", live_server: Any
) -> None:
    page = desk_without_scripts
    filed = factories.triaged(factories.ticket(emails=("lin@example.com",)))
    page.goto(f"{live_server.url}/queue/all/")
    page.locator(f"#open-{filed.reference}").click()
    page.locator("#composer-text").fill("我们正在查件,明天 12:00 前回复。")
    page.locator("#send").click()
    page.locator(".alert-good", has_text="on its way").wait_for()
    page.locator("a[href$='/resolve/']").click()
    page.locator("[name=responsible_party]").select_option("carrier")
    page.locator("[name=root_cause]").fill("sorting error")
    page.locator("#action-form .btn-primary").click()
    page.locator(".alert-good", has_text="is resolved").wait_for()
    filed.refresh_from_db()
    assert filed.status == "resolved"


def test_many_tickets_are_given_away_without_scripts(
    desk_without_scripts: "Page", agent: User, live_server: Any
) -> None:
    page = desk_without_scripts
    for filed in some_tickets(2):
        services.add_note(ticket_id=filed.pk, text="seen", by=agent, now=clock.now())
    page.goto(f"{live_server.url}/queue/all/")
    for box in page.locator(".tk .check").all():
        box.check()
    page.locator("[formaction$='/assign/']").click()
    page.locator("[name=to]").select_option(label="Mei Tan")
    page.locator("#action-form .btn-primary").click()
    page.locator(".alert-good", has_text="2 tickets done").wait_for()
    assert Ticket.objects.filter(owner=agent).count() == 2
