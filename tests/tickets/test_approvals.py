"""Remedies above somebody's limit: asked for, decided by another person, given once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common.errors import NotAllowed
from tests import factories
from tests.factories import MONDAY_TEN, make_user
from tickets import errors, queries, services, states
from tickets.models import Approval, ApprovalState, EventKind, Order, Ticket

pytestmark = pytest.mark.django_db


def after(**delta: float):
    return MONDAY_TEN + timedelta(**delta)


@pytest.fixture
def agent() -> User:
    return make_user(teams="LQA")


@pytest.fixture
def senior() -> User:
    return make_user(role="senior", teams="LQA")


@pytest.fixture
def filed() -> Ticket:
    return factories.triaged(factories.ticket())


def ask(ticket: Ticket, by: User, amount: int = 80, remedy: str = "CM") -> Approval:
    return services.request_approval(
        ticket_id=ticket.pk,
        remedy=remedy,
        amount=Decimal(amount),
        reason="third delay in a row",
        by=by,
        now=after(minutes=10),
    )


def decide(approval: Approval, by: User, *, approve: bool = True, note: str = "") -> Approval:
    return services.decide_approval(
        approval_id=approval.pk, approve=approve, by=by, now=after(minutes=20), note=note
    )


def give(ticket: Ticket, by: User, amount: int = 80, remedy: str = "CM") -> Ticket:
    return factories.resolved(
        ticket, by=by, at=after(hours=1), remedy=remedy, remedy_amount=Decimal(amount)
    )


def test_story_12_goodwill_of_80_goes_to_a_senior_and_never_to_oneself(
    filed: Ticket, agent: User, senior: User
) -> None:
    with pytest.raises(errors.ApprovalNeeded):
        give(filed, agent)
    approval = ask(filed, agent)
    with pytest.raises(NotAllowed):
        decide(approval, agent)
    assert decide(approval, senior).state == ApprovalState.APPROVED
    assert give(filed, agent).status == states.RESOLVED
    approval.refresh_from_db()
    assert approval.state == ApprovalState.USED
    said = filed.events.filter(kind=EventKind.APPROVAL).order_by("id")
    assert [event.data["what"] for event in said] == ["asked", "given"]


def test_a_senior_does_not_approve_their_own_request(filed: Ticket, senior: User) -> None:
    approval = ask(filed, senior, amount=300)
    with pytest.raises(errors.OwnRequest):
        decide(approval, senior)
    assert queries.waiting_approvals(senior) == []
    lead = make_user(role="lead", teams="LQA")
    assert [one.pk for one in queries.waiting_approvals(lead)] == [approval.pk]


def test_who_decides_needs_the_limit_too(filed: Ticket, agent: User, senior: User) -> None:
    approval = ask(filed, agent, amount=300)
    assert queries.waiting_approvals(senior) == []
    with pytest.raises(errors.ApprovalNeeded):
        decide(approval, senior)
    lead = make_user(role="lead", teams="LQA")
    assert decide(approval, lead).state == ApprovalState.APPROVED


def test_above_every_limit_two_supervisors_decide(filed: Ticket, agent: User) -> None:
    first, second = make_user(role="supervisor"), make_user(role="supervisor")
    approval = ask(filed, agent, amount=6_000)
    assert decide(approval, first).state == ApprovalState.WAITING
    assert queries.waiting_approvals(first) == []
    assert decide(approval, first).state == ApprovalState.WAITING
    said = filed.events.filter(kind=EventKind.APPROVAL, data__what="seconded")
    assert said.count() == 1
    assert decide(approval, second).state == ApprovalState.APPROVED


def test_no_more_than_was_approved_can_be_given(filed: Ticket, agent: User, senior: User) -> None:
    decide(ask(filed, agent), senior)
    for amount, remedy in ((81, "CM"), (80, "PR")):
        with pytest.raises(errors.ApprovalNeeded):
            give(filed, agent, amount, remedy)
    assert give(filed, agent, 70).remedy_amount == 70


def test_declining_needs_a_reason_and_gives_nothing(
    filed: Ticket, agent: User, senior: User
) -> None:
    approval = ask(filed, agent)
    with pytest.raises(errors.ReasonNeeded):
        decide(approval, senior, approve=False)
    decide(approval, senior, approve=False, note="the parcel came in time")
    with pytest.raises(errors.ApprovalNeeded):
        give(filed, agent)
    with pytest.raises(errors.AlreadyDecided):
        decide(approval, senior)


def test_the_same_asked_twice_is_one_request(filed: Ticket, agent: User) -> None:
    assert ask(filed, agent).pk == ask(filed, agent).pk
    with pytest.raises(errors.AlreadyAsked):
        ask(filed, agent, amount=90)
    services.withdraw_approval(
        approval_id=Approval.objects.get().pk, by=agent, now=after(minutes=30)
    )
    assert ask(filed, agent, amount=90).amount == 90


def test_what_is_within_the_limit_needs_nobody(filed: Ticket, agent: User) -> None:
    with pytest.raises(errors.WithinLimit):
        ask(filed, agent, amount=50)


def test_splitting_over_tickets_of_one_order_does_not_help(agent: User) -> None:
    one = factories.triaged(factories.ticket(external_id="a", order_number="D77"))
    other = factories.triaged(factories.ticket(external_id="b"))
    other.order = one.order
    other.save(update_fields=["order"])
    give(one, agent, 40)
    with pytest.raises(errors.ApprovalNeeded):
        give(other, agent, 40)
    assert give(other, agent, 10).status == states.RESOLVED


def test_a_ticket_that_was_opened_again_has_still_given_its_remedy(agent: User) -> None:
    one = factories.triaged(factories.ticket(external_id="a", order_number="D77"))
    other = factories.triaged(factories.ticket(external_id="b"))
    other.order = one.order
    other.save(update_fields=["order"])
    give(one, agent, 40)
    services.reopen(ticket_id=one.pk, by=agent, now=after(hours=2))
    with pytest.raises(errors.ApprovalNeeded):
        give(other, agent, 40)


def test_splitting_over_rounds_does_not_help(filed: Ticket, agent: User) -> None:
    give(filed, agent, 40)
    services.reopen(ticket_id=filed.pk, by=agent, now=after(hours=2))
    with pytest.raises(errors.ApprovalNeeded):
        give(filed, agent, 40)
    assert give(filed, agent, 10).status == states.RESOLVED


def test_a_resolution_that_is_taken_back_at_once_gave_nothing(filed: Ticket, agent: User) -> None:
    give(filed, agent, 40)
    services.reopen(ticket_id=filed.pk, by=agent, now=after(hours=1, minutes=9))
    assert give(filed, agent, 45).remedy_amount == 45


@pytest.mark.django_db(transaction=True)
def test_two_tickets_of_a_customer_in_the_same_moment_do_not_share_a_limit(
    agent: User,
) -> None:
    pair = [factories.triaged(factories.ticket(external_id=one)) for one in "ab"]
    order = Order.objects.create(number="D77")
    Ticket.objects.update(order=order)
    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(lambda ticket: tried(ticket, agent), pair))
    assert sorted(ended) == ["given", "refused"]


def tried(ticket: Ticket, agent: User) -> str:
    """Give 40 from a connection of its own; tell what came of it."""
    try:
        give(ticket, agent, 40)
    except errors.ApprovalNeeded:
        return "refused"
    finally:
        connection.close()
    return "given"


def test_nothing_is_decided_on_a_ticket_that_is_over(
    client: Client, filed: Ticket, agent: User, senior: User
) -> None:
    approval = ask(filed, agent)
    give(filed, agent, 30)
    assert queries.waiting_approvals(senior) == []
    client.force_login(senior)
    page = client.get(f"/t/{filed.reference}/").content.decode()
    assert "waits for approval" not in page
    with pytest.raises(errors.TicketClosed):
        decide(approval, senior)
    services.reopen(ticket_id=filed.pk, by=agent, now=after(hours=2))
    assert [one.pk for one in queries.waiting_approvals(senior)] == [approval.pk]


def test_a_note_that_no_database_takes_is_cleaned(
    client: Client, filed: Ticket, agent: User, senior: User
) -> None:
    approval = ask(filed, agent)
    client.force_login(senior)
    url = reverse("tickets:decide-approval", args=[approval.pk])
    answer = client.post(url, {"verdict": "decline", "note": "too\x00 much"})
    assert answer.status_code == 302
    approval.refresh_from_db()
    assert approval.note == "too much"


def test_an_approved_amount_may_be_promised_in_a_reply(
    filed: Ticket, agent: User, senior: User
) -> None:
    from knowledgebase.queries import check_text

    text = "我们赔付您80元，明天12:00前到账。"
    assert "T4" in {finding.code for finding in check_text(filed, text, by=agent)}
    decide(ask(filed, agent), senior)
    assert "T4" not in {finding.code for finding in check_text(filed, text, by=agent)}


def test_the_form_that_was_refused_leads_to_the_request(
    client: Client, filed: Ticket, agent: User, senior: User
) -> None:
    client.force_login(agent)
    answered = {"reason": "remedied", "category": filed.category, "responsible_party": "carrier"}
    page = client.post(
        f"/t/{filed.reference}/resolve/",
        {**answered, "remedy": "CM", "remedy_amount": "80", "message": "您好"},
    )
    assert page.status_code == 403
    assert f"/t/{filed.reference}/approval/?remedy=CM&amp;amount=80" in page.content.decode()
    url = f"/t/{filed.reference}/approval/"
    assert 'value="80"' in client.get(f"{url}?remedy=CM&amount=80").content.decode()
    client.post(url, {"remedy": "CM", "amount": "80", "reason": "third delay"})
    assert "waits for approval" in client.get(f"/t/{filed.reference}/").content.decode()
    assert client.get(reverse("tickets:approvals")).status_code == 403

    client.force_login(senior)
    assert "1 remedy waits for your approval." in client.get("/queue/all/").content.decode()
    listed = client.get(reverse("tickets:approvals")).content.decode()
    assert filed.reference in listed
    approval = Approval.objects.get()
    client.post(reverse("tickets:decide-approval", args=[approval.pk]), {"verdict": "approve"})
    assert "is approved" in client.get(f"/t/{filed.reference}/").content.decode()
    assert "Nothing waits" in client.get(reverse("tickets:approvals")).content.decode()


def test_a_request_on_a_hidden_ticket_is_not_found(client: Client, filed: Ticket) -> None:
    approval = ask(filed, make_user(teams="LQA"))
    client.force_login(make_user(role="senior", teams="C"))
    url = reverse("tickets:decide-approval", args=[approval.pk])
    assert client.post(url, {"verdict": "approve"}).status_code == 404
