"""Scheduling, sending, reminding, answering."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from outbox.models import Outgoing
from surveys import links, queries, services, tasks
from surveys.errors import LinkExpired, UnknownLink
from surveys.models import Survey, SurveyStatus, WhyNot
from tests.surveys.conftest import RESOLVED_AT
from tickets import services as hub
from tickets.models import EventKind, Ticket

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DUE = RESOLVED_AT + 2 * HOUR


@pytest.fixture
def survey(make_ticket, resolve):
    ticket = resolve(make_ticket())
    return services.schedule_survey(ticket_id=ticket.pk, round_=1, now=RESOLVED_AT)


@pytest.fixture
def sent(survey):
    return services.send_survey(survey_id=survey.pk, now=DUE)


def test_resolving_schedules_the_survey_when_it_is_committed(
    make_ticket, resolve, django_capture_on_commit_callbacks, agent
):
    ticket = make_ticket()
    with django_capture_on_commit_callbacks(execute=True):
        resolve(ticket)
    survey = queries.survey_of(ticket)
    assert survey is not None
    assert (survey.status, survey.due_at, survey.resolver) == ("scheduled", DUE, agent)


def test_scheduling_twice_makes_one_survey(survey):
    again = services.schedule_survey(ticket_id=survey.ticket_id, round_=1, now=DUE)
    assert again == survey
    assert again.token == survey.token
    assert Survey.objects.count() == 1


def test_a_round_that_was_not_resolved_is_not_surveyed(make_ticket):
    assert services.schedule_survey(ticket_id=make_ticket().pk, round_=1, now=DUE) is None


def test_who_must_not_be_asked_gets_a_row_that_says_why(make_ticket, resolve):
    ticket = resolve(make_ticket(flags=["injury"]))
    survey = services.schedule_survey(ticket_id=ticket.pk, round_=1, now=RESOLVED_AT)
    assert (survey.status, survey.cancelled_because) == ("cancelled", WhyNot.INJURY)
    assert services.send_survey(survey_id=survey.pk, now=DUE) is None


def test_the_sweep_schedules_what_a_dead_process_left(make_ticket, resolve):
    ticket = resolve(make_ticket())
    assert not Survey.objects.exists()
    assert services.schedule_missed(now=DUE) == 1
    assert services.schedule_missed(now=DUE) == 0
    assert queries.survey_of(ticket).due_at == DUE


def test_nothing_is_sent_early(survey):
    assert services.send_survey(survey_id=survey.pk, now=DUE - timedelta(seconds=1)) is None


def test_the_invitation_is_seen_in_the_conversation_and_is_no_human_reply(sent):
    ticket = sent.ticket
    message = ticket.messages.get(template_slug=services.INVITATION_SLUG)
    assert message.kind == "auto"
    assert links.url_of(sent.token) in message.text
    assert ticket.reference in message.text
    assert message.outgoing.address == "customer1@mail.example"
    assert message.outgoing.automatic
    assert not ticket.events.filter(kind=EventKind.REPLY, message=message).exists()
    assert sent.expires_at == DUE + timedelta(days=7)


def test_a_chinese_ticket_is_asked_in_chinese(make_ticket, resolve):
    ticket = resolve(make_ticket(language="zh", text="包裹丢了", subject="包裹"))
    survey = services.schedule_survey(ticket_id=ticket.pk, round_=1, now=RESOLVED_AT)
    services.send_survey(survey_id=survey.pk, now=survey.due_at)
    survey.refresh_from_db()
    assert "问题真的解决了吗" in survey.message.text


def test_sending_twice_sends_once(sent):
    assert services.send_survey(survey_id=sent.pk, now=DUE) is None
    assert Outgoing.objects.filter(automatic=True).count() == 1


def test_a_flag_that_came_meanwhile_holds_the_survey_back(survey):
    Ticket.objects.filter(pk=survey.ticket_id).update(flags=["regulator"])
    stopped = services.send_survey(survey_id=survey.pk, now=DUE)
    assert (stopped.status, stopped.cancelled_because) == ("cancelled", WhyNot.REGULATOR)
    assert not Outgoing.objects.filter(automatic=True).exists()


def test_a_reopened_ticket_is_not_surveyed(
    survey, make_ticket, django_capture_on_commit_callbacks, agent
):
    with django_capture_on_commit_callbacks(execute=True):
        hub.reopen(ticket_id=survey.ticket_id, by=agent, now=RESOLVED_AT + HOUR)
    survey.refresh_from_db()
    assert (survey.status, survey.cancelled_because) == ("cancelled", WhyNot.REOPENED)


def test_a_customer_is_asked_once_a_week(make_ticket, resolve):
    surveys = []
    for _ in range(2):
        ticket = resolve(make_ticket(emails=("same@mail.example",)))
        surveys.append(services.schedule_survey(ticket_id=ticket.pk, round_=1, now=RESOLVED_AT))
    first, second = (services.send_survey(survey_id=s.pk, now=DUE) for s in surveys)
    assert first.status == SurveyStatus.SENT
    assert (second.status, second.cancelled_because) == ("cancelled", WhyNot.ASKED_LATELY)
    third_ticket = resolve(make_ticket(emails=("same@mail.example",)), now=DUE + 168 * HOUR)
    third = services.schedule_survey(ticket_id=third_ticket.pk, round_=1, now=DUE + 168 * HOUR)
    assert services.send_survey(survey_id=third.pk, now=third.due_at).status == "sent"


def test_the_second_round_is_always_asked_about(sent, resolve, senior):
    services.answer(token=sent.token, score=1, now=DUE + HOUR)
    ticket = resolve(Ticket.objects.get(pk=sent.ticket_id), by=senior, now=DUE + 2 * HOUR)
    second = services.schedule_survey(ticket_id=ticket.pk, round_=2, now=DUE + 2 * HOUR)
    assert services.send_survey(survey_id=second.pk, now=second.due_at).status == "sent"
    assert second.resolver == senior


def test_it_is_reminded_once_after_48_hours_and_by_day(sent):
    assert services.remind(survey_id=sent.pk, now=DUE + 47 * HOUR) is None
    night = DUE + 48 * HOUR + 8 * HOUR
    assert services.remind(survey_id=sent.pk, now=night) is None
    morning = night + 11 * HOUR
    assert services.remind(survey_id=sent.pk, now=morning).reminded_at == morning
    assert services.remind(survey_id=sent.pk, now=morning + HOUR) is None
    reminders = sent.ticket.messages.filter(template_slug=services.REMINDER_SLUG)
    assert reminders.count() == 1


def test_a_ticket_that_is_open_again_is_not_reminded_of(sent, agent):
    hub.reopen(ticket_id=sent.ticket_id, by=agent, now=DUE + HOUR)
    services.remind(survey_id=sent.pk, now=DUE + 48 * HOUR)
    assert not sent.ticket.messages.filter(template_slug=services.REMINDER_SLUG).exists()


def test_unanswered_surveys_end_after_seven_days(sent):
    assert services.expire_unanswered(now=sent.expires_at - timedelta(seconds=1)) == 0
    assert services.expire_unanswered(now=sent.expires_at) == 1
    with pytest.raises(LinkExpired):
        services.answer(token=sent.token, score=5, now=sent.expires_at)


def test_one_star_starts_the_second_handling_with_another_owner(sent, agent, senior):
    answered = services.answer(
        token=sent.token,
        score=1,
        solved=False,
        reasons=["too_long", "tone"],
        comment=" Still nothing. ",
        now=DUE + HOUR,
    )
    ticket = Ticket.objects.get(pk=sent.ticket_id)
    assert answered.is_first
    assert answered.is_handled_again
    assert (ticket.round, ticket.status, ticket.owner) == (2, "open", senior)
    assert answered.survey.comment == "Still nothing."
    assert answered.survey.resolver == agent
    event = ticket.events.get(kind=EventKind.SURVEY)
    assert event.data == {"score": 1, "solved": False, "round": 1}
    assert ticket.events.get(kind=EventKind.ROUND).data["cause"] == "low_score"


def test_not_solved_starts_it_whatever_the_score(sent, senior):
    services.answer(token=sent.token, score=4, solved=False, now=DUE)
    ticket = Ticket.objects.get(pk=sent.ticket_id)
    assert ticket.events.get(kind=EventKind.ROUND).data["cause"] == "not_solved"


def test_a_good_answer_leaves_the_ticket_resolved(sent):
    answered = services.answer(token=sent.token, score=5, solved=True, now=DUE)
    assert not answered.is_handled_again
    assert Ticket.objects.get(pk=sent.ticket_id).status == "resolved"


def test_the_first_answer_counts(sent, senior):
    services.answer(token=sent.token, score=5, now=DUE)
    second = services.answer(token=sent.token, score=1, now=DUE + HOUR)
    assert not second.is_first
    sent.refresh_from_db()
    assert sent.score == 5
    assert Ticket.objects.get(pk=sent.ticket_id).round == 1


def test_an_answer_about_a_ticket_that_moved_on_is_kept_and_changes_nothing(sent, agent):
    hub.reopen(ticket_id=sent.ticket_id, by=agent, now=DUE)
    answered = services.answer(token=sent.token, score=1, now=DUE + HOUR)
    assert not answered.is_handled_again
    assert Ticket.objects.get(pk=sent.ticket_id).round == 2


def test_an_old_rounds_answer_does_not_reopen_a_later_resolution(sent, agent, resolve):
    hub.reopen(ticket_id=sent.ticket_id, by=agent, now=DUE)
    resolve(Ticket.objects.get(pk=sent.ticket_id), now=DUE + HOUR)
    services.answer(token=sent.token, score=1, now=DUE + 2 * HOUR)
    ticket = Ticket.objects.get(pk=sent.ticket_id)
    assert (ticket.round, ticket.status) == (2, "resolved")


def test_an_answer_about_a_merged_ticket_does_not_crash(sent, agent, make_ticket):
    other = make_ticket(emails=("customer1@mail.example",))
    hub.reopen(ticket_id=sent.ticket_id, by=agent, now=DUE)
    hub.merge(survivor_id=other.pk, merged_id=sent.ticket_id, by=agent, now=DUE)
    answered = services.answer(token=sent.token, score=1, solved=False, now=DUE + HOUR)
    assert answered.is_first
    assert not answered.is_handled_again


def test_an_unknown_token_is_refused():
    with pytest.raises(UnknownLink):
        services.answer(token="no-such-token", score=5, now=DUE)


def test_the_answer_and_the_second_handling_commit_together(sent, monkeypatch):
    def fail(**_kwargs):
        raise RuntimeError

    monkeypatch.setattr(services, "start_second_handling", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        services.answer(token=sent.token, score=1, now=DUE)
    sent.refresh_from_db()
    assert sent.status == "sent"


def test_the_sweep_does_everything_and_one_bad_survey_holds_nobody_back(
    make_ticket, resolve, monkeypatch
):
    tickets = [resolve(make_ticket()) for _ in range(2)]
    monkeypatch.setattr(tasks.clock, "now", lambda: DUE)
    write_out = services.write_out

    def fail_for_the_first(ticket, *args, **kwargs):
        if ticket.pk == tickets[0].pk:
            raise RuntimeError("no way out")
        return write_out(ticket, *args, **kwargs)

    monkeypatch.setattr(services, "write_out", fail_for_the_first)
    tasks.send_due_surveys()
    tasks.send_due_surveys()
    assert [queries.survey_of(t).status for t in tickets] == ["scheduled", "sent"]


def test_figures_follow_the_definition(make_ticket, resolve, agent):
    for score, category in ((5, "a.b"), (4, "a.b"), (3, "a.b"), (1, "c.d")):
        ticket = resolve(make_ticket())
        survey = services.schedule_survey(ticket_id=ticket.pk, round_=1, now=RESOLVED_AT)
        services.send_survey(survey_id=survey.pk, now=DUE)
        services.answer(token=survey.token, score=score, now=DUE)
        Ticket.objects.filter(pk=ticket.pk).update(category=category, priority=2)
    Ticket.objects.filter(category="c.d").update(is_test=True)
    period = {"start": DUE, "end": DUE + HOUR}
    total = queries.csat(**period)[""]
    assert (total.answered, total.valid, total.satisfied, total.dissatisfied) == (4, 3, 2, 0)
    assert total.rate == pytest.approx(2 / 3)
    by_category = queries.csat(**period, by="category")
    assert (by_category["a.b"].valid, by_category["c.d"].valid) == (3, 0)
    assert queries.csat(**period, by="priority")[2].satisfied == 2
    assert queries.csat(**period, by="resolver")[agent.pk].answered == 4
    assert queries.csat(start=DUE + HOUR, end=DUE + 2 * HOUR)[""].rate is None
    rate = queries.response_rate(**period)
    assert (rate.delivered, rate.answered) == (3, 3)


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_make_one_answer_and_one_second_handling(make_ticket, resolve, senior):
    ticket = resolve(make_ticket())
    survey = services.schedule_survey(ticket_id=ticket.pk, round_=1, now=RESOLVED_AT)
    services.send_survey(survey_id=survey.pk, now=DUE)
    results, start = [], threading.Barrier(4)

    def post(score: int) -> None:
        try:
            start.wait()
            results.append(services.answer(token=survey.token, score=score, now=DUE))
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=(score,)) for score in (1, 2, 1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ticket.refresh_from_db()
    assert sum(result.is_first for result in results) == 1
    assert len(results) == 4
    assert ticket.round == 2
    assert ticket.events.filter(kind=EventKind.ROUND).count() == 1
    assert ticket.events.filter(kind=EventKind.SURVEY).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_invitation(make_ticket, resolve):
    ticket = resolve(make_ticket())
    survey = services.schedule_survey(ticket_id=ticket.pk, round_=1, now=RESOLVED_AT)
    start = threading.Barrier(3)

    def send() -> None:
        try:
            start.wait()
            services.send_survey(survey_id=survey.pk, now=DUE)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ticket.messages.filter(template_slug=services.INVITATION_SLUG).count() == 1
