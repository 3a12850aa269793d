"""From a signed delivery to a figure in the report, in a real browser on real processes."""

import email
import email.policy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys import ledger, people
from tests.journeys.shop import Shop
from tests.stack import Stack, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.xdist_group("stack")]

STORIES = {
    "en": {
        "subject": "Where is my parcel?",
        "text": "My parcel has not moved for five days, the tracking shows no update at all. "
        "Where is my order? This is really annoying.",
        "chip": "Stuck parcel",
        "fill": "tomorrow 12:00",
        "again": "Your parcel lay in the wrong depot. It is with the courier now and reaches you "
        "tomorrow by 12:00.",
        "round": "round 2",
    },
    "zh-hans": {
        "subject": "快递一直没有更新",
        "text": "快递五天没有动静了,物流一直不更新,太让人生气了,我的订单到底什么时候能到?",
        "chip": "物流停滞",
        "fill": "明天 12:00",
        "again": "您的包裹此前滞留在错误的网点,现已交给快递员,明天 12:00 前送达。",
        "round": "第 2 轮",
    },
}


class Story:
    """What the steps hand to each other."""

    def __init__(self, stack: Stack, shop: Shop, language: str, pictures: Path) -> None:
        self.stack, self.shop, self.pictures = stack, shop, pictures
        self.words = STORIES[language]
        self.key = f"story-{language}"
        self.reference = ""

    def ticket(self, column: str) -> Any:
        query = f"SELECT {column} FROM tickets_ticket WHERE external_id = %s"
        return ledger.one(self.stack, query, self.key)

    def picture(self, page: "Page", name: str) -> None:
        page.screenshot(path=self.pictures / f"{self.key}-{name}.png")


@pytest.fixture
def contexts(browser: "Browser") -> Iterator[list["BrowserContext"]]:
    opened: list[BrowserContext] = []
    yield opened
    for context in opened:
        context.close()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_complaint_is_answered_resolved_rated_one_star_and_handled_again(
    live_stack: Stack,
    browser: "Browser",
    contexts: list["BrowserContext"],
    tmp_path: Path,
    language: str,
) -> None:
    story = Story(live_stack, Shop.of(live_stack), language, tmp_path)
    people.seat(live_stack, language)

    def desk_of(username: str) -> "Page":
        contexts.append(people.new_desk(browser))
        return people.log_in(contexts[-1], live_stack, username)

    agent = desk_of("mei")
    it_appears_without_a_reload(story, agent)
    it_is_answered_from_a_suggestion_by_key(story, agent)
    it_is_resolved_with_the_dialog(story, agent)

    contexts.append(people.new_desk(browser))
    the_customer_gives_one_star(story, agent, contexts[-1].new_page())

    second_line = desk_of(the_second_owner(story))
    it_is_handled_again(story, second_line)
    it_is_counted_in_the_report(story, desk_of("sora"))


def it_appears_without_a_reload(story: Story, page: "Page") -> None:
    page.goto(f"{story.stack.url}/queue/all/")
    page.mouse.move(700, 5)
    page.evaluate("document.activeElement.blur(); window.stayed = true")
    answer = story.shop.deliver(
        {
            "id": story.key,
            "subject": story.words["subject"],
            "text": story.words["text"],
            "order": f"D-{story.key}",
            "customer": {"name": "Lin Wei", "email": f"{story.key}@example.com"},
        }
    )
    assert (answer.status, answer.json()["duplicate"]) == (202, False)
    row = page.locator(".tk", has_text=story.words["subject"])
    row.locator(".cat", has_text=story.words["chip"]).wait_for(timeout=120_000)
    assert page.evaluate("window.stayed") is True
    story.reference = story.ticket("reference")
    story.picture(page, "1-queue")
    assert story.ticket("category") == "logistics.stuck-parcel"
    assert story.ticket("triage_state") == "predicted"
    row.locator("a.open").focus()
    page.keyboard.press("Enter")
    page.locator("#composer-text").wait_for()


