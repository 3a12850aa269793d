"""Every figure by its exact definition, from tickets made by the hub's own verbs."""

import itertools
from datetime import datetime, timedelta

import pytest

from accounts.models import Team, User
from reports import queries
from reports.periods import between
from reports.queries import Cell, Scope, Selection, Summary
from surveys import services as surveys
from surveys.models import Survey
from tests import factories
from tests.factories import MONDAY_TEN, make_user
from tickets import services
from tickets.models import EventKind, SlaClock, Ticket
from tickets.services.events import record

pytestmark = pytest.mark.django_db

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
# Long after Monday, so that the seven days of first contact are over.
LATER = MONDAY_TEN + 20 * DAY


@pytest.fixture
def agent() -> User:
    return make_user(teams="LQA", role="senior")


@pytest.fixture
def supervisor() -> User:
    return make_user(role="supervisor")


_threads = itertools.count(1)


def summary(
    *, now: datetime = LATER, days: int = 28, scope: Scope | None = None, **filters
) -> Summary:
    last = now.date()
    selection = Selection(
        scope=scope or Scope("all", 0),
        period=between(last - (days - 1) * DAY, last),
        now=now,
        **filters,
    )
    return queries.summarise(selection, heat="weekday")


def figure(name: str, **about) -> Cell:
    return summary(**about).cell(name)


def complaint(**changes) -> Ticket:
    """File a stuck parcel, P2; its category is certain."""
    at = changes.setdefault("at", MONDAY_TEN)
    changes.setdefault("thread", f"thread-{next(_threads)}")
    read = {name: changes.pop(name) for name in ("category", "priority") if name in changes}
    filed = factories.triaged(factories.ticket(**changes), at=at, **read)
    filed.refresh_from_db()
    return filed


def reply(ticket: Ticket, by: User, at: datetime, then: str = ""):
    return services.reply(
        ticket_id=ticket.pk, text="已在核实,今天 18:00 前答复您。", by=by, now=at, then_status=then
    )


def resolve(ticket: Ticket, by: User, at: datetime, **changes) -> Ticket:
    factories.resolved(ticket, by=by, at=at, **changes)
    ticket.refresh_from_db()
    return ticket


def write_again(ticket: Ticket, at: datetime, text: str = "还是没有消息吗?") -> None:
    """Let the customer write into the same ticket."""
    assert ticket.customer is not None
    identity = ticket.customer.identities.first()
    assert identity is not None
    services.receive_message(
        incoming=factories.incoming(
            text=text, received_at=at, emails=(identity.value,), thread=ticket.thread_key
        ),
        now=at,
    )
    ticket.refresh_from_db()


def counts(cell: Cell) -> tuple[int, int]:
    return cell.good, cell.n


