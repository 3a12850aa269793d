"""The report page: who reads what, links that count right, files, few statements."""

import csv
import io
import re
from html import unescape

import pytest
from django.test import Client

from accounts.models import User
from surveys.models import Survey
from tests import factories
from tests.factories import MONDAY_TEN, make_user
from tests.reports.test_figures import (
    DAY,
    HOUR,
    LATER,
    answered,
    complaint,
    reply,
    resolve,
)
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

# Two of them for what stands above every page of a supervisor: approvals that wait, and leaked
# data, which is counted twice a minute at most and here each time.
REPORT_STATEMENTS = 8
LIST_STATEMENTS = 10
# Twenty days later the report of 28 days still holds Monday.
NOW = LATER


@pytest.fixture(autouse=True)
def _standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.clock.now", lambda: NOW)


@pytest.fixture
def agent() -> User:
    return make_user(teams="LQA", role="senior")


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_user(role="supervisor"))
    return client


def some_cases(agent: User, count: int = 3) -> None:
    for n in range(count):
        filed = complaint(priority=n % 3 + 1, subject=f"Parcel {n}")
        reply(filed, agent, MONDAY_TEN + (n + 1) * HOUR)
        resolve(filed, agent, MONDAY_TEN + (n + 2) * HOUR)
    answered(filed, 4, MONDAY_TEN + (n + 2) * HOUR)
    complaint(at=NOW - 5 * HOUR, subject="Still open")


@pytest.mark.parametrize(
    "path", ["", "tickets/?figure=sla", "definitions/", "priority.csv", "team.csv"]
)
class TestRights:
    """Everybody with reports gets in; nobody else."""

    def test_a_stranger_is_sent_to_the_log_in(self, client: Client, path: str) -> None:
        response = client.get(f"/reports/{path}")
        assert response.status_code == 302
        assert "/login/" in response.headers["Location"]

    @pytest.mark.parametrize("role", ["admin", "editor", "api"])
    def test_a_role_without_reports_is_refused(self, client: Client, path: str, role: str) -> None:
        client.force_login(make_user(role=role))
        assert client.get(f"/reports/{path}").status_code == 403

    @pytest.mark.parametrize("role", ["agent", "senior", "lead", "supervisor", "auditor"])
    def test_a_role_with_reports_gets_in(self, client: Client, path: str, role: str) -> None:
        client.force_login(make_user(role=role))
        assert client.get(f"/reports/{path}").status_code == 200


def test_an_agent_sees_no_ticket_of_others_behind_a_figure(client: Client, agent: User) -> None:
    some_cases(agent)
    client.force_login(make_user(teams="F"))
    page = client.get("/reports/tickets/?figure=sla").content.decode()
    assert "Parcel 0" not in page
    client.force_login(agent)
    assert "Parcel 0" in client.get("/reports/tickets/?figure=sla").content.decode()


def test_an_auditor_reads_figures_and_no_words_of_customers(client: Client, agent: User) -> None:
    some_cases(agent)
    client.force_login(make_user(role="auditor"))
    page = client.get("/reports/tickets/?figure=resolution").content.decode()
    assert Ticket.objects.order_by("id")[0].reference in page
    assert "Parcel 0" not in page
    assert "/t/R-" not in page


def links(page: str) -> set[str]:
    found = re.findall(r'href="(/reports/tickets/[^"]+)"', page)
    return {unescape(link) for link in found}


def test_every_link_of_the_report_opens_a_list(desk: Client, agent: User) -> None:
    some_cases(agent)
    found = links(desk.get("/reports/").content.decode())
    assert len(found) > 40
    for link in found:
        assert desk.get(link).status_code == 200, link


def test_the_list_behind_a_cell_has_as_many_cases_as_the_cell_says(
    desk: Client, agent: User
) -> None:
    some_cases(agent)
    context = desk.get("/reports/").context
    values = [value for table in context["tables"] for row in table.rows for value in row.values]
    checked = [value for value in values if value.url]
    assert len(checked) > 20
    for value in checked:
        assert desk.get(value.url).context["page"].cases == value.n, value.url


def test_the_lists_behind_charts_have_as_many_cases_as_the_charts_show(
    desk: Client, agent: User
) -> None:
    some_cases(agent)
    for by in ("weekday", "priority", "channel"):
        context = desk.get(f"/reports/?heat={by}").context
        cells = [cell for _name, row in context["heat"].rows for cell in row if cell.url]
        views = [v for v in (*context["backlog"].views, *context["volume"].views) if v.url]
        assert cells
        assert views
        for url, text in [(c.url, c.text) for c in cells] + [(v.url, v.value) for v in views]:
            assert desk.get(url).context["page"].cases == int(text), url


def test_the_tiles_link_to_what_they_count(desk: Client, agent: User) -> None:
    some_cases(agent)
    context = desk.get("/reports/?priority=1").context
    for tile in (*context["tiles"], *context["more_tiles"]):
        assert desk.get(tile.url).context["page"].cases == tile.n


