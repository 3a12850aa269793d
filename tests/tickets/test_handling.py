"""Answering, triage by hand, resolving, rounds and merges."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import User
from common.errors import NotAllowed, NotFound
from outbox.models import Outgoing, OutgoingStatus
from tests import factories
from tests.factories import MONDAY_TEN, incoming, make_user
from tickets import errors, queries, services, states
from tickets.models import EventKind, Ticket
from tickets.records import BouncedMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> User:
    return make_user(teams="LQA")


@pytest.fixture
def supervisor() -> User:
    return make_user(role="supervisor")


def after(**delta: float):
    return MONDAY_TEN + timedelta(**delta)


def test_story_1_a_stuck_parcel_is_p2_due_at_noon_with_logistics(agent: User) -> None:
    ticket = factories.triaged(factories.ticket())
    assert (ticket.priority, ticket.team and ticket.team.code) == (2, "L")
    assert ticket.due_at == MONDAY_TEN.replace(hour=12)
    services.reply(ticket_id=ticket.pk, text="已查件", by=agent, now=after(minutes=40))
    assert ticket.clocks.get(metric="first").state == "met"


def test_a_reply_and_its_outgoing_row_commit_together(agent: User) -> None:
    ticket = factories.ticket(emails=("a@example.com",))
    message = services.reply(ticket_id=ticket.pk, text="您好", by=agent, now=after(minutes=5))
    assert message.outgoing is not None
    assert message.outgoing.address == "a@example.com"
    assert message.external_id in message.outgoing.headers["Message-ID"]


def test_the_same_idempotency_key_sends_once(agent: User) -> None:
    ticket = factories.ticket()
    for _ in range(2):
        services.reply(
            ticket_id=ticket.pk, text="您好", by=agent, now=after(minutes=5), idempotency_key="k"
        )
    assert Outgoing.objects.count() == 1


def test_an_empty_reply_is_refused_and_changes_nothing(agent: User) -> None:
    ticket = factories.ticket()
    with pytest.raises(errors.EmptyText):
        services.reply(ticket_id=ticket.pk, text="  ", by=agent, now=after(minutes=5))
    assert not Outgoing.objects.exists()


def test_a_note_leaves_the_desk_for_nobody(agent: User) -> None:
    ticket = factories.ticket()
    services.add_note(ticket_id=ticket.pk, text="call the carrier", by=agent, now=after(minutes=5))
    assert not Outgoing.objects.exists()
    assert ticket.clocks.get(metric="first").state == "running"


def test_a_bounced_reply_lets_the_clock_run_on(agent: User) -> None:
    ticket = factories.triaged(factories.ticket())
    message = services.reply(ticket_id=ticket.pk, text="您好", by=agent, now=after(minutes=5))
    assert services.record_bounce(
        bounced=BouncedMail(ids=(message.external_id,), why="no such user"), now=after(minutes=9)
    )
    ticket.refresh_from_db()
    assert ticket.first_replied_at is None
    assert ticket.clocks.get(metric="first").state == "running"
    assert Outgoing.objects.get().status == OutgoingStatus.FAILED


def test_waiting_for_the_customer_needs_a_reply_first(agent: User) -> None:
    ticket = factories.ticket()
    with pytest.raises(errors.ReplyNeededFirst):
        services.change_status(
            ticket_id=ticket.pk, status=states.WAITING_CUSTOMER, by=agent, now=after(minutes=1)
        )


def test_story_20_a_correction_to_a_hazard_raises_to_p1_by_the_formula(agent: User) -> None:
    ticket = factories.triaged(factories.ticket(), category="quality.defective", priority=2)
    ticket = services.correct_triage(
        ticket_id=ticket.pk,
        by=agent,
        now=after(minutes=50),
        category="quality.safety-hazard",
        reason="smoke in the picture",
    )
    assert ticket.priority == 1
    assert ticket.due_at == after(minutes=65)
    assert ticket.is_confirmed


def test_a_person_s_choice_is_not_overwritten_by_a_job(agent: User) -> None:
    ticket = factories.triaged(factories.ticket())
    services.correct_triage(
        ticket_id=ticket.pk, by=agent, now=after(minutes=1), category="quality.defective"
    )
    ticket = factories.triaged(ticket, at=after(minutes=2), category="logistics.lost-parcel")
    assert ticket.category == "quality.defective"


def test_after_a_person_only_a_forced_p1_raises(supervisor: User) -> None:
    ticket = factories.triaged(factories.ticket())
    services.correct_triage(
        ticket_id=ticket.pk, by=supervisor, now=after(minutes=1), priority=3, reason="calm"
    )
    assert factories.triaged(ticket, at=after(minutes=2), priority=1).priority == 3
    forced = factories.triaged(ticket, at=after(minutes=3), priority=1, forced_p1=True)
    assert forced.priority == 1


def test_an_agent_raises_but_does_not_lower(agent: User) -> None:
    ticket = factories.triaged(factories.ticket())
    with pytest.raises(errors.OnlyUpwards):
        services.correct_triage(
            ticket_id=ticket.pk, by=agent, now=after(minutes=1), priority=3, reason="calm"
        )


def test_a_changed_priority_needs_a_reason(supervisor: User) -> None:
    ticket = factories.triaged(factories.ticket())
    with pytest.raises(errors.ReasonNeeded):
        services.correct_triage(
            ticket_id=ticket.pk, by=supervisor, now=after(minutes=1), priority=1
        )


def test_only_seniors_take_a_flag_off(agent: User) -> None:
    ticket = factories.triaged(factories.ticket(), flags=("safety",), priority=1)
    with pytest.raises(errors.FlagNotYours):
        services.correct_triage(
            ticket_id=ticket.pk, by=agent, now=after(minutes=1), flags=[], reason="no"
        )
    senior = make_user(role="senior")
    ticket = services.correct_triage(
        ticket_id=ticket.pk, by=senior, now=after(minutes=1), flags=[], reason="a joke"
    )
    assert ticket.flags == []


def test_story_6_a_repeat_is_seen_and_merging_does_not_hide_it(supervisor: User) -> None:
    first = factories.ticket(order_number="D77", emails=("a@example.com",))
    factories.triaged(first)
    second = factories.ticket(
        order_number="D77", emails=("a@example.com",), at=after(days=2), text="D77 呢?"
    )
    second = factories.triaged(second, at=after(days=2))
    assert (second.repeat_count, second.repeat_of_id) == (1, first.pk)
    services.merge(
        survivor_id=first.pk, merged_id=second.pk, by=supervisor, now=after(days=2, hours=1)
    )
    second.refresh_from_db()
    assert (second.status, second.repeat_count) == (states.MERGED, 1)
    services.undo_merge(merged_id=second.pk, by=supervisor, now=after(days=2, hours=2))
    second.refresh_from_db()
    assert second.status == states.NEW
    assert second.clocks.get(metric="first").state == "running"


def test_tickets_of_different_people_are_not_merged(supervisor: User) -> None:
    first, second = factories.ticket(), factories.ticket()
    with pytest.raises(errors.NotTheSameCustomer):
        services.merge(survivor_id=first.pk, merged_id=second.pk, by=supervisor, now=after(hours=1))


def test_resolving_says_all_that_is_missing(agent: User) -> None:
    ticket = factories.ticket()
    with pytest.raises(errors.ResolveIncomplete) as caught:
        services.resolve(
            ticket_id=ticket.pk, by=agent, now=after(hours=1), reason="", responsible_party=""
        )
    missing = caught.value.data["missing"]
    assert all(word in missing for word in ("reason", "category", "party", "closing message"))


def test_story_11_bulk_resolves_what_it_can_and_lists_the_rest(agent: User) -> None:
    filed = [factories.triaged(factories.ticket()) for _ in range(8)] + [
        factories.ticket() for _ in range(2)
    ]

    def verb(ticket_id: int) -> Ticket:
        return factories.resolved(Ticket.objects.get(pk=ticket_id), by=agent, at=after(hours=1))

    results = services.bulk(filed, verb)
    assert [result.error is None for result in results] == [True] * 8 + [False] * 2


def test_story_12_goodwill_over_the_limit_needs_somebody_else(agent: User) -> None:
    ticket = factories.triaged(factories.ticket())
    with pytest.raises(errors.ApprovalNeeded):
        factories.resolved(
            ticket, by=agent, at=after(hours=1), remedy="CM", remedy_amount=Decimal(80)
        )
    senior = make_user(role="senior")
    ticket = factories.resolved(
        ticket, by=senior, at=after(hours=1), remedy="CM", remedy_amount=Decimal(80)
    )
    assert ticket.status == states.RESOLVED


def test_story_9_second_handling_goes_to_another_person_with_an_hour(agent: User) -> None:
    other = make_user(role="senior", teams="S")
    ticket = factories.triaged(factories.ticket())
    services.assign(ticket_id=ticket.pk, to=agent, by=agent, now=after(minutes=1))
    factories.resolved(ticket, by=agent, at=after(hours=1))
    ticket = services.start_second_handling(
        ticket_id=ticket.pk, cause="low_score", now=after(hours=2)
    )
    assert (ticket.round, ticket.owner, ticket.priority) == (2, other, 2)
    assert ticket.due_at == after(hours=3)
    again = services.start_second_handling(
        ticket_id=ticket.pk, cause="low_score", now=after(hours=2)
    )
    assert again.round == 2


def test_a_hidden_ticket_is_not_found() -> None:
    stranger = make_user(teams="F")
    ticket = factories.triaged(factories.ticket())
    with pytest.raises(NotFound):
        queries.get_ticket(ticket.reference, visible_to=stranger)


def test_an_auditor_cannot_reply() -> None:
    ticket = factories.ticket()
    auditor = make_user(role="auditor")
    with pytest.raises(NotAllowed):
        services.reply(ticket_id=ticket.pk, text="x", by=auditor, now=after(hours=1))


def test_the_sweep_notes_a_warning_and_a_miss_once_each(agent: User) -> None:
    ticket = factories.triaged(factories.ticket())
    clock = ticket.clocks.get(metric="first")
    for minutes in (30, 100, 101, 121, 122):
        services.note_clock(clock_id=clock.pk, now=after(minutes=minutes))
    kinds = list(ticket.events.filter(kind__startswith="sla").values_list("kind", flat=True))
    assert kinds == [EventKind.SLA_WARNING, EventKind.SLA_MISSED]


def test_the_queue_pages_by_key_without_gaps(supervisor: User) -> None:
    for _ in range(7):
        factories.ticket()
    tickets = queries.view_tickets("all", supervisor, MONDAY_TEN)
    seen: list[int] = []
    after_key = ""
    for _ in range(4):
        page = queries.queue_page(tickets, after=after_key, size=2)
        seen += [ticket.pk for ticket in page.tickets]
        after_key = page.after
        if not after_key:
            break
    assert len(seen) == len(set(seen)) == 7


def test_a_customer_message_wakes_a_waiting_ticket(agent: User) -> None:
    ticket = factories.ticket(thread="t", emails=("a@example.com",))
    services.reply(
        ticket_id=ticket.pk,
        text="您好",
        by=agent,
        now=after(minutes=5),
        then_status=states.WAITING_CUSTOMER,
    )
    services.receive_message(
        incoming=incoming(thread="t", emails=("a@example.com",), text="照片在这里"),
        now=after(hours=1),
    )
    ticket.refresh_from_db()
    assert ticket.status == states.OPEN
    assert ticket.unread
