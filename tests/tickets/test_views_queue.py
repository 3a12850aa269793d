"""The queue: who sees what, filters, paging, refresh, actions on many."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common import clock
from tests import factories
from tests.factories import make_user
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

QUEUE_STATEMENTS = 8


@pytest.fixture
def agent() -> User:
    return make_user(teams="LQA")


@pytest.fixture
def desk(client: Client, agent: User) -> Client:
    client.force_login(agent)
    return client


def some_tickets(count: int) -> list[Ticket]:
    now = clock.now()
    return [
        factories.triaged(factories.ticket(at=now - timedelta(minutes=n), subject=f"Case {n}"))
        for n in range(count)
    ]


def test_a_stranger_is_sent_to_the_log_in(client: Client) -> None:
    response = client.get("/queue/all/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("account_login"))


def test_an_administrator_without_another_role_sees_no_tickets(client: Client) -> None:
    client.force_login(make_user(role="admin"))
    assert client.get("/queue/all/").status_code == 403


def test_an_unknown_view_is_not_found(desk: Client) -> None:
    assert desk.get("/queue/nonsense/").status_code == 404


def test_everybody_starts_at_the_place_of_their_work(client: Client) -> None:
    starts = {}
    for role in ("agent", "supervisor", "admin"):
        client.force_login(make_user(role=role))
        starts[role] = client.get("/").headers["Location"]
    assert starts["agent"] == "/queue/team/"
    assert starts["supervisor"] == "/queue/all/"
    assert starts["admin"] != "/"


def test_tickets_of_other_teams_are_not_listed(desk: Client) -> None:
    mine = some_tickets(1)[0]
    other = factories.triaged(factories.ticket(), category="payment.double-charge")
    page = desk.get("/queue/all/").content.decode()
    assert mine.reference in page
    assert other.reference not in page


def test_a_category_in_the_address_bar_narrows_the_list(desk: Client) -> None:
    parcel = factories.triaged(factories.ticket())
    broken = factories.triaged(factories.ticket(), category="quality.defective")
    page = desk.get("/queue/all/?category=quality").content.decode()
    assert broken.reference in page
    assert f"tk-{parcel.reference}" not in page


def test_an_active_filter_links_to_the_list_without_it(desk: Client) -> None:
    page = desk.get("/queue/all/?category=quality&priority=2").content.decode()
    assert 'href="?category=quality"' in page
    assert 'href="?priority=2"' in page


@pytest.mark.parametrize("after", ["garbage", "1e999_5", "none_x", "_", "9" * 400 + "_1"])
def test_a_broken_page_key_shows_the_first_page(desk: Client, after: str) -> None:
    filed = some_tickets(1)[0]
    response = desk.get("/queue/all/", {"after": after})
    assert response.status_code == 200
    assert filed.reference in response.content.decode()


def test_pages_join_without_a_gap_or_a_double(desk: Client) -> None:
    references = {ticket.reference for ticket in some_tickets(60)}
    seen: list[str] = []
    url = "/queue/all/"
    while url:
        response = desk.get(url)
        rows = [t.reference for group in response.context["groups"] for t in group.tickets]
        seen += rows
        url = f"/queue/all/{response.context['next_url']}" if response.context["next_url"] else ""
    assert len(seen) == len(set(seen))
    assert set(seen) == references


def test_htmx_gets_the_list_alone_and_is_told_apart_by_caches(desk: Client) -> None:
    some_tickets(1)
    response = desk.get("/queue/all/", headers={"HX-Request": "true"})
    assert "<html" not in response.content.decode()
    assert 'id="ticket-queue"' in response.content.decode()
    assert "HX-Request" in response.headers["Vary"]


def test_a_refresh_of_an_unchanged_list_is_304_and_a_change_ends_that(
    desk: Client, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The clocks on the rows move with the minute, so the minute stands still here.
    now = clock.now()
    monkeypatch.setattr("common.clock.now", lambda: now)
    filed = some_tickets(1)[0]
    first = desk.get("/queue/all/", headers={"HX-Request": "true"})
    again = {"HX-Request": "true", "If-None-Match": first.headers["ETag"]}
    assert desk.get("/queue/all/", headers=again).status_code == 304
    Ticket.objects.filter(pk=filed.pk).update(version=99)
    assert desk.get("/queue/all/", headers=again).status_code == 200


def test_the_queue_takes_the_same_few_statements_for_one_row_and_for_fifty(
    desk: Client, django_assert_max_num_queries
) -> None:
    from django.core.cache import cache

    counted = []
    for count in (1, 50):
        some_tickets(count)
        cache.clear()
        with django_assert_max_num_queries(QUEUE_STATEMENTS) as captured:
            desk.get("/queue/all/")
        counted.append(len(captured))
    assert counted[0] == counted[1]


def test_a_ticket_number_in_the_search_opens_its_ticket(desk: Client) -> None:
    filed = some_tickets(1)[0]
    response = desk.get("/search/", {"q": filed.reference.lower()})
    assert response.headers["Location"] == f"/t/{filed.reference}/"


def test_search_finds_words_and_says_so_when_it_finds_nothing(desk: Client) -> None:
    filed = factories.triaged(factories.ticket(text="快递说放在驿站"))
    assert filed.reference in desk.get("/search/", {"q": "驿站"}).content.decode()
    assert "Nothing found" in desk.get("/search/", {"q": "bicycle"}).content.decode()


def test_a_name_with_markup_is_shown_as_text(desk: Client) -> None:
    factories.triaged(factories.ticket(from_name="<script>alert(1)</script>"))
    page = desk.get("/queue/all/").content.decode()
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;" in page


class TestMany:
    """Actions on ticked tickets."""

    def test_assigning_many_gives_all_to_one_person(self, desk: Client, agent: User) -> None:
        filed = some_tickets(3)
        ids = [ticket.reference for ticket in filed]
        desk.post("/queue/bulk/assign/", {"ids": ids, "to": agent.pk})
        assert Ticket.objects.filter(owner=agent).count() == 3

    def test_story_11_what_cannot_be_resolved_is_listed_with_its_cause(self, desk: Client) -> None:
        fine = some_tickets(2)
        unfiled = factories.ticket()
        response = desk.post(
            "/queue/bulk/resolve/",
            {
                "ids": [ticket.reference for ticket in (*fine, unfiled)],
                "reason": "remedied",
                "remedy": "TR",
                "responsible_party": "carrier",
                "message": "已为您找到包裹,明天 12:00 前送达。",
            },
        )
        page = response.content.decode()
        assert Ticket.objects.filter(status="resolved").count() == 2
        assert unfiled.reference in page
        assert "category" in page

    def test_tickets_of_other_teams_are_left_alone(self, desk: Client, agent: User) -> None:
        other = factories.triaged(factories.ticket(), category="payment.double-charge")
        desk.post("/queue/bulk/assign/", {"ids": [other.reference], "to": agent.pk})
        other.refresh_from_db()
        assert other.owner is None

    def test_no_ticks_ask_for_ticks(self, desk: Client) -> None:
        assert "Tick some tickets" in desk.get("/queue/bulk/assign/").content.decode()

    def test_it_never_leads_to_a_foreign_site(self, desk: Client, agent: User) -> None:
        filed = some_tickets(1)[0]
        response = desk.post(
            "/queue/bulk/assign/",
            {"ids": [filed.reference], "to": agent.pk, "next": "https://evil.example/"},
        )
        assert response.headers["Location"] == "/"
