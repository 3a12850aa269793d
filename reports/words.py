"""Figures in words: shares, spans of time, changes."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.dateformat import format as format_date
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports.definitions import Definition, Kind
from reports.periods import Period

NONE = "–"
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
# Below this a change is too small to be shown with the digits that we show.
_LEAST_POINTS, _LEAST_SECONDS = 0.05, 30


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as it is read: "22" "min"."""

    value: str
    unit: str = ""

    def __str__(self) -> str:
        if self.unit == "%":
            return f"{self.value}%"
        return f"{self.value} {self.unit}" if self.unit else self.value


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure moved; ``tone`` is the class of the design system, judged by the measure."""

    text: str
    arrow: str = ""
    tone: str = "muted"
    verdict: str = ""


def _number(value: float, digits: int) -> str:
    # Decimal, because number_format cuts a float's digits off where it should round.
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return number_format(rounded, digits, use_l10n=True, force_grouping=True)


def share(rate: float | None, *, digits: int = 1) -> Shown:
    """Write 0..1 as a percentage."""
    if rate is None:
        return Shown(NONE)
    whole = digits == 0 or rate in (0, 1)
    return Shown(_number(100 * rate, 0 if whole else digits), "%")


def span(seconds: float | None) -> Shown:
    """Write a span in the unit that is read most easily: minutes, hours or days."""
    if seconds is None:
        return Shown(NONE)
    if seconds < 90 * _MINUTE:
        return Shown(_number(seconds / _MINUTE, 0), _("min"))
    if seconds < 72 * _HOUR:
        return Shown(_number(seconds / _HOUR, 1), _("h"))
    return Shown(_number(seconds / _DAY, 1), _("days"))


def days(period: Period, *, with_year: bool = False) -> str:
    """Write a period by its first and last day, or by the only one."""
    short = pgettext("date format", "j M")
    last = pgettext("date format", "j M Y") if with_year else short
    if period.days == 1:
        return format_date(period.last, last)
    same_year = period.first.year == period.last.year
    first = short if same_year or not with_year else last
    return f"{format_date(period.first, first)} – {format_date(period.last, last)}"


def count(number: int) -> str:
    """Write a number of cases."""
    return _number(number, 0)


def change(definition: Definition, now: float | None, before: float | None) -> Change:
    """Say how a figure moved since the period before, and whether that is good."""
    if now is None or before is None:
        return Change(_("nothing to compare with"))
    moved = now - before
    if definition.kind == Kind.SHARE:
        points = abs(100 * moved)
        small = points < _LEAST_POINTS
        text = _("%(points)s points") % {"points": _number(points, 1)}
    else:
        small = abs(moved) < _LEAST_SECONDS
        text = str(span(abs(moved)))
    if small:
        return Change(_("no change"))
    return _judged(definition, text, is_up=moved > 0)


def _judged(definition: Definition, text: str, *, is_up: bool) -> Change:
    arrow, way = ("▲", "up") if is_up else ("▼", "down")
    if definition.more_is_better is None:
        return Change(text, arrow)
    good = is_up == definition.more_is_better
    return Change(
        text, arrow, f"{way}-{'good' if good else 'bad'}", _("better") if good else _("worse")
    )
