"""Report periods: whole days of the shop's time zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

# The zone of the desk; a report's days are its days.
ZONE = ZoneInfo(settings.TIME_ZONE)
ZONE_NAME = str(ZONE)
CHOICES = (7, 28, 90)
DEFAULT_DAYS = 28
LONGEST_DAYS = 366
# Up to this many days a trend has a point for each day, beyond it one for each week.
DAILY_UP_TO = 31


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime:
        """The first moment of the period."""
        return _midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment after the period."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def before(self) -> "Period":
        """The equally long period just before."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    @property
    def bucket_days(self) -> int:
        """How many days one point of a trend stands for."""
        return 1 if self.days <= DAILY_UP_TO else 7

    @property
    def buckets(self) -> list["Period"]:
        """The points of a trend: days or weeks; the last week may be short."""
        starts = range(0, self.days, self.bucket_days)
        firsts = [self.first + timedelta(days=n) for n in starts]
        return [
            Period(first, min(first + timedelta(days=self.bucket_days - 1), self.last))
            for first in firsts
        ]


def latest(days: int, *, now: datetime) -> Period:
    """Return the last ``days`` days up to today."""
    today = now.astimezone(ZONE).date()
    return Period(today - timedelta(days=days - 1), today)


def between(first: date, last: date) -> Period:
    """Return the days between two dates in either order, at most a year of them."""
    first, last = min(first, last), max(first, last)
    return Period(max(first, last - timedelta(days=LONGEST_DAYS - 1)), last)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZONE)
