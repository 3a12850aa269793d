"""What is new in the tickets, as the model page says and draws it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from triage import charts
from triage.display.fields import label_of
from triage.display.lines import LANGUAGE_WORDS
from triage.ml.drift import by_top
from triage.models import DriftReport

MOST_MOVED = 6
# Fewer points than this move with every ticket.
LEAST_POINTS = 0.5
# The share of unknown words is watched when it is half as much again, and two points more.
_TIMES_UNKNOWN, _POINTS_UNKNOWN = 1.5, 0.02


@dataclass(frozen=True, slots=True)
class Moved:
    """A class whose share moved; shares in percent."""

    label: str
    now: float
    before: float

    @property
    def points(self) -> str:
        """The change with its sign."""
        return f"{self.now - self.before:+.1f}".replace("-", "−")

    @property
    def is_up(self) -> bool:
        """Tell whether the share rose."""
        return self.now > self.before


@dataclass(frozen=True, slots=True)
class ClassWindow:
    """One window of days against the time before it."""

    days: int
    before_days: int
    index: float
    chance: float
    kind: str
    tickets: int
    tops: tuple[Moved, ...]
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; shares in percent."""

    language: str
    label: str
    texts: int
    unknown: float | None
    before: float | None
    is_more: bool
    new: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """Everything that the part about drift shows."""

    report: DriftReport
    windows: tuple[ClassWindow, ...]
    words: tuple[Words, ...]
    chart: charts.DaysChart | None
    days: tuple[tuple[datetime, int, int, int], ...]
    unknown_chart: charts.DaysChart | None
    knows_words: bool

    @property
    def ticket_ids(self) -> list[int]:
        """The tickets that serve as examples."""
        return [pk for part in self.words for one in part.new for pk in one["examples"]]


def drift(report: DriftReport, language: str) -> Drift:
    """Return the report in the reader's language."""
    found = report.figures
    days = tuple(
        (_noon(day), read, round(asked / read * 100), round(confidence * 100))
        for day, read, asked, confidence in found["days"]
    )
    return Drift(
        report,
        tuple(_window(int(name), part, language) for name, part in found["classes"].items()),
        tuple(_words(name, part) for name, part in found["words"].items()),
        _days_chart(days),
        days,
        _unknown_chart(found["words"]) if found["knows_words"] else None,
        found["knows_words"],
    )


def _noon(day: str) -> datetime:
    """Return a moment of the day, so that no zone moves it to another."""
    return timezone.make_aware(datetime.combine(date.fromisoformat(day), time(12)))


def _window(days: int, part: Mapping[str, Any], language: str) -> ClassWindow:
    tops = _moved(by_top(part["now"]), by_top(part["before"]), language)
    subs = _moved(part["now"], part["before"], language)
    subs.sort(key=lambda one: -abs(one.now - one.before))
    far = [one for one in subs if abs(one.now - one.before) >= LEAST_POINTS]
    return ClassWindow(
        days,
        {7: 28, 28: 56}.get(days, days),
        part["index"],
        part["chance"],
        part["kind"],
        sum(part["now"].values()),
        tuple(tops),
        tuple(far[:MOST_MOVED]),
    )


def _moved(now: Mapping[str, int], before: Mapping[str, int], language: str) -> list[Moved]:
    n, m = sum(now.values()) or 1, sum(before.values()) or 1
    names = sorted(now.keys() | before.keys(), key=lambda name: -now.get(name, 0))
    return [
        Moved(label_of(name, language), now.get(name, 0) / n * 100, before.get(name, 0) / m * 100)
        for name in names
    ]


def _words(name: str, part: Mapping[str, Any]) -> Words:
    now, before = part["unknown"], part["before_unknown"]
    more = (
        now is not None
        and before is not None
        and now >= _TIMES_UNKNOWN * before
        and now - before >= _POINTS_UNKNOWN
    )
    return Words(
        name,
        str(LANGUAGE_WORDS.get(name, name)),
        part["texts"],
        None if now is None else now * 100,
        None if before is None else before * 100,
        more,
        tuple(part["new"]),
    )


def _days_chart(days: tuple[tuple[datetime, int, int, int], ...]) -> charts.DaysChart | None:
    if len(days) < 2:
        return None
    first, last = days[0][0], days[-1][0]
    span = (last - first).days or 1
    sure = [((day - first).days / span, confidence / 100) for day, _, _, confidence in days]
    asked = [((day - first).days / span, share / 100) for day, _, share, _ in days]
    return charts.days([sure, asked], first, last)


def _unknown_chart(words: Mapping[str, Mapping[str, Any]]) -> charts.DaysChart | None:
    lines = {
        name: [
            (_noon(day), unknown / all_words)
            for day, all_words, unknown in part["days"]
            if all_words
        ]
        for name, part in words.items()
    }
    found = sorted(day for line in lines.values() for day, _ in line)
    if len(set(found)) < 2:
        return None
    first, last = found[0], found[-1]
    span = (last - first).days
    return charts.days(
        [[((day - first).days / span, share) for day, share in line] for line in lines.values()],
        first,
        last,
    )