def test_good_and_bad_cases_are_all_of_them(desk: Client, agent: User) -> None:
    some_cases(agent)
    pages = {
        outcome: desk.get(f"/reports/tickets/?figure=sla&outcome={outcome}").context["page"]
        for outcome in ("", "good", "bad")
    }
    assert pages["good"].cases + pages["bad"].cases == pages[""].cases


def test_pages_of_the_list_join_without_a_gap_or_a_double(desk: Client) -> None:
    for n in range(55):
        factories.triaged(factories.ticket(at=NOW - DAY, subject=f"Case {n}"))
    seen: list[str] = []
    url = "/reports/tickets/?figure=backlog"
    while url:
        context = desk.get(url).context
        assert context["page"].tickets == 55
        seen += [row.ticket.reference for row, _longest in context["rows"]]
        url = f"/reports/tickets/{context['next_url']}" if context["next_url"] else ""
    assert len(seen) == len(set(seen)) == 55


@pytest.mark.parametrize("query", ["figure=nonsense", "", "figure=sla&outcome=maybe"])
def test_an_unknown_figure_is_not_found(desk: Client, query: str) -> None:
    assert desk.get(f"/reports/tickets/?{query}").status_code == 404


@pytest.mark.parametrize(
    "query",
    ["days=x", "priority=9", "first=yesterday&days=custom", "category=%27;--", "after=1e9"],
)
def test_what_cannot_be_read_is_left_out(desk: Client, query: str) -> None:
    assert desk.get(f"/reports/?{query}").status_code == 200
    assert desk.get(f"/reports/tickets/?figure=sla&{query}").status_code == 200


def test_the_report_takes_the_same_few_statements_for_few_and_many_rows(
    desk: Client, agent: User, django_assert_max_num_queries
) -> None:
    from django.core.cache import cache

    taken = []
    for count in (1, 30):
        some_cases(agent, count)
        cache.clear()
        with django_assert_max_num_queries(REPORT_STATEMENTS) as captured:
            desk.get("/reports/")
        taken.append(len(captured))
    assert taken[0] == taken[1]


def test_a_list_takes_the_same_few_statements_for_few_and_many_rows(
    desk: Client, agent: User, django_assert_max_num_queries
) -> None:
    from django.core.cache import cache

    taken = []
    for count in (1, 30):
        some_cases(agent, count)
        cache.clear()
        with django_assert_max_num_queries(LIST_STATEMENTS) as captured:
            desk.get("/reports/tickets/?figure=sla")
        taken.append(len(captured))
    assert taken[0] == taken[1]


def test_htmx_gets_the_report_alone(desk: Client) -> None:
    response = desk.get("/reports/?days=7", headers={"HX-Request": "true"})
    page = response.content.decode()
    assert "<html" not in page
    assert 'id="report"' in page
    assert "HX-Request" in response.headers["Vary"]
    assert response.headers["HX-Push-Url"] == "/reports/?days=7"


def test_a_custom_period_names_its_days_and_zone(desk: Client) -> None:
    page = desk.get("/reports/?first=2026-11-16&last=2026-11-17").content.decode()
    assert "16 Nov – 17 Nov 2026" in page
    assert "Asia/Shanghai" in page


def test_an_empty_period_says_so(desk: Client) -> None:
    page = desk.get("/reports/?first=2020-01-01&last=2020-01-02").content.decode()
    assert "Nothing was counted in this period" in page


def test_a_figure_of_few_cases_is_grey(desk: Client, agent: User) -> None:
    some_cases(agent)
    assert all(tile.is_few for tile in desk.get("/reports/").context["tiles"])


def test_the_table_comes_as_a_file_with_plain_numbers(desk: Client, agent: User) -> None:
    some_cases(agent)
    response = desk.get("/reports/priority.csv")
    assert "attachment" in response.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["Priority", "SLA met", "n"]
    assert [row[0] for row in rows[1:]] == ["P1 Urgent", "P2 High", "P3 Normal"]
    assert desk.get("/reports/nonsense.csv").status_code == 404


def test_no_style_and_no_script_stand_in_the_page(desk: Client, agent: User) -> None:
    some_cases(agent)
    page = desk.get("/reports/").content.decode()
    assert " style=" not in page
    assert not re.search(r"<script(?![^>]*src)", page)


def test_ids_in_the_page_are_unique(desk: Client, agent: User) -> None:
    some_cases(agent)
    ids = re.findall(r'\sid="([^"]*)"', desk.get("/reports/").content.decode())
    assert len(ids) == len(set(ids))


def test_every_figure_is_defined_on_its_page(desk: Client) -> None:
    from reports.definitions import DEFINITIONS

    page = desk.get("/reports/definitions/").content.decode()
    for slug in DEFINITIONS:
        assert f'id="{slug}"' in page


def test_the_answers_of_a_score_are_listed(desk: Client, agent: User) -> None:
    some_cases(agent)
    assert Survey.objects.filter(status="answered").count() == 1
    page = desk.get("/reports/tickets/?figure=csat&outcome=good").context["page"]
    assert page.cases == 1