class TestResolution:
    """Mean net time to the last resolution."""

    def test_story_8_five_hours_of_waiting_leave_four_net_of_nine(self, agent: User) -> None:
        nine = MONDAY_TEN - HOUR
        filed = complaint(at=nine)
        reply(filed, agent, nine + HOUR, then="waiting_customer")
        services.change_status(ticket_id=filed.pk, status="open", by=agent, now=nine + 6 * HOUR)
        resolve(filed, agent, nine + 9 * HOUR)
        found = summary()
        cell = found.cell("resolution")
        assert (cell.mean, cell.gross) == (4 * 3600, 9 * 3600)
        assert counts(found.cell("sla_resolve")) == (1, 1)

    def test_enquiries_are_no_complaints_but_their_clocks_count(self, agent: User) -> None:
        asked = complaint(category="non-complaint.enquiry", priority=3)
        resolve(asked, agent, MONDAY_TEN + HOUR, reason="explained", remedy="none")
        found = summary()
        assert found.cell("resolution").n == 0
        assert found.cell("sla_resolve").n == 1

    def test_a_reopened_ticket_counts_when_it_is_resolved_again(
        self, agent: User, supervisor: User
    ) -> None:
        filed = resolve(complaint(), agent, MONDAY_TEN + HOUR)
        services.reopen(ticket_id=filed.pk, by=supervisor, now=MONDAY_TEN + DAY)
        assert figure("resolution").n == 0
        resolve(filed, agent, MONDAY_TEN + DAY + HOUR)
        # One hour, then a day resolved that does not count, then one more hour.
        assert figure("resolution").mean == pytest.approx(2 * 3600)

    def test_the_period_is_that_of_the_resolution(self, agent: User) -> None:
        resolve(complaint(), agent, MONDAY_TEN + HOUR)
        assert figure("resolution", now=MONDAY_TEN + DAY, days=2).n == 1
        assert figure("resolution", now=MONDAY_TEN + 2 * DAY, days=1).n == 0

    def test_days_begin_at_midnight_in_shanghai(self, agent: User) -> None:
        late = MONDAY_TEN.replace(hour=23, minute=59)
        resolve(complaint(), agent, late)
        assert figure("resolution", now=late, days=1).n == 1
        assert figure("resolution", now=late + 2 * MINUTE, days=1).n == 0

    def test_the_period_before_is_counted_apart(self, agent: User) -> None:
        resolve(complaint(), agent, MONDAY_TEN + HOUR)
        found = summary(now=MONDAY_TEN + 7 * DAY, days=7)
        assert found.cell("resolution").n == 0
        assert found.earlier("resolution").n == 1


class TestExclusions:
    """What no figure counts."""

    @pytest.mark.parametrize("mark", ["is_test", "is_backfill"])
    def test_tests_and_backfill_count_nowhere(self, agent: User, mark: str) -> None:
        filed = resolve(complaint(), agent, MONDAY_TEN + HOUR)
        Ticket.objects.filter(pk=filed.pk).update(**{mark: True})
        assert not summary().now

    def test_spam_counts_nowhere(self, agent: User) -> None:
        filed = complaint(category="non-complaint.spam", priority=3)
        services.reject(ticket_id=filed.pk, by=agent, now=MONDAY_TEN + HOUR)
        assert not summary().now

    def test_what_is_filed_as_spam_and_not_rejected_yet_counts_nowhere(self) -> None:
        complaint(category="non-complaint.spam", priority=3)
        assert not summary().now


class TestSla:
    """Met divided by met and missed."""

    def test_a_running_clock_is_not_counted(self) -> None:
        complaint()
        assert figure("sla", now=MONDAY_TEN + MINUTE).n == 0

    def test_past_due_and_still_open_is_missed_now(self) -> None:
        complaint()
        found = summary(now=MONDAY_TEN + 3 * HOUR)
        assert counts(found.cell("sla_first")) == (0, 1)
        assert found.cell("sla_resolve").n == 0

    def test_an_open_miss_belongs_to_the_day_it_was_due(self) -> None:
        complaint()
        assert figure("sla_first", now=MONDAY_TEN + 5 * DAY, days=1).n == 0
        assert figure("sla_first", now=MONDAY_TEN + 5 * DAY, days=7).n == 1

    def test_stopped_at_the_due_time_is_met_and_later_is_missed(self, agent: User) -> None:
        for wait in (2 * HOUR, 2 * HOUR + timedelta(seconds=1)):
            reply(complaint(), agent, MONDAY_TEN + wait)
        assert counts(figure("sla_first", now=MONDAY_TEN + 3 * HOUR)) == (1, 2)

    def test_a_paused_clock_is_not_counted(self, agent: User) -> None:
        filed = complaint()
        reply(filed, agent, MONDAY_TEN + HOUR, then="waiting_customer")
        assert figure("sla_resolve").n == 0

    def test_every_run_after_the_first_reply_counts(self, agent: User) -> None:
        filed = complaint()
        reply(filed, agent, MONDAY_TEN + HOUR)
        for hours in (2, 4):
            write_again(filed, MONDAY_TEN + hours * HOUR)
            reply(filed, agent, MONDAY_TEN + (hours + 1) * HOUR)
        found = summary(now=MONDAY_TEN + 6 * HOUR)
        assert counts(found.cell("sla_next")) == (2, 2)
        assert found.cell("next_response").median == pytest.approx(3600)

    def test_all_is_the_sum_of_the_three(self, agent: User) -> None:
        resolve(complaint(), agent, MONDAY_TEN + 3 * HOUR)
        found = summary()
        parts = [found.cell(name) for name in ("sla_first", "sla_next", "sla_resolve")]
        assert counts(found.cell("sla")) == (
            sum(cell.good for cell in parts),
            sum(cell.n for cell in parts),
        )

    def test_clocks_of_a_merged_ticket_are_left_out(self, agent: User) -> None:
        first = complaint(emails=("same@example.com",), order_number="D77")
        second = complaint(at=MONDAY_TEN + HOUR, emails=("same@example.com",), order_number="D77")
        services.merge(
            survivor_id=first.pk, merged_id=second.pk, by=agent, now=MONDAY_TEN + 90 * MINUTE
        )
        found = summary(now=MONDAY_TEN + 5 * HOUR)
        assert counts(found.cell("sla_first")) == (0, 1)

    def test_a_clock_keeps_the_priority_that_it_had(self, agent: User) -> None:
        filed = complaint(priority=3, category="logistics.late-shipment")
        reply(filed, agent, MONDAY_TEN + HOUR)
        services.correct_triage(
            ticket_id=filed.pk, by=agent, now=MONDAY_TEN + 2 * HOUR, priority=1, reason="asked"
        )
        found = summary(now=MONDAY_TEN + 3 * HOUR)
        assert found.cell("sla_first", "priority", "3").n == 1
        assert found.cell("sla_first", "priority", "1").n == 0


