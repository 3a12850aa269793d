"""The page on what replies led to: who sees what, what is done in one click, what it costs."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from knowledgebase import library, services
from knowledgebase.models import HarmFlag, RankingWeek, SuggestionList, Template, TemplateUse
from knowledgebase.ranking.outcome import Counts
from tests import factories
from tests.factories import make_user
from tests.knowledgebase.test_learning import bodies, used
from tickets.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]

PAGE = "/knowledge/outcomes/"


@pytest.fixture
def agent() -> User:
    return make_user(teams="L", display_name="Li Lei")


@pytest.fixture
def lead() -> User:
    return make_user(role="lead", teams="L")


@pytest.fixture
def harmful(agent: User) -> Template:
    """A month of uses: one reply does harm, the others do not."""
    now = timezone.now()
    bad, *others = bodies()
    ticket = factories.triaged(factories.ticket())
    used(bad, agent, Counts(120, 80, 40, 18), ticket)
    for other in others:
        used(other, agent, Counts(120, 106, 53, 43), ticket)
    TemplateUse.objects.update(sent_at=now - timedelta(days=20), settled_at=now)
    services.flag_harmful(now=now)
    RankingWeek.objects.create(
        week=now.date() - timedelta(days=now.weekday()), language="zh",
        answered=40, used=30, first=21, top3=28, reciprocal=24.5,
    )  # fmt: skip
    return bad


def test_the_harmful_stand_on_top_with_the_evidence(
    client: Any, lead: User, harmful: Template
) -> None:
    client.force_login(lead)
    page = client.get(PAGE).content.decode()
    assert page.index('id="harmful"') < page.index('id="by-template"')
    [flag] = HarmFlag.objects.all()
    assert '<b class="c-danger">30%</b>' in page
    assert "n=120" in page
    assert "22 of 40 scores were below 4" in page
    assert harmful.uses.first().ticket.reference in page
    assert reverse("knowledgebase:pause", args=[harmful.pk]) in page
    assert reverse("knowledgebase:keep", args=[flag.pk]) in page


def test_the_chart_has_a_table_that_says_the_same(
    client: Any, lead: User, harmful: Template
) -> None:
    client.force_login(lead)
    page = client.get(PAGE).content.decode()
    chart = page.partition('id="ranking-chart"')[2].partition("</section>")[0]
    assert (
        'role="img" aria-label="the picked reply stood first, week by week; last: 70% of 30"'
        in (chart)
    )
    assert '<td class="r num">70%</td>' in chart
    assert "0.82" in chart


def test_pausing_and_offering_again_is_one_click_each(
    client: Any, lead: User, harmful: Template
) -> None:
    client.force_login(lead)
    address = reverse("knowledgebase:pause", args=[harmful.pk])
    assert client.get(address).status_code == 405
    page = client.post(address, {"verb": "pause"}, follow=True).content.decode()
    assert "is no longer offered" in page
    assert "Offer it again" in page
    held = library.current_library("zh")
    assert held is not None
    assert harmful.scenario.slug in held.held_back("calm")
    client.post(address, {"verb": "resume", "back": "scenario"})
    held = library.current_library("zh")
    assert held is not None
    assert held.held_back("calm") == frozenset()


def test_keeping_can_be_undone(client: Any, lead: User, harmful: Template) -> None:
    client.force_login(lead)
    address = reverse("knowledgebase:keep", args=[HarmFlag.objects.get().pk])
    page = client.post(address, {"verb": "keep"}, follow=True).content.decode()
    assert "1 kept in spite of the evidence" in page
    client.post(address, {"verb": "undo"})
    assert HarmFlag.objects.get().dismissed_at is None


def test_agents_see_their_own_figures_only(client: Any, agent: User, harmful: Template) -> None:
    other = make_user(teams="L")
    client.force_login(other)
    page = client.get(PAGE, {"agent": agent.pk}).content.decode()
    assert 'id="harmful"' not in page
    assert "No reply was sent from a template here" in page
    client.force_login(agent)
    page = client.get(PAGE).content.decode()
    assert "only replies that you sent" in page
    assert reverse("knowledgebase:pause", args=[harmful.pk]) not in page
    assert client.post(reverse("knowledgebase:pause", args=[harmful.pk])).status_code == 403


def test_a_lead_sees_the_agents_of_the_own_teams(
    client: Any, lead: User, harmful: Template
) -> None:
    stranger = make_user(teams="F", display_name="Of another team")
    client.force_login(lead)
    page = client.get(PAGE, {"agent": stranger.pk}).content.decode()
    assert "Li Lei" in page
    assert "Of another team" not in page
    client.force_login(make_user(role="supervisor"))
    assert "Of another team" in client.get(PAGE).content.decode()


def test_an_editor_reads_references_and_does_not_open_tickets(
    client: Any, harmful: Template
) -> None:
    client.force_login(make_user(role="editor"))
    page = client.get(PAGE).content.decode()
    reference = harmful.uses.first().ticket.reference
    assert f'<span class="num">{reference}</span>' in page
    assert f"/t/{reference}/" not in page
    assert "Keep as it is" not in page


def test_strangers_see_nothing(client: Any) -> None:
    assert client.get(PAGE).status_code == 302
    client.force_login(make_user(role="admin"))
    assert client.get(PAGE).status_code == 403


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"language": "zh"}, True),
        ({"language": "en"}, False),
        ({"emotion": "0"}, True),
        ({"emotion": "3"}, False),
        ({"category": "logistics.stuck-parcel"}, True),
        ({"category": "price.price-drop"}, False),
        ({"emotion": "angry", "language": "xx", "category": "'", "agent": "-1"}, True),
    ],
    ids=["zh", "en", "calm", "threatening", "its-category", "another", "nonsense"],
)
def test_filters_narrow_the_table(
    client: Any, lead: User, harmful: Template, query: dict[str, str], shown: bool
) -> None:
    client.force_login(lead)
    page = client.get(PAGE, query, headers={"HX-Request": "true"}).content.decode()
    table = page.partition('id="by-template"')[2]
    assert (harmful.scenario.title_en in table) is shown
    assert "<html" not in page


def test_acceptance_is_counted_from_the_lists(
    client: Any, lead: User, agent: User, harmful: Template
) -> None:
    now = timezone.now()
    ticket = harmful.uses.first().ticket
    slug = harmful.scenario.slug
    for number, picked in enumerate((slug, slug, "other", "")):
        message = Message.objects.create(
            ticket=ticket, direction="in", kind="customer", channel="generic", source="shop",
            external_id=f"asked-{number}", received_at=now, created_at=now,
        )  # fmt: skip
        SuggestionList.objects.create(
            ticket=ticket, customer_message=message, language="zh", slugs=[slug, "other"],
            shown_at=now, answered_at=now, picked=picked, by=agent,
            picked_rank={slug: 1, "other": 2}.get(picked),
        )  # fmt: skip
    client.force_login(lead)
    page = client.get(PAGE).content.decode()
    assert "of 4 lists shown, in 30 days" in page
    row = page.partition('id="by-template"')[2].partition(harmful.scenario.title_en)[2]
    assert '<td class="r num">50%</td>' in row.partition("</tr>")[0]


def test_statements_do_not_grow_with_rows(
    client: Any, lead: User, harmful: Template, django_assert_max_num_queries: Any
) -> None:
    client.force_login(lead)
    client.get(PAGE)
    with django_assert_max_num_queries(24):
        client.get(PAGE)


def test_an_empty_page_says_what_will_come(client: Any, lead: User) -> None:
    client.force_login(lead)
    page = client.get(PAGE).content.decode()
    assert "No reply does surely worse than its neighbours" in page
    assert "Nothing to draw yet" in page


def test_the_scenario_s_page_tells_text_by_text(client: Any, lead: User, harmful: Template) -> None:
    client.force_login(lead)
    address = reverse("knowledgebase:scenario", args=[harmful.scenario.slug])
    page = client.get(address).content.decode()
    told = page.partition('id="outcome"')[2]
    assert "does harm" in told
    assert "sent 120 times, 30% ended well" in told
    assert "Stop offering it" in told
