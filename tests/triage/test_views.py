"""The triage card, the desk and the model page."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.models import User
from tests import factories
from tests.factories import MONDAY_TEN, make_user
from tickets.models import Ticket
from triage import runtime, services
from triage.errors import CannotTakeBack

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_runtime() -> None:
    runtime.forget()


@pytest.fixture
def agent(client: Client) -> User:
    user = make_user(role="senior", teams="LQAFCS")
    client.force_login(user)
    return user


def waiting(text: str) -> Ticket:
    """Without a model every ticket waits for a person."""
    ticket = factories.ticket(text=text)
    services.triage_ticket(ticket_id=ticket.pk, now=MONDAY_TEN + timedelta(seconds=2))
    return ticket


def test_the_card_says_that_no_model_is_in_use(client: Client, agent: User) -> None:
    ticket = waiting("充电宝冒烟了")
    response = client.get(f"/triage/card/{ticket.reference}/", headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert 'id="triage-card"' in response.text
    assert "rules alone decide" in response.text
    assert "<html" not in response.text


def test_the_card_is_a_page_without_scripts(client: Client, agent: User) -> None:
    ticket = waiting("充电宝冒烟了")
    assert "<html" in client.get(f"/triage/card/{ticket.reference}/").text


def test_the_card_takes_few_statements(
    client: Client, agent: User, django_assert_max_num_queries: Any
) -> None:
    ticket = waiting("充电宝冒烟了")
    with django_assert_max_num_queries(8):
        client.get(f"/triage/card/{ticket.reference}/", headers={"HX-Request": "true"})


def test_the_desk_shows_risk_first_and_files_by_one_click(client: Client, agent: User) -> None:
    calm = waiting("东西跟我想的不太一样")
    urgent = waiting("充电宝冒烟了")
    page = client.get("/triage/")
    assert page.context["current"] == urgent
    done = client.post(
        f"/triage/label/{urgent.reference}/", {"category": "quality.safety-hazard"}, follow=True
    )
    urgent.refresh_from_db()
    assert urgent.category == "quality.safety-hazard"
    assert not urgent.abstained
    assert done.context["current"] == calm
    assert urgent.reference in done.text


def test_the_last_answer_is_taken_back_and_teaches_nothing(
    client: Client, agent: User, django_capture_on_commit_callbacks: Any
) -> None:
    ticket = waiting("东西跟我想的不太一样")
    before = (ticket.category, ticket.priority, ticket.emotion)
    filed = {"category": "quality.not-as-described", "priority": "1", "emotion": "2"}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/triage/label/{ticket.reference}/", filed)
    assert ticket.labels.exists()
    page = client.post(f"/triage/take-back/{ticket.reference}/", follow=True)
    ticket.refresh_from_db()
    assert page.context["current"] == ticket
    assert (ticket.category, ticket.priority, ticket.emotion) == before
    assert (ticket.abstained, ticket.triage_state, ticket.touched) == (True, "predicted", [])
    assert not ticket.labels.exists()


def test_an_answer_is_not_taken_back_by_others_or_later(
    client: Client, agent: User, django_capture_on_commit_callbacks: Any
) -> None:
    ticket = waiting("东西跟我想的不太一样")
    other = make_user(role="senior", teams="LQAFCS")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/triage/label/{ticket.reference}/", {"category": "quality.defective"})
    answered = ticket.labels.latest("at").at
    for by, now in ((other, answered), (agent, answered + timedelta(minutes=3))):
        with pytest.raises(CannotTakeBack):
            services.take_back(ticket_id=ticket.pk, by=by, now=now)
    ticket.refresh_from_db()
    assert ticket.category == "quality.defective"


def test_two_messages_can_be_split_from_the_desk(client: Client, agent: User) -> None:
    ticket = waiting("东西跟我想的不太一样")
    assert 'data-key="D"' not in client.get("/triage/").text
    ticket.message_count = 2
    ticket.save(update_fields=["message_count"])
    text = client.get("/triage/").text
    assert f"/t/{ticket.reference}/messages/{ticket.last_customer_message_id}/move/" in text
    assert "whole-conversation" in text


def test_the_desk_skips_to_the_next_and_round_again(client: Client, agent: User) -> None:
    first, second = waiting("跟我想的不太一样"), waiting("这个怎么说呢")
    assert client.get(f"/triage/?after={first.reference}").context["current"] == second
    assert client.get(f"/triage/?after={second.reference}").context["current"] == first


def test_an_empty_desk_says_so(client: Client, agent: User) -> None:
    assert "Nothing waits for triage" in client.get("/triage/").text


def test_hostile_words_are_shown_as_words(client: Client, agent: User) -> None:
    hostile = "<script>alert(1)</script> 冒烟"
    waiting(hostile)
    text = client.get("/triage/").text
    assert hostile not in text
    assert escape("<script>alert(1)") in text


def test_an_unknown_category_is_refused(client: Client, agent: User) -> None:
    ticket = waiting("冒烟")
    response = client.post(f"/triage/label/{ticket.reference}/", {"category": "nonsense"})
    assert response.status_code == 422
    ticket.refresh_from_db()
    assert ticket.abstained


@pytest.mark.parametrize("path", ["/triage/", "/models/", "/triage/card/R-10001/"])
def test_strangers_are_sent_to_log_in(client: Client, path: str) -> None:
    assert client.get(path).status_code == 302


def test_an_agent_does_not_see_the_model_page(client: Client) -> None:
    client.force_login(make_user())
    assert client.get("/models/").status_code == 403


def test_the_model_page_says_what_to_do_without_a_model(client: Client) -> None:
    client.force_login(make_user(role="supervisor"))
    assert "train_triage" in client.get("/models/").text