class TestFirstResponse:
    """From the first message to the first reply of a person."""

    def test_it_is_wall_clock_from_the_first_message(self, agent: User) -> None:
        reply(complaint(), agent, MONDAY_TEN + 40 * MINUTE)
        assert figure("first_response").median == 40 * 60

    def test_a_note_is_no_reply(self, agent: User) -> None:
        filed = complaint()
        services.add_note(ticket_id=filed.pk, text="等快递", by=agent, now=MONDAY_TEN + MINUTE)
        assert figure("first_response").n == 0

    def test_a_reply_that_was_not_delivered_is_none(self, agent: User) -> None:
        filed = complaint()
        lost = reply(filed, agent, MONDAY_TEN + MINUTE)
        record(filed, EventKind.REPLY_FAILED, at=MONDAY_TEN + 2 * MINUTE, message=lost)
        assert figure("first_response").n == 0
        reply(filed, agent, MONDAY_TEN + HOUR)
        assert figure("first_response").median == 3600

    def test_an_automatic_message_is_no_reply(self, agent: User) -> None:
        filed = complaint()
        record(filed, EventKind.AUTO_MESSAGE, at=MONDAY_TEN + MINUTE)
        assert figure("first_response").n == 0

    def test_of_merged_tickets_the_first_reply_on_either_counts(self, agent: User) -> None:
        same = {"emails": ("same@example.com",), "order_number": "D77"}
        first = complaint(**same)
        second = complaint(at=MONDAY_TEN + HOUR, **same)
        reply(second, agent, MONDAY_TEN + 90 * MINUTE)
        services.merge(
            survivor_id=first.pk, merged_id=second.pk, by=agent, now=MONDAY_TEN + 2 * HOUR
        )
        reply(first, agent, MONDAY_TEN + 5 * HOUR)
        cell = figure("first_response")
        assert (cell.n, cell.median) == (1, 90 * 60)

    def test_what_was_typed_in_during_a_call_is_left_out(self, agent: User) -> None:
        called = complaint(source="desk", channel="phone")
        reply(called, agent, MONDAY_TEN + MINUTE)
        assert figure("first_response").n == 0
        letter = complaint(source="desk", channel="manual")
        reply(letter, agent, MONDAY_TEN + HOUR)
        assert figure("first_response").n == 1

    def test_the_ninetieth_percentile_stands_beside_the_median(self, agent: User) -> None:
        for minutes in range(1, 12):
            reply(complaint(), agent, MONDAY_TEN + minutes * MINUTE)
        cell = figure("first_response")
        assert (cell.median, cell.p90) == (6 * 60, 10 * 60)


