"""What is taken back leaves nothing behind, and nothing opens past those who may open it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from accounts.models import User
from common.errors import NotAllowed
from common.queueing import without_waking
from outbox.models import Outgoing, OutgoingStatus
from tests import factories
from tests.factories import MONDAY_TEN, incoming, make_user
from tickets import errors, queries, services, states
from tickets.models import EventKind, Ticket
from tickets.records import BouncedMail

pytestmark = pytest.mark.django_db
ADDRESS = ("a@example.com",)


@pytest.fixture
def supervisor() -> User:
    return make_user(role="supervisor")


def after(**delta: float):
    return MONDAY_TEN + timedelta(**delta)


def merged_pair(by: User) -> tuple[Ticket, Ticket]:
    first = factories.triaged(factories.ticket(emails=ADDRESS))
    second = factories.triaged(
        factories.ticket(emails=ADDRESS, at=after(minutes=40)), at=after(minutes=40), priority=1
    )
    services.merge(survivor_id=first.pk, merged_id=second.pk, by=by, now=after(hours=1))
    return first, second


def test_an_undone_merge_gives_the_survivor_its_due_time_back(supervisor: User) -> None:
    first, second = merged_pair(supervisor)
    before = first.due_at
    first.refresh_from_db()
    assert (first.priority, first.due_at) == (1, after(hours=1, minutes=15))
    services.undo_merge(merged_id=second.pk, by=supervisor, now=after(hours=2))
    first.refresh_from_db()
    assert (first.priority, first.due_at) == (2, before)


def test_a_flag_that_came_after_the_merge_is_not_lost_by_undoing_it(supervisor: User) -> None:
    first, second = merged_pair(supervisor)
    services.correct_triage(ticket_id=first.pk, by=supervisor, now=after(hours=2), flags=["injury"])
    with pytest.raises(errors.CannotUndoMerge):
        services.undo_merge(merged_id=second.pk, by=supervisor, now=after(hours=3))
    first.refresh_from_db()
    assert first.flags == ["injury"]


def test_an_agent_does_not_undo_a_merge(supervisor: User) -> None:
    _first, second = merged_pair(supervisor)
    with pytest.raises(NotAllowed):
        services.undo_merge(merged_id=second.pk, by=make_user(), now=after(hours=2))


def test_a_merge_of_a_year_ago_is_no_repeat(supervisor: User) -> None:
    first, _second = merged_pair(supervisor)
    factories.resolved(first, by=supervisor, at=after(hours=2))
    late = factories.ticket(emails=ADDRESS, at=after(days=365))
    found = queries.earlier_complaints(late, category="logistics.stuck-parcel")
    assert list(found) == []


@pytest.mark.parametrize("end", ["resolved", "closed", "merged"])
def test_no_change_of_status_opens_what_has_ended(supervisor: User, end: str) -> None:
    first, second = merged_pair(supervisor)
    if end != "merged":
        factories.resolved(first, by=supervisor, at=after(hours=2))
    if end == "closed":
        assert services.close_resolved(ticket_id=first.pk, now=after(days=9))
    ticket = second if end == "merged" else first
    with pytest.raises(errors.MoveNotAllowed):
        services.change_status(
            ticket_id=ticket.pk, status=states.OPEN, by=make_user(), now=after(days=9)
        )


def test_a_ticket_that_was_rejected_by_mistake_has_its_clocks_again(supervisor: User) -> None:
    ticket = factories.triaged(factories.ticket(thread="t", emails=ADDRESS))
    services.reject(ticket_id=ticket.pk, by=supervisor, now=after(minutes=5))
    services.receive_message(
        incoming=incoming(thread="t", emails=ADDRESS, text="我不是广告"), now=after(minutes=30)
    )
    ticket.refresh_from_db()
    assert (ticket.status, ticket.due_at) == (states.NEW, after(hours=2))


def test_a_bounce_takes_the_clock_back_that_its_reply_made_possible() -> None:
    ticket = factories.triaged(factories.ticket(thread="t", emails=ADDRESS))
    reply = services.reply(ticket_id=ticket.pk, text="您好", by=make_user(), now=after(minutes=5))
    services.receive_message(
        incoming=incoming(thread="t", emails=ADDRESS, text="在吗"), now=after(minutes=10)
    )
    assert ticket.clocks.filter(metric="next").exists()
    services.record_bounce(
        bounced=BouncedMail(ids=(reply.external_id,), why="gone"), now=after(minutes=11)
    )
    assert not ticket.clocks.filter(metric="next").exists()


def test_a_survey_s_invitation_that_comes_back_has_failed() -> None:
    ticket = factories.ticket(emails=ADDRESS)
    message = services.replies.write_out(ticket, "Hi?", by=None, now=after(hours=1), kind="auto")
    assert services.record_bounce(
        bounced=BouncedMail(ids=(message.external_id,), why="gone"), now=after(hours=2)
    )
    assert Outgoing.objects.get().status == OutgoingStatus.FAILED
    assert not ticket.events.filter(kind=EventKind.REPLY_FAILED).exists()


def test_one_key_does_not_swallow_the_reply_after_the_note() -> None:
    agent = make_user()
    first, second = factories.ticket(), factories.ticket()
    key = "k" * 200
    services.add_note(
        ticket_id=first.pk, text="a note", by=agent, now=after(minutes=1), idempotency_key=key
    )
    for ticket in (first, second):
        message = services.reply(
            ticket_id=ticket.pk, text="您好", by=agent, now=after(minutes=2), idempotency_key=key
        )
        assert (message.kind, message.ticket) == ("reply", ticket)


def test_a_grave_flag_holds_the_priority_up_when_the_next_message_is_calm() -> None:
    ticket = factories.triaged(factories.ticket(), flags=("injury",), priority=1, forced_p1=True)
    assert factories.triaged(ticket, priority=3).priority == 1


def test_after_a_person_s_correction_the_model_only_raises() -> None:
    ticket = factories.triaged(factories.ticket(), priority=3)
    ticket = services.correct_triage(
        ticket_id=ticket.pk,
        by=make_user(),
        now=after(minutes=1),
        category="quality.safety-hazard",
    )
    assert factories.triaged(ticket, priority=3).priority == 1


def test_a_later_raise_does_not_mend_a_target_that_was_missed() -> None:
    ticket = factories.triaged(factories.ticket(), priority=2)
    ticket = factories.triaged(ticket, at=after(hours=3), priority=1)
    assert ticket.clocks.get(metric="first").due_at == after(hours=2)


@pytest.mark.django_db(transaction=True)
def test_the_sweep_and_a_reply_do_not_wait_for_each_other() -> None:
    agent = make_user()
    ticket = factories.triaged(factories.ticket())
    clocks = list(ticket.clocks.values_list("pk", flat=True))

    def note(clock_id: int) -> None:
        try:
            with without_waking():
                services.note_clock(clock_id=clock_id, now=after(days=2))
        finally:
            connections.close_all()

    def answer(number: int) -> None:
        try:
            with without_waking():
                services.reply(ticket_id=ticket.pk, text=f"{number}", by=agent, now=after(hours=1))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        done = [pool.submit(note, pk) for pk in clocks * 6]
        done += [pool.submit(answer, number) for number in range(12)]
    assert [future.exception() for future in done] == [None] * len(done)
    ticket.refresh_from_db()
    assert ticket.message_count == 13
