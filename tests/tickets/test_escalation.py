"""Who above the owner hears of it, and what happens while a customer is silent."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Team, User
from outbox.models import Outgoing
from tests import factories
from tests.factories import MONDAY_TEN, incoming, make_user
from tickets import errors, final_reply, services, states, waiting
from tickets.models import EventKind, Ticket, TicketEvent
from tickets.records import BouncedMail
from tickets.sentences import sentence

pytestmark = pytest.mark.django_db
ADDRESS = ("a@example.com",)


def after(**delta: float):
    return MONDAY_TEN + timedelta(**delta)


def steps(**delta: float) -> list[tuple[str, str]]:
    """Take every step that is due at that time; return them."""
    due = services.due_escalations(now=after(**delta))
    for ticket_id, to, cause in due:
        assert services.escalate(ticket_id=ticket_id, to=to, cause=cause, now=after(**delta))
    return [(to, cause) for _ticket_id, to, cause in due]


def test_what_is_overdue_climbs_the_ladder_one_step_at_a_time() -> None:
    factories.triaged(factories.ticket(), priority=2)
    assert steps(hours=1, minutes=59) == []
    assert steps(hours=2) == [("lead", "overdue")]
    assert steps(hours=3) == []
    assert steps(hours=4) == [("supervisor", "overdue")]
    assert steps(hours=9) == []


def test_only_urgent_tickets_reach_the_duty_manager() -> None:
    filed = factories.triaged(factories.ticket(), priority=1)
    services.assign(ticket_id=filed.pk, to=make_user(), by=make_user(), now=after(minutes=1))
    assert steps(minutes=30) == [("lead", "overdue")]
    assert steps(hours=1) == [("supervisor", "overdue")]
    assert steps(hours=2, minutes=30) == [("duty_manager", "overdue")]


def test_the_next_target_that_is_missed_is_told_again() -> None:
    filed = factories.triaged(factories.ticket(), priority=2)
    assert steps(hours=3) == [("lead", "overdue")]
    services.reply(ticket_id=filed.pk, text="您好", by=make_user(), now=after(hours=3))
    assert steps(hours=4) == []
    filed.refresh_from_db()
    assert filed.due_metric == "resolve"
    assert filed.due_at is not None
    late = (filed.due_at - MONDAY_TEN).total_seconds()
    assert ("lead", "overdue") in steps(seconds=late)


def test_an_urgent_ticket_that_nobody_takes_goes_to_the_lead_once() -> None:
    factories.triaged(factories.ticket(), priority=1)
    assert steps(minutes=5) == []
    assert steps(minutes=6) == [("lead", "unassigned")]
    assert steps(minutes=7) == []


def test_a_step_that_is_no_longer_due_is_not_taken() -> None:
    filed = factories.triaged(factories.ticket(), priority=2)
    services.reply(ticket_id=filed.pk, text="您好", by=make_user(), now=after(hours=1))
    told = services.escalate(ticket_id=filed.pk, to="lead", cause="overdue", now=after(hours=3))
    assert not told


def test_tests_and_backfill_trouble_nobody() -> None:
    factories.ticket(sent_at=after(days=-2), at=MONDAY_TEN)
    factories.ticket(meta={"test": True})
    assert steps(days=3) == []


def test_the_third_transfer_calls_the_lead_once() -> None:
    people: list[User] = [make_user(teams="L") for _ in range(5)]
    filed = factories.triaged(factories.ticket())
    for minute, person in enumerate(people[:3]):
        services.assign(
            ticket_id=filed.pk, to=person, by=people[0], now=after(minutes=minute), note="x"
        )
    assert not filed.events.filter(kind=EventKind.ESCALATED).exists()
    services.set_team(
        ticket_id=filed.pk,
        team=Team.objects.get(code="Q"),
        by=people[0],
        now=after(minutes=5),
        note="x",
    )
    for minute, person in enumerate(people, start=6):
        services.assign(
            ticket_id=filed.pk, to=person, by=people[0], now=after(minutes=minute), note="x"
        )
    event = filed.events.get(kind=EventKind.ESCALATED)
    assert (event.data["to"], event.data["cause"]) == ("lead", "third_transfer")


def test_the_third_round_calls_the_supervisor() -> None:
    supervisor = make_user(role="supervisor")
    filed = factories.triaged(factories.ticket())
    for number in (1, 2):
        factories.resolved(filed, by=supervisor, at=after(hours=number))
        services.start_second_handling(
            ticket_id=filed.pk, cause="low_score", now=after(hours=number, minutes=30)
        )
    event = filed.events.get(kind=EventKind.ESCALATED)
    assert (event.data["to"], event.data["round"]) == ("supervisor", 3)
    assert sentence(event).text == "For the supervisor: round 3, final reply"


def in_round_three(supervisor: User) -> Ticket:
    filed = factories.triaged(factories.ticket())
    for number in (1, 2):
        factories.resolved(filed, by=supervisor, at=after(hours=number))
        services.start_second_handling(
            ticket_id=filed.pk, cause="low_score", now=after(hours=number, minutes=30)
        )
    return filed


FINAL = "这是我们的最终答复:退款50元。如不同意,您可拨打12315或向法院起诉。"


def test_the_third_round_ends_with_a_supervisors_final_reply() -> None:
    supervisor, lead = make_user(role="supervisor"), make_user(role="lead", teams="S")
    filed = in_round_three(supervisor)
    with pytest.raises(errors.FinalReplyNotYours):
        factories.resolved(filed, by=lead, at=after(hours=3), message=FINAL)
    with pytest.raises(errors.FinalReplyNeeded):
        factories.resolved(filed, by=supervisor, at=after(hours=3))
    done = factories.resolved(filed, by=supervisor, at=after(hours=3), message=FINAL)
    assert done.status == states.RESOLVED


def test_the_final_reply_may_have_been_sent_before() -> None:
    supervisor = make_user(role="supervisor")
    filed = in_round_three(supervisor)
    services.reply(ticket_id=filed.pk, text=FINAL, by=supervisor, now=after(hours=3))
    done = factories.resolved(filed, by=supervisor, at=after(hours=4), message="")
    assert done.status == states.RESOLVED


def test_a_complaint_that_is_withdrawn_needs_no_outside_route() -> None:
    supervisor = make_user(role="supervisor")
    filed = in_round_three(supervisor)
    done = factories.resolved(
        filed, by=supervisor, at=after(hours=3), reason="withdrawn", message="好的,已为您撤销。"
    )
    assert done.status == states.RESOLVED


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("You may turn to the platform's dispute service or to court.", True),
        ("The Ombudsman will look at it for free.", True),
        ("您可向消协投诉或申请仲裁。", True),
        ("We are courteous and our decision stands.", False),
        ("我们的决定不变。", False),
    ],
)
def test_outside_routes_are_known_by_name(text: str, named: bool) -> None:
    assert final_reply.names_outside_route(text) is named


def listed(client: Client, user: User) -> str:
    cache.clear()
    client.force_login(user)
    return client.get("/queue/escalated/").content.decode()


def test_a_lead_sees_what_was_escalated_until_they_look_after_it(client: Client) -> None:
    lead, agent = make_user(role="lead", teams="L"), make_user(teams="L")
    filed = factories.triaged(factories.ticket(), priority=2)
    assert "was escalated to you" not in listed(client, lead)
    assert steps(hours=2) == [("lead", "overdue")]
    page = listed(client, lead)
    assert "1 ticket was escalated to you." in page
    assert filed.reference in page
    assert "was escalated to you" not in listed(client, agent)
    assert "was escalated to you" not in listed(client, make_user(role="lead", teams="F"))
    services.add_note(ticket_id=filed.pk, text="on it", by=agent, now=after(hours=3))
    assert "was escalated to you" in listed(client, lead)
    services.add_note(ticket_id=filed.pk, text="mine", by=lead, now=after(hours=3))
    assert "was escalated to you" not in listed(client, lead)


def test_a_step_whose_cause_is_gone_is_no_longer_shown(client: Client) -> None:
    lead, agent = make_user(role="lead", teams="L"), make_user(teams="L")
    filed = factories.triaged(factories.ticket(), priority=1)
    assert steps(minutes=6) == [("lead", "unassigned")]
    assert filed.reference in listed(client, lead)
    services.assign(ticket_id=filed.pk, to=agent, by=agent, now=after(minutes=7))
    assert filed.reference not in listed(client, lead)


def test_a_supervisor_hears_of_the_third_round_and_of_what_is_long_overdue(client: Client) -> None:
    supervisor = make_user(role="supervisor")
    third = in_round_three(make_user(role="supervisor"))
    late = factories.triaged(factories.ticket(external_id="late"), priority=2)
    assert ("supervisor", "overdue") in steps(hours=8)
    page = listed(client, supervisor)
    assert third.reference in page
    assert late.reference in page
    assert "2 tickets were escalated to you." in page


def waiting_ticket(**reading: Any) -> Ticket:
    agent = make_user(teams="L")
    filed = factories.triaged(factories.ticket(thread="t", emails=ADDRESS), **reading)
    services.confirm_triage(ticket_id=filed.pk, by=agent, now=after(minutes=1))
    services.reply(
        ticket_id=filed.pk,
        text="请发照片",
        by=agent,
        now=after(minutes=10),
        then_status=states.WAITING_CUSTOMER,
    )
    filed.refresh_from_db()
    return filed


def care(filed: Ticket, **delta: float) -> str:
    """Do what the task does at that time; return what was done to the ticket."""
    now = after(**delta)
    if filed.pk not in services.waiting_ids(now=now):
        assert services.care_for_waiting(ticket_id=filed.pk, now=now) == ""
        return ""
    return services.care_for_waiting(ticket_id=filed.pk, now=now)


def test_a_silent_customer_is_reminded_once_and_closed_after_three_days() -> None:
    filed = waiting_ticket()
    assert care(filed, hours=24) == ""
    assert care(filed, hours=24, minutes=10) == waiting.REMINDER
    assert care(filed, hours=25) == ""
    assert care(filed, hours=72, minutes=10) == waiting.CLOSING
    filed.refresh_from_db()
    assert (filed.status, filed.resolution_reason) == (states.RESOLVED, "no-customer-response")
    sent = list(Outgoing.objects.filter(automatic=True).order_by("id"))
    assert [filed.reference in outgoing.body for outgoing in sent] == [True, True]
    assert filed.clocks.filter(state="running").count() == 0


def test_nobody_is_written_to_at_night() -> None:
    assert care(waiting_ticket(), hours=36) == ""


def test_a_reminder_that_went_out_late_leaves_a_day_to_answer() -> None:
    filed = waiting_ticket()
    assert care(filed, hours=80) == waiting.REMINDER
    assert care(filed, hours=103) == ""
    assert care(filed, hours=104) == waiting.CLOSING


def test_an_answer_ends_the_wait() -> None:
    filed = waiting_ticket()
    services.receive_message(
        incoming=incoming(thread="t", emails=ADDRESS, text="照片在这里"), now=after(hours=5)
    )
    assert care(filed, hours=25) == ""


@pytest.mark.parametrize(
    "change",
    [
        {"priority": 1},
        {"flags": ["legal"]},
        {"category": "after-sales.refund-delay"},
        {"remedy_amount": Decimal(10)},
        {"distressed": True},
        {"triage_state": "predicted"},
        {"round": 2},
    ],
)
def test_silence_never_closes_what_needs_a_person(change: dict[str, Any]) -> None:
    filed = waiting_ticket()
    Ticket.objects.filter(pk=filed.pk).update(**change)
    assert care(filed, hours=25) == waiting.REMINDER
    assert care(filed, hours=96) == ""
    assert services.care_for_waiting(ticket_id=filed.pk, now=after(hours=96)) == ""


def test_a_customer_whom_our_question_did_not_reach_is_not_closed() -> None:
    filed = waiting_ticket()
    reply = filed.messages.get(kind="reply")
    services.record_bounce(
        bounced=BouncedMail(ids=(reply.external_id,), why="gone"), now=after(hours=1)
    )
    assert care(filed, hours=25) == ""


def test_every_step_has_a_sentence() -> None:
    said = {
        sentence(
            TicketEvent(
                kind=EventKind.ESCALATED,
                actor_kind="rule",
                data={"to": to, "cause": cause, "round": 3},
            )
        ).text
        for to, cause in (
            ("lead", "overdue"),
            ("supervisor", "overdue"),
            ("duty_manager", "overdue"),
            ("lead", "unassigned"),
            ("lead", "third_transfer"),
            ("supervisor", "third_round"),
        )
    }
    assert len(said) == 6