class TestFirstContact:
    """Solved in round 1 with nothing after it."""

    def solved(self, agent: User, **changes) -> Ticket:
        filed = complaint(**changes)
        reply(filed, agent, MONDAY_TEN + HOUR)
        return resolve(filed, agent, MONDAY_TEN + 2 * HOUR)

    def test_one_reply_and_a_resolution_are_first_contact(self, agent: User) -> None:
        self.solved(agent)
        assert counts(figure("fcr")) == (1, 1)

    def test_younger_than_seven_days_is_provisional(self, agent: User) -> None:
        self.solved(agent)
        found = summary(now=MONDAY_TEN + 7 * DAY)
        assert (found.cell("fcr").n, counts(found.cell("fcr_provisional"))) == (0, (1, 1))
        assert figure("fcr", now=MONDAY_TEN + 7 * DAY + 2 * HOUR).n == 1

    def test_a_chase_spoils_it(self, agent: User) -> None:
        filed = complaint()
        write_again(filed, MONDAY_TEN + 11 * MINUTE)
        resolve(filed, agent, MONDAY_TEN + 2 * HOUR)
        assert counts(figure("fcr")) == (0, 1)

    @pytest.mark.parametrize(("wait", "text"), [(10 * MINUTE, "订单号是 D77"), (HOUR, "好的,谢谢")])
    def test_an_afterthought_or_a_thank_you_is_no_chase(
        self, agent: User, wait: timedelta, text: str
    ) -> None:
        filed = complaint()
        write_again(filed, MONDAY_TEN + wait, text)
        resolve(filed, agent, MONDAY_TEN + 2 * HOUR)
        assert counts(figure("fcr")) == (1, 1)

    def test_an_answer_that_we_waited_for_is_no_chase(self, agent: User) -> None:
        filed = complaint()
        reply(filed, agent, MONDAY_TEN + HOUR, then="waiting_customer")
        write_again(filed, MONDAY_TEN + 2 * HOUR)
        resolve(filed, agent, MONDAY_TEN + 3 * HOUR)
        assert counts(figure("fcr")) == (1, 1)

    def test_a_hand_over_to_the_second_line_spoils_it(self, agent: User) -> None:
        filed = complaint()
        second_line = Team.objects.get(code="S")
        services.set_team(
            ticket_id=filed.pk, team=second_line, by=agent, now=MONDAY_TEN + MINUTE, note="x"
        )
        resolve(filed, agent, MONDAY_TEN + 2 * HOUR)
        assert counts(figure("fcr")) == (0, 1)

    @pytest.mark.parametrize(("days", "good"), [(6, 0), (8, 1)])
    def test_a_new_round_spoils_it_within_seven_days(
        self, agent: User, supervisor: User, days: int, good: int
    ) -> None:
        filed = self.solved(agent)
        services.reopen(ticket_id=filed.pk, by=supervisor, now=MONDAY_TEN + days * DAY)
        assert counts(figure("fcr")) == (good, 1)

    @pytest.mark.parametrize(("days", "good"), [(6, 0), (8, 1)])
    def test_a_repeat_spoils_it_within_seven_days(self, agent: User, days: int, good: int) -> None:
        same = {"emails": ("same@example.com",), "order_number": "D77"}
        self.solved(agent, **same)
        complaint(at=MONDAY_TEN + days * DAY, **same)
        assert counts(figure("fcr")) == (good, 1)

    @pytest.mark.parametrize("reason", ["no-customer-response", "duplicate"])
    def test_what_nobody_solved_is_left_out(self, agent: User, reason: str) -> None:
        resolve(complaint(), agent, MONDAY_TEN + HOUR, reason=reason, remedy="none")
        assert figure("fcr").n == 0