def it_is_answered_from_a_suggestion_by_key(story: Story, page: "Page") -> None:
    page.locator("[data-insert][data-key='1']").wait_for()
    page.keyboard.press("Alt+1")
    composer = page.locator("#composer-text")
    wait_for(lambda: bool(composer.input_value()), "the suggestion is in the composer")
    # What Redress cannot know, the agent fills in.
    composer.fill(re.sub(r"\{[a-z][a-z0-9_]*\}", story.words["fill"], composer.input_value()))
    said = composer.input_value().strip()
    story.picture(page, "2-suggestion")
    page.keyboard.press("Control+Enter")
    page.locator("#timeline .msg-agent").wait_for()
    query = (
        # Browsers send line ends as CR LF.
        "SELECT replace(text, E'\\r', ''), template_slug <> ''"
        " FROM tickets_message m JOIN tickets_ticket t ON t.id = m.ticket_id"
        " WHERE t.external_id = %s AND m.kind = 'reply'"
    )
    assert ledger.rows(story.stack, query, story.key) == [(said, True)]


def it_is_resolved_with_the_dialog(story: Story, page: "Page") -> None:
    page.locator("#composer-text").blur()
    page.keyboard.press("d")
    page.locator("#dialog [name=responsible_party]").select_option("carrier")
    page.locator("#dialog [name=root_cause]").fill("sorting error")
    story.picture(page, "3-resolve")
    page.locator("#dialog .btn-primary").click()
    page.locator("#dialog[open]").wait_for(state="detached")
    wait_for(lambda: story.ticket("status") == "resolved", "it is resolved")


def the_customer_gives_one_star(story: Story, agent: "Page", page: "Page") -> None:
    wait_for(lambda: bool(survey_links(story)), "the survey's mail has left", 120)
    (link,) = survey_links(story)
    agent.goto(f"{story.stack.url}/t/{story.reference}/")
    shown = agent.locator("[data-survey-link]")
    shown.wait_for()
    assert shown.get_attribute("href") == link

    page.goto(link)
    page.locator("[name=score][value='1']").check(force=True)
    page.locator("[name=solved][value=no]").check(force=True)
    story.picture(page, "4-survey")
    page.locator("form.survey button[type=submit]").click()
    page.locator("#survey-done").wait_for()
    assert "sessionid" not in {cookie.get("name") for cookie in page.context.cookies()}


def survey_links(story: Story) -> list[str]:
    """Return the survey links in the mails to the story's customer."""
    links = []
    for text in ledger.mails(story.stack):
        mail = email.message_from_string(text, policy=email.policy.default)
        body = mail.get_body(("plain",))
        if f"{story.key}@" in str(mail["To"]) and body is not None:
            links += re.findall(r"http://\S+/s/[^\s>]+", str(body.get_content()))
    return links


def the_second_owner(story: Story) -> str:
    """Return who of the second line has it now: not the first one."""
    assert story.ticket("round") == 2
    assert story.ticket("status") == "open"
    owner = "SELECT username FROM accounts_user WHERE id = %s"
    username = str(ledger.one(story.stack, owner, story.ticket("owner_id")))
    assert username != "mei"
    return username


def it_is_handled_again(story: Story, page: "Page") -> None:
    page.goto(f"{story.stack.url}/queue/mine/")
    row = page.locator(f"#tk-{story.reference}")
    row.wait_for()
    assert story.words["round"] in row.inner_text()
    story.picture(page, "5-second-handling")
    page.goto(f"{story.stack.url}/t/{story.reference}/")
    page.locator("#composer-text").fill(story.words["again"])
    page.keyboard.press("Control+Enter")
    page.locator("#timeline", has_text=story.words["again"]).wait_for()
    it_is_resolved_with_the_dialog(story, page)
    assert story.ticket("round") == 2


def it_is_counted_in_the_report(story: Story, page: "Page") -> None:
    """The score stands behind CSAT, the second handling behind what was reopened."""
    for figure in ("csat", "reopen", "resolution"):
        page.goto(f"{story.stack.url}/reports/")
        tile = page.locator(f"#kpi-{figure} a.v")
        tile.wait_for()
        story.picture(page, f"6-report-{figure}")
        tile.click()
        page.locator("#counted").get_by_text(story.reference, exact=True).wait_for()
    story.picture(page, "7-counted")
