"""When a survey may go out. No Django.

Quiet time is 21:00 to 09:00 where the customer is, told by the language: Chinese is
Asia/Shanghai, everything else UTC. A delay under ten minutes is a demo's or a test's; it is kept
as it is, without quiet time, because somebody sits and waits for the survey.
"""

from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

LATEST = timedelta(hours=24)
REMIND_AFTER = timedelta(hours=48)
SHORTEST_REAL_DELAY = timedelta(minutes=10)
QUIET_FROM = time(21)
QUIET_UNTIL = time(9)
# The customer of a chat is still there: asked at once, outside of quiet time.
LIVE_CHANNELS = frozenset({"chat", "wechat", "whatsapp"})


def zone_of(language: str) -> tzinfo:
    """Return the zone that a customer of this language most likely lives in."""
    return ZoneInfo("Asia/Shanghai") if language.startswith("zh") else UTC


def has_quiet_time(delay: timedelta) -> bool:
    """Tell whether quiet time counts with this configured delay."""
    return delay >= SHORTEST_REAL_DELAY


def after_quiet(moment: datetime, language: str) -> datetime:
    """Return the moment, or the end of the quiet time that it lies in."""
    local = moment.astimezone(zone_of(language))
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return moment
    day = local.date() if local.time() < QUIET_UNTIL else local.date() + timedelta(days=1)
    return datetime.combine(day, QUIET_UNTIL, local.tzinfo).astimezone(UTC)


def before_quiet(moment: datetime, language: str) -> datetime:
    """Return the moment, or the minute before the quiet time that it lies in."""
    local = moment.astimezone(zone_of(language))
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return moment
    day = local.date() if local.time() >= QUIET_FROM else local.date() - timedelta(days=1)
    last = datetime.combine(day, QUIET_FROM, local.tzinfo) - timedelta(minutes=1)
    return last.astimezone(UTC)


def due_at(resolved_at: datetime, *, channel: str, language: str, delay: timedelta) -> datetime:
    """Return when to ask: after the delay, never in quiet time, at most 24 hours later."""
    moment = resolved_at if channel in LIVE_CHANNELS else resolved_at + delay
    if not has_quiet_time(delay):
        return moment
    awake, limit = after_quiet(moment, language), resolved_at + LATEST
    if awake <= limit:
        return awake
    # Only a delay of most of a day gets here; then the evening before is the latest that is left.
    return max(before_quiet(limit, language), resolved_at)


def put_off_until(
    now: datetime, *, resolved_at: datetime, language: str, delay: timedelta
) -> datetime | None:
    """Return when a survey that is due may go out, None for now.

    It is due in quiet time only when nothing ran for a while. It waits until morning, unless
    only the night is left of its 24 hours.
    """
    if not has_quiet_time(delay):
        return None
    awake, limit = after_quiet(now, language), resolved_at + LATEST
    return None if awake == now or now <= limit < awake else awake