class TestReopened:
    """Opened again within 14 days of the first resolution."""

    @pytest.mark.parametrize(("days", "good"), [(14, 1), (15, 0)])
    def test_fourteen_days_are_the_limit(
        self, agent: User, supervisor: User, days: int, good: int
    ) -> None:
        filed = resolve(complaint(), agent, MONDAY_TEN)
        services.reopen(ticket_id=filed.pk, by=supervisor, now=MONDAY_TEN + days * DAY)
        assert counts(figure("reopen")) == (good, 1)

    def test_an_undo_within_ten_minutes_does_not_count(self, agent: User, supervisor: User) -> None:
        for minutes in (10, 11):
            filed = resolve(complaint(), agent, MONDAY_TEN)
            services.reopen(ticket_id=filed.pk, by=supervisor, now=MONDAY_TEN + minutes * MINUTE)
        assert counts(figure("reopen")) == (1, 2)

    def test_a_thank_you_does_not_count(self, agent: User) -> None:
        filed = resolve(complaint(), agent, MONDAY_TEN + HOUR)
        write_again(filed, MONDAY_TEN + 2 * HOUR, "谢谢")
        assert counts(figure("reopen")) == (0, 1)

    def test_a_ticket_counts_once(self, agent: User, supervisor: User) -> None:
        filed = resolve(complaint(), agent, MONDAY_TEN)
        services.reopen(ticket_id=filed.pk, by=supervisor, now=MONDAY_TEN + DAY)
        resolve(filed, agent, MONDAY_TEN + DAY + HOUR)
        services.reopen(ticket_id=filed.pk, by=supervisor, now=MONDAY_TEN + 2 * DAY)
        assert counts(figure("reopen")) == (1, 1)


class TestRepeats:
    """Complaints with an earlier one that was open or resolved lately."""

    SAME = {"emails": ("same@example.com",), "order_number": "D77"}

    def again(self, at: datetime, **changes) -> Ticket:
        return complaint(at=at, **(self.SAME | changes))

    def test_story_6_merging_hides_no_repeat(self, agent: User) -> None:
        first = complaint(**self.SAME)
        second = self.again(MONDAY_TEN + 2 * DAY)
        assert counts(figure("repeat")) == (1, 2)
        services.merge(
            survivor_id=first.pk, merged_id=second.pk, by=agent, now=MONDAY_TEN + 2 * DAY
        )
        assert counts(figure("repeat")) == (1, 2)
        services.undo_merge(merged_id=second.pk, by=agent, now=MONDAY_TEN + 3 * DAY)
        assert counts(figure("repeat")) == (1, 2)

    @pytest.mark.parametrize(("days", "repeats"), [(14, 1), (15, 0)])
    def test_fourteen_days_after_the_resolution_are_the_limit(
        self, agent: User, days: int, repeats: int
    ) -> None:
        resolve(complaint(**self.SAME), agent, MONDAY_TEN + HOUR)
        self.again(MONDAY_TEN + HOUR + days * DAY)
        assert counts(figure("repeat")) == (repeats, 2)

    def test_an_earlier_one_that_was_open_then_counts_even_if_it_is_resolved_by_now(
        self, agent: User
    ) -> None:
        first = complaint(**self.SAME)
        self.again(MONDAY_TEN + 16 * DAY)
        resolve(first, agent, MONDAY_TEN + 17 * DAY)
        assert counts(figure("repeat")) == (1, 2)

    def test_a_reopened_one_is_open_again(self, agent: User, supervisor: User) -> None:
        first = resolve(complaint(**self.SAME), agent, MONDAY_TEN + HOUR)
        services.reopen(ticket_id=first.pk, by=supervisor, now=MONDAY_TEN + 2 * HOUR)
        self.again(MONDAY_TEN + 17 * DAY)
        assert counts(figure("repeat")) == (1, 2)

    def test_a_merged_one_is_settled_when_its_survivor_is(self, agent: User) -> None:
        first = complaint(**self.SAME)
        second = self.again(MONDAY_TEN + HOUR, order_number="D78")
        services.merge(
            survivor_id=first.pk, merged_id=second.pk, by=agent, now=MONDAY_TEN + 2 * HOUR
        )
        resolve(first, agent, MONDAY_TEN + 3 * HOUR)
        third = self.again(MONDAY_TEN + 18 * DAY)
        listed = summary()
        assert third.customer_id == first.customer_id
        assert counts(listed.cell("repeat")) == (1, 3)

    def test_the_same_sub_category_is_enough_and_another_one_is_not(self) -> None:
        complaint(**self.SAME)
        self.again(MONDAY_TEN + DAY, order_number="D99")
        self.again(MONDAY_TEN + DAY, order_number="D98", category="payment.invoice-wrong")
        assert counts(figure("repeat")) == (1, 3)

    def test_another_customer_is_no_repeat(self) -> None:
        complaint(**self.SAME)
        self.again(MONDAY_TEN + DAY, emails=("other@example.com",))
        assert counts(figure("repeat")) == (0, 2)

    def test_the_same_problem_sent_twice_within_half_an_hour_is_one_complaint(self) -> None:
        complaint(**self.SAME)
        self.again(MONDAY_TEN + 30 * MINUTE)
        assert counts(figure("repeat")) == (0, 1)
        self.again(MONDAY_TEN + 61 * MINUTE)
        assert counts(figure("repeat")) == (1, 2)

    def test_an_enquiry_is_neither_a_repeat_nor_repeated(self) -> None:
        complaint(category="non-complaint.enquiry", priority=3, **self.SAME)
        self.again(MONDAY_TEN + DAY)
        self.again(MONDAY_TEN + 2 * DAY, category="non-complaint.enquiry", priority=3)
        assert counts(figure("repeat")) == (0, 1)


