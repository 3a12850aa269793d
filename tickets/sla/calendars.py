"""Service hours: which seconds of the week count."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[time, time]
# No promise is longer than a few days; a calendar that is shut this long is a mistake.
_MOST_DAYS = 400


@dataclass(frozen=True)
class Calendar:
    """Opening hours in one time zone.

    ``week`` maps a weekday (Monday 0) to its spans; ``closed`` are holidays; ``extra`` gives the
    spans of single dates (work days that make up for a holiday) and wins over both. A span that
    ends at midnight ends at ``time.max``.
    """

    zone: ZoneInfo
    week: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    closed: frozenset[date] = frozenset()
    extra: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)
    always: bool = False

    def add(self, start: datetime, seconds: float) -> datetime:
        """Return the moment when that many open seconds have passed since ``start``."""
        if self.always:
            return start + timedelta(seconds=seconds)
        left = seconds
        for opens, closes in self._spans_from(start):
            length = (closes - opens).total_seconds()
            if left <= length:
                return opens + timedelta(seconds=left)
            left -= length
        raise ValueError("This calendar has no open hours.")

    def between(self, start: datetime, end: datetime) -> float:
        """Return the open seconds from ``start`` to ``end``; 0 when the end comes first."""
        if end <= start:
            return 0.0
        if self.always:
            return (end - start).total_seconds()
        total = 0.0
        for opens, closes in self._spans_from(start):
            if opens >= end:
                break
            total += (min(closes, end) - opens).total_seconds()
        return total

    def is_open(self, at: datetime) -> bool:
        """Tell whether the clock runs at this moment."""
        if self.always:
            return True
        opens, _closes = next(self._spans_from(at), (None, None))
        return opens is not None and opens <= at

    def next_opening(self, at: datetime) -> datetime:
        """Return ``at`` when open, else when the next span begins."""
        if self.always:
            return at
        opens, _closes = next(self._spans_from(at))
        return opens

    def spans(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the open stretches between two moments, cut to them."""
        if self.always:
            yield start, end
            return
        for opens, closes in self._spans_from(start):
            if opens >= end:
                return
            yield opens, min(closes, end)

    def _spans_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = start.astimezone(self.zone).date() - timedelta(days=1)
        for _ in range(_MOST_DAYS):
            for opens, closes in self._spans_of(day):
                if closes > start:
                    yield max(opens, start), closes
            day += timedelta(days=1)

    def _spans_of(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if day in self.extra:
            spans = self.extra[day]
        elif day in self.closed:
            return
        else:
            spans = self.week.get(day.weekday(), ())
        for opens, closes in spans:
            yield self._at(day, opens), self._at(day, closes)

    def _at(self, day: date, moment: time) -> datetime:
        # Compared in UTC, because aware times of one zone compare by wall clock over DST.
        if moment == time.max:
            day, moment = day + timedelta(days=1), time.min
        return datetime.combine(day, moment, tzinfo=self.zone).astimezone(UTC)


def _daily(opens: time, closes: time) -> dict[int, tuple[Span, ...]]:
    return dict.fromkeys(range(7), ((opens, closes),))


def intl_service(zone: ZoneInfo) -> Calendar:
    """Return Monday to Friday, 09:00–12:30 and 13:30–18:00 in the given zone."""
    spans = ((time(9), time(12, 30)), (time(13, 30), time(18)))
    return Calendar(zone=zone, week=dict.fromkeys(range(5), spans))


CALENDARS: dict[str, Calendar] = {
    "always": Calendar(zone=ZoneInfo("UTC"), always=True),
    "cn-service": Calendar(zone=ZoneInfo("Asia/Shanghai"), week=_daily(time(9), time(21))),
    "intl-service": intl_service(ZoneInfo("Europe/London")),
}
