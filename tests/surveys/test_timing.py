"""When a survey goes out."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from surveys import timing

TWO_HOURS = timedelta(hours=2)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("resolved", "channel", "language", "delay", "due"),
    [
        # The domain guide's stories 9 and 10.
        (shanghai("2026-11-16 16:00"), "email", "zh", TWO_HOURS, shanghai("2026-11-16 18:00")),
        (shanghai("2026-11-16 20:00"), "email", "zh", TWO_HOURS, shanghai("2026-11-17 09:00")),
        # The edges of quiet time: 21:00 is in, 09:00 is out.
        (shanghai("2026-11-16 18:59"), "email", "zh", TWO_HOURS, shanghai("2026-11-16 20:59")),
        (shanghai("2026-11-16 19:00"), "email", "zh", TWO_HOURS, shanghai("2026-11-17 09:00")),
        (shanghai("2026-11-17 06:59"), "email", "zh", TWO_HOURS, shanghai("2026-11-17 09:00")),
        (shanghai("2026-11-17 07:00"), "email", "zh", TWO_HOURS, shanghai("2026-11-17 09:00")),
        # Midnight and just before, where the local day changes.
        (shanghai("2026-11-16 22:00"), "email", "zh", TWO_HOURS, shanghai("2026-11-17 09:00")),
        (shanghai("2026-11-16 21:59"), "email", "zh", TWO_HOURS, shanghai("2026-11-17 09:00")),
        # The same hour is day for one customer and night for the other.
        (utc("2026-11-16 12:00"), "email", "en", TWO_HOURS, utc("2026-11-16 14:00")),
        (utc("2026-11-16 12:00"), "email", "zh", TWO_HOURS, shanghai("2026-11-17 09:00")),
        # A chat is asked at once, but not at night.
        (utc("2026-11-16 12:00"), "chat", "en", TWO_HOURS, utc("2026-11-16 12:00")),
        (utc("2026-11-16 23:30"), "chat", "en", TWO_HOURS, utc("2026-11-17 09:00")),
        # A demo's delay ignores the night.
        (utc("2026-11-16 23:30"), "email", "en", timedelta(minutes=1), utc("2026-11-16 23:31")),
        (utc("2026-11-16 23:30"), "chat", "en", timedelta(0), utc("2026-11-16 23:30")),
        # A delay of a whole day never breaks the 24 hours.
        (utc("2026-11-16 22:00"), "email", "en", timedelta(hours=24), utc("2026-11-17 20:59")),
        (utc("2026-11-16 08:00"), "email", "en", timedelta(hours=24), utc("2026-11-16 20:59")),
    ],
)
def test_a_survey_is_due_after_the_delay_and_by_day(resolved, channel, language, delay, due):
    assert timing.due_at(resolved, channel=channel, language=language, delay=delay) == due


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("minutes", [0, 9, 10, 120, 600, 1440])
def test_every_minute_of_a_day_is_due_within_24_hours_and_never_at_night(language, minutes):
    delay, start = timedelta(minutes=minutes), utc("2026-11-16 00:00")
    for offset in range(0, 24 * 60, 7):
        resolved = start + timedelta(minutes=offset)
        due = timing.due_at(resolved, channel="email", language=language, delay=delay)
        assert resolved <= due <= resolved + timing.LATEST
        if timing.has_quiet_time(delay) and due != resolved:
            assert 9 <= due.astimezone(timing.zone_of(language)).hour < 21


def test_a_survey_that_was_held_up_waits_for_the_morning():
    later = timing.put_off_until(
        utc("2026-11-17 02:00"),
        resolved_at=utc("2026-11-16 15:00"),
        language="en",
        delay=TWO_HOURS,
    )
    assert later == utc("2026-11-17 09:00")


def test_it_does_not_wait_when_only_the_night_is_left_of_its_day():
    later = timing.put_off_until(
        utc("2026-11-17 02:00"),
        resolved_at=utc("2026-11-16 04:00"),
        language="en",
        delay=TWO_HOURS,
    )
    assert later is None


def test_by_day_nothing_waits():
    now = utc("2026-11-17 12:00")
    assert (
        timing.put_off_until(now, resolved_at=now, language="en", delay=timedelta(minutes=30))
        is None
    )