def answered(ticket: Ticket, score: int, at: datetime) -> None:
    """Ask about the round that just ended and answer at once."""
    surveys.schedule_survey(ticket_id=ticket.pk, round_=ticket.round, now=at)
    survey = Survey.objects.get(ticket=ticket, round=ticket.round)
    surveys.send_survey(survey_id=survey.pk, now=survey.due_at)
    surveys.answer(token=survey.token, score=score, solved=score > 2, now=survey.due_at + HOUR)
    ticket.refresh_from_db()


class TestSatisfaction:
    """Scores by the date of the answer."""

    def test_story_9_a_two_then_a_five_are_one_of_two_and_one_saved(self, agent: User) -> None:
        second = make_user(teams="S", role="senior")
        filed = resolve(complaint(), agent, MONDAY_TEN + 6 * HOUR)
        answered(filed, 2, MONDAY_TEN + 6 * HOUR)
        assert (filed.round, filed.status) == (2, "open")
        resolve(filed, second, MONDAY_TEN + DAY)
        answered(filed, 5, MONDAY_TEN + DAY)
        found = summary()
        assert counts(found.cell("csat")) == (1, 2)
        assert counts(found.cell("saved")) == (1, 1)
        assert counts(found.cell("survey_response")) == (2, 2)

    def test_a_three_is_valid_and_not_satisfied(self, agent: User) -> None:
        filed = resolve(complaint(), agent, MONDAY_TEN + HOUR)
        answered(filed, 3, MONDAY_TEN + HOUR)
        assert counts(figure("csat")) == (0, 1)

    def test_the_score_is_credited_to_the_one_who_resolved_the_round(self, agent: User) -> None:
        other = make_user(teams="S", role="senior")
        filed = resolve(complaint(), agent, MONDAY_TEN + HOUR)
        answered(filed, 4, MONDAY_TEN + HOUR)
        Ticket.objects.filter(pk=filed.pk).update(owner=other, resolved_by=other)
        assert figure("csat", scope=Scope("own", agent.pk)).n == 1
        assert figure("csat", scope=Scope("own", other.pk)).n == 0

    def test_an_unanswered_survey_lowers_the_response_rate_only(self, agent: User) -> None:
        filed = resolve(complaint(), agent, MONDAY_TEN + HOUR)
        surveys.schedule_survey(ticket_id=filed.pk, round_=1, now=MONDAY_TEN + HOUR)
        survey = Survey.objects.get(ticket=filed)
        surveys.send_survey(survey_id=survey.pk, now=survey.due_at)
        found = summary()
        assert found.cell("csat").n == 0
        assert counts(found.cell("survey_response")) == (0, 1)


