"""Solved tickets that are like another one: kept, found, shown, and never where they must not."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from common import clock
from tests import factories
from tests.factories import MONDAY_TEN, make_user
from tickets import services as pool
from tickets.models import EventKind, Ticket
from triage import tasks
from triage.models import Fingerprint
from triage.queries.similar import forget_statistics, similar_solved
from triage.services.similar import count_terms, keep_fingerprints, keep_missing

pytestmark = pytest.mark.django_db

LATER = MONDAY_TEN + timedelta(hours=2)
STUCK = "Parcel has not moved in the depot of Leeds for nine days"
STUCK_AGAIN = "My parcel sits in the Leeds depot since nine days and has not moved"
INVOICE = "Please send me the invoice for the kettle, the finance department asks for it"


@pytest.fixture(autouse=True)
def fresh_statistics() -> None:
    forget_statistics()


@pytest.fixture
def lead() -> User:
    return make_user(role="lead", teams="LQAFCS")


def solved(text: str, by: User, category: str = "logistics.stuck-parcel", **more: Any) -> Ticket:
    ticket = factories.triaged(factories.ticket(text=text, **more), category=category)
    factories.resolved(ticket, by=by, at=LATER)
    keep_fingerprints(ticket_ids=[ticket.pk])
    return ticket


def asked(text: str, **more: Any) -> Ticket:
    ticket = factories.triaged(factories.ticket(text=text, **more))
    keep_fingerprints(ticket_ids=[ticket.pk])
    return ticket


def found_for(ticket: Ticket, user: User) -> list[str]:
    return [one.ticket.reference for one in similar_solved(ticket, visible_to=user)]


def test_the_most_alike_comes_first(lead: User) -> None:
    invoice = solved(INVOICE, lead, "payment.invoice-missing")
    stuck = solved(STUCK, lead)
    solved("Great lamp, love it", lead, "non-complaint.thanks")
    new = asked(STUCK_AGAIN)
    found = similar_solved(new, visible_to=lead)
    assert found[0].ticket == stuck
    assert 15 <= found[0].percent <= 99
    assert invoice.reference not in [one.ticket.reference for one in found]


def test_at_most_three_are_shown(lead: User) -> None:
    for number in range(5):
        solved(f"{STUCK}, order {number}", lead)
    assert len(found_for(asked(STUCK_AGAIN), lead)) == 3


def test_chinese_tickets_are_found_by_their_words(lead: User) -> None:
    stuck = solved("快递在杭州中转站停了九天没有更新", lead)
    solved("发票抬头开错了,请重开", lead, "payment.invoice-wrong")
    assert found_for(asked("我的快递卡在杭州中转站好几天不动了"), lead)[0] == stuck.reference


def test_the_ticket_itself_open_ones_and_tests_are_not_found(lead: User) -> None:
    asked(STUCK)
    test = solved(STUCK, lead)
    Ticket.objects.filter(pk=test.pk).update(is_test=True)
    own = solved(STUCK_AGAIN, lead)
    assert found_for(own, lead) == []


def test_spam_and_merged_tickets_are_not_found(lead: User) -> None:
    solved(STUCK, lead, "non-complaint.spam")
    merged = solved(STUCK, lead)
    Ticket.objects.filter(pk=merged.pk).update(status="merged")
    assert found_for(asked(STUCK_AGAIN), lead) == []


def test_a_person_sees_only_what_their_teams_may_see(lead: User) -> None:
    hidden = solved(STUCK, lead)
    seen = solved(f"{STUCK} again", lead)
    stranger = make_user(teams="L")
    hidden.refresh_from_db()
    other_team = make_user(teams="F").teams.get()
    Ticket.objects.filter(pk=hidden.pk).update(team=other_team, owner=None)
    new = asked(STUCK_AGAIN)
    assert found_for(new, stranger) == [seen.reference]
    assert set(found_for(new, lead)) == {hidden.reference, seen.reference}


def test_tickets_of_the_same_customer_are_marked(lead: User) -> None:
    solved(STUCK, lead, emails=("ann@example.com",))
    solved(STUCK, lead)
    new = asked(STUCK_AGAIN, emails=("ann@example.com",))
    marked = [one.is_same_customer for one in similar_solved(new, visible_to=lead)]
    assert sorted(marked) == [False, True]


def test_the_last_score_is_told(lead: User) -> None:
    ticket = solved(STUCK, lead)
    for score in (2, 5):
        ticket.events.create(
            kind=EventKind.SURVEY, at=LATER, actor_kind="customer", data={"score": score}
        )
    assert [one.score for one in similar_solved(asked(STUCK_AGAIN), visible_to=lead)] == [5]


def test_a_reopened_ticket_is_not_found_until_it_is_solved_again(lead: User) -> None:
    ticket = solved(STUCK, lead)
    new = asked(STUCK_AGAIN)
    pool.reopen(ticket_id=ticket.pk, by=lead, now=LATER + timedelta(hours=1))
    assert found_for(new, lead) == []
    keep_fingerprints(ticket_ids=[ticket.pk])
    assert not Fingerprint.objects.get(pk=ticket.pk).is_solved


def test_an_erased_ticket_takes_its_fingerprint_along(lead: User) -> None:
    ticket = asked(STUCK)
    ticket.delete()
    assert not Fingerprint.objects.filter(pk=ticket.pk).exists()


def test_events_of_the_pool_keep_fingerprints(
    lead: User, run_tasks_at_once: None, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        ticket = factories.triaged(factories.ticket(text=STUCK))
    with django_capture_on_commit_callbacks(execute=True):
        factories.resolved(ticket, by=lead, at=LATER)
    assert Fingerprint.objects.get(pk=ticket.pk).is_solved
    with django_capture_on_commit_callbacks(execute=True):
        pool.reopen(ticket_id=ticket.pk, by=lead, now=LATER + timedelta(hours=1))
    assert not Fingerprint.objects.get(pk=ticket.pk).is_solved


def test_what_a_lost_job_left_is_swept_up(lead: User) -> None:
    ticket = solved(STUCK, lead)
    Fingerprint.objects.all().delete()
    Ticket.objects.filter(pk=ticket.pk).update(resolved_at=clock.now())
    tasks.sweep_fingerprints()
    assert Fingerprint.objects.get(pk=ticket.pk).is_solved


def test_the_command_goes_on_where_it_was_stopped(
    lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.services.similar.AT_ONCE", 2)
    tickets = [solved(f"{STUCK}, order {number}", lead) for number in range(5)]
    Fingerprint.objects.exclude(pk=tickets[0].pk).delete()
    said = StringIO()
    call_command("fingerprint_tickets", stdout=said)
    lines = said.getvalue().splitlines()
    assert lines[0].startswith("2 of 4 tickets")
    assert lines[-1] == "4 tickets are found from now on."
    assert Fingerprint.objects.filter(is_solved=True).count() == 5
    assert keep_missing() == 0


def test_the_command_begins_anew_when_asked(lead: User) -> None:
    ticket = solved(STUCK, lead)
    Fingerprint.objects.update(terms=[1])
    call_command("fingerprint_tickets", "--again", stdout=StringIO())
    assert len(Fingerprint.objects.get(pk=ticket.pk).terms) > 5


def test_statistics_of_the_database_weigh_terms(
    lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.queries.similar._COUNTED_EXACTLY", 10)
    for number in range(30):
        solved(f"The lamp flickers, number {number}", lead, "quality.defective")
    stuck = solved(f"{STUCK} with a lamp", lead)
    count_terms()
    assert found_for(asked(f"{STUCK_AGAIN}, a lamp"), lead)[0] == stuck.reference


def page(client: Client, ticket: Ticket, **more: Any) -> Any:
    return client.get(f"/triage/similar/{ticket.reference}/", **more)


def test_the_fragment_tells_how_it_ended(client: Client, lead: User) -> None:
    client.force_login(lead)
    stuck = solved(STUCK, lead)
    text = page(client, asked(STUCK_AGAIN), headers={"HX-Request": "true"}).text
    assert "<html" not in text
    assert stuck.get_absolute_url() in text
    assert "Trace" in text
    assert "% alike" in text


def test_it_is_a_page_without_scripts(client: Client, lead: User) -> None:
    client.force_login(lead)
    response = page(client, asked(STUCK))
    assert "<html" in response.text
    assert "No solved ticket is like this one." in response.text


def test_few_statements_find_them(
    client: Client, lead: User, django_assert_max_num_queries: Any
) -> None:
    client.force_login(lead)
    for number in range(6):
        solved(f"{STUCK}, order {number}", lead)
    new = asked(STUCK_AGAIN)
    with django_assert_max_num_queries(14):
        page(client, new, headers={"HX-Request": "true"})


def test_a_stranger_is_refused(client: Client, lead: User) -> None:
    ticket = asked(STUCK)
    Ticket.objects.filter(pk=ticket.pk).update(team=make_user(teams="F").teams.get(), owner=None)
    assert page(client, ticket).status_code == 302
    client.force_login(make_user(teams="L"))
    assert page(client, ticket).status_code == 404
