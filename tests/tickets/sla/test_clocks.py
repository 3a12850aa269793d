"""The clocks do what section 3 of the domain guide and its stories say."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tickets.sla import CALENDARS, Clock, Moment, MomentKind, replay, resolution_seconds

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """16 November 2026 is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def run(*moments: Moment, calendar: str = "cn-service") -> dict[tuple[str, int, int], Clock]:
    clocks = replay(moments, calendars=CALENDARS, service_calendar=calendar)
    return {(c.metric, c.round, c.sequence): c for c in clocks}


def opened(at: datetime, priority: int = 3, category: str = "") -> Moment:
    return Moment(MomentKind.OPENED, at, priority=priority, category=category)


def reply(at: datetime) -> Moment:
    return Moment(MomentKind.REPLY, at)


def customer(at: datetime) -> Moment:
    return Moment(MomentKind.CUSTOMER, at)


def status(at: datetime, to: str) -> Moment:
    return Moment(MomentKind.STATUS, at, status=to)


def test_story_1_p2_opened_monday_ten_is_due_at_noon_and_met_at_10_40() -> None:
    clocks = run(opened(local(16, 10), 2), reply(local(16, 10, 40)))
    first = clocks["first", 1, 0]
    assert first.due_at == local(16, 12)
    assert first.state == "met"


def test_story_2_p1_runs_through_the_night() -> None:
    clocks = run(opened(local(16, 23, 10), 1))
    assert clocks["first", 1, 0].due_at == local(16, 23, 40)


def test_story_7_p3_in_the_evening_is_due_the_next_day() -> None:
    assert run(opened(local(16, 20, 30), 3))["first", 1, 0].due_at == local(17, 12, 30)


def test_story_8_waiting_for_the_customer_does_not_count() -> None:
    moments = [
        opened(local(16, 9), 2),
        reply(local(16, 10)),
        status(local(16, 10), "waiting_customer"),
        customer(local(16, 15)),
        status(local(16, 18), "resolved"),
    ]
    assert run(*moments)["resolve", 1, 0].state == "met"
    assert resolution_seconds(moments) == (9 * 3600, 4 * 3600)


def test_time_spent_resolved_is_in_neither_figure() -> None:
    moments = [
        opened(local(16, 9)),
        status(local(16, 10), "resolved"),
        Moment(MomentKind.ROUND, local(17, 10), round=2),
        status(local(17, 12), "resolved"),
    ]
    assert resolution_seconds(moments) == (3 * 3600, 3 * 3600)


def test_each_run_of_customer_messages_has_one_next_reply_clock() -> None:
    clocks = run(
        opened(local(16, 9), 2),
        reply(local(16, 9, 30)),
        customer(local(16, 10)),
        customer(local(16, 10, 20)),
        reply(local(16, 11)),
        customer(local(16, 12)),
    )
    assert clocks["next", 1, 1].started_at == local(16, 10)
    assert clocks["next", 1, 1].state == "met"
    assert clocks["next", 1, 2].due_at == local(16, 16)


def test_a_message_that_needs_no_reply_opens_no_run() -> None:
    thanks = Moment(MomentKind.CUSTOMER, local(16, 10), needs_reply=False)
    clocks = run(opened(local(16, 9), 2), reply(local(16, 9, 30)), thanks)
    assert ("next", 1, 1) not in clocks


def test_a_raised_priority_never_moves_a_due_time_back() -> None:
    raised = Moment(MomentKind.PRIORITY, local(16, 12, 50), priority=1, by_hand=True)
    clocks = run(opened(local(16, 9), 3), raised)
    assert clocks["first", 1, 0].due_at == local(16, 13)


def test_a_raise_by_a_person_leaves_at_least_a_quarter_of_an_hour() -> None:
    raised = Moment(MomentKind.PRIORITY, local(16, 10, 30), priority=1, by_hand=True)
    assert run(opened(local(16, 9), 3), raised)["first", 1, 0].due_at == local(16, 10, 45)


def test_a_priority_lowered_by_a_person_leaves_the_due_times() -> None:
    lowered = Moment(MomentKind.PRIORITY, local(16, 9, 10), priority=3, by_hand=True)
    assert run(opened(local(16, 9), 1), lowered)["first", 1, 0].due_at == local(16, 9, 30)


def test_before_a_person_touched_it_the_due_time_follows_the_reading() -> None:
    read = Moment(MomentKind.PRIORITY, local(16, 9) + timedelta(seconds=2), priority=3)
    assert run(opened(local(16, 9), 2), read)["first", 1, 0].due_at == local(16, 13)


def test_a_pause_does_not_mend_a_missed_clock() -> None:
    clocks = run(opened(local(16, 9), 1), status(local(16, 18), "waiting_customer"))
    assert clocks["resolve", 1, 0].due_at == local(16, 17)
    assert clocks["resolve", 1, 0].state == "running"


def test_a_second_round_has_its_own_hour() -> None:
    clocks = run(
        opened(local(16, 9), 3),
        status(local(16, 10), "resolved"),
        Moment(MomentKind.ROUND, local(16, 14), round=2),
    )
    assert clocks["first", 2, 0].due_at == local(16, 15)
    assert clocks["resolve", 2, 0].due_at == local(17, 10)


@pytest.mark.parametrize("end", ["merged", "rejected"])
def test_merged_and_rejected_tickets_have_no_running_clock(end: str) -> None:
    clocks = run(opened(local(16, 9)), status(local(16, 10), end))
    assert {clock.state for clock in clocks.values()} == {"cancelled"}


def test_a_weekend_does_not_count_abroad() -> None:
    friday = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
    clocks = run(opened(friday, 2), calendar="intl-service")
    assert clocks["first", 1, 0].due_at == datetime(2026, 11, 23, 10, 30, tzinfo=UTC)


def test_the_day_that_loses_an_hour_still_has_all_its_service_hours() -> None:
    calendar = CALENDARS["intl-service"]
    friday = datetime(2026, 3, 27, 17, 0, tzinfo=UTC)
    assert calendar.add(friday, 2 * 3600) == datetime(2026, 3, 30, 9, 0, tzinfo=UTC)