class TestBacklog:
    """Open tickets as they are now."""

    @pytest.mark.parametrize(
        ("age", "bucket"),
        [
            (3 * HOUR, "backlog_4h"),
            (4 * HOUR, "backlog_12h"),
            (12 * HOUR, "backlog_24h"),
            (DAY, "backlog_3d"),
            (3 * DAY, "backlog_7d"),
            (7 * DAY, "backlog_old"),
        ],
    )
    def test_each_age_has_its_bucket(self, age: timedelta, bucket: str) -> None:
        complaint()
        found = summary(now=MONDAY_TEN + age)
        assert [f for f, by, _ in found.now if by == "all" and f.startswith("backlog_")] == [bucket]
        assert found.cell("backlog").n == 1

    def test_waiting_for_the_customer_stands_apart(self, agent: User) -> None:
        reply(complaint(), agent, MONDAY_TEN + HOUR, then="waiting_customer")
        found = summary(now=MONDAY_TEN + 2 * HOUR)
        assert (found.cell("backlog_waiting").n, found.cell("backlog_4h").n) == (1, 0)

    def test_resolved_ones_are_no_backlog(self, agent: User) -> None:
        resolve(complaint(), agent, MONDAY_TEN + HOUR)
        assert figure("backlog").n == 0


class TestFilters:
    """Filters and reach narrow every figure."""

    @pytest.fixture
    def two(self, agent: User) -> Summary:
        resolve(complaint(channel="email"), agent, MONDAY_TEN + HOUR)
        wrong = complaint(category="payment.invoice-wrong", priority=3, channel="form")
        resolve(wrong, make_user(teams="F"), MONDAY_TEN + HOUR)
        return summary()

    @pytest.mark.parametrize(
        "filters",
        [
            {"priority": 2},
            {"category": "logistics"},
            {"category": "logistics.stuck-parcel"},
            {"team": "L"},
            {"channel": "email"},
        ],
    )
    def test_a_filter_keeps_one_of_two(self, two: Summary, filters: dict[str, str]) -> None:
        assert two.cell("resolution").n == 2
        assert figure("resolution", **filters).n == 1

    def test_groups_add_up_to_the_whole(self, two: Summary) -> None:
        for by in ("priority", "category", "team"):
            cells = [cell for (f, b, _), cell in two.now.items() if (f, b) == ("sla", by)]
            assert sum(cell.n for cell in cells) == two.cell("sla").n
        trend = [cell.n for (f, b, _), cell in two.now.items() if (f, b) == ("sla", "trend")]
        assert sum(trend) == two.cell("sla").n
        heat = [cell.n for (f, b, _), cell in two.now.items() if (f, b) == ("repeat", "heat")]
        assert sum(heat) == two.cell("repeat").n

    def test_an_agent_is_shown_own_tickets_and_a_lead_those_of_the_team(
        self, two: Summary, agent: User
    ) -> None:
        lead = make_user(role="lead", teams="F")
        assert figure("resolution", scope=queries.scope_of(agent)).n == 1
        assert figure("resolution", scope=queries.scope_of(lead)).n == 1
        assert figure("resolution", scope=queries.scope_of(make_user(role="auditor"))).n == 2
        assert figure("resolution", scope=queries.scope_of(make_user())).n == 0


def test_the_clocks_of_a_period_are_all_counted_once(agent: User) -> None:
    for hours in range(1, 6):
        resolve(complaint(), agent, MONDAY_TEN + hours * HOUR)
    ended = SlaClock.objects.filter(state__in=["met", "missed"]).count()
    assert figure("sla").n == ended
