"""The charts of the report: figures and links put to the geometry of common.charts."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from common import charts
from reports.definitions import BACKLOG, FEW, SLA_TARGETS
from reports.display.links import Links
from reports.periods import Period
from reports.queries import Cell, Summary
from reports.words import NONE, count, days, share, span
from tickets import display, taxonomy


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a trend with what it says.

    ``is_bad`` is below the target; ``is_marked`` is drawn even where the line alone would not
    show it: the last one, and one without neighbours.
    """

    point: charts.Point
    label: str
    url: str
    is_bad: bool
    is_marked: bool


@dataclass(frozen=True, slots=True)
class DataRow:
    """One line of the table that says the same as a chart."""

    label: str
    values: list[str]
    url: str = ""


@dataclass(frozen=True, slots=True)
class GridLabel:
    """A grid line with its words."""

    line: charts.GridLine
    text: str


@dataclass(frozen=True, slots=True)
class SlaTrend:
    """How many clocks of one priority were met, over time."""

    priority: int
    name: str
    rate: str
    is_bad: bool
    is_few: bool
    of: str
    url: str
    said: str
    line: charts.Line
    grid: list[GridLabel]
    dots: list[Dot]
    rows: list[DataRow]


def sla_trends(summary: Summary, links: Links, period: Period) -> list[SlaTrend]:
    """Return one small chart for each priority."""
    return [_sla_trend(summary, links, period.buckets, p) for p in display.PRIORITY_WORDS]


def _sla_trend(
    summary: Summary, links: Links, buckets: Sequence[Period], priority: int
) -> SlaTrend:
    name = f"P{priority} {display.PRIORITY_WORDS[priority]}"
    whole = summary.cell("sla", "priority", str(priority))
    target = SLA_TARGETS.get(priority)
    cells = [summary.cell("sla", "trend", f"{priority}|{i}") for i in range(len(buckets))]
    line = charts.share_line([cell.rate for cell in cells], target=target, width=376, height=120)
    urls = [links.on_days("sla", bucket, priority=priority) for bucket in buckets]
    said = _("%(name)s: %(rate)s of clocks met, %(good)s of %(all)s") % {
        "name": name,
        "rate": share(whole.rate),
        "good": count(whole.good),
        "all": count(whole.n),
    }
    of = _("%(good)s of %(all)s") % {"good": count(whole.good), "all": count(whole.n)}
    if target is not None:
        of = _("%(part)s · target %(target)s") % {"part": of, "target": share(target, digits=0)}
    return SlaTrend(
        priority,
        name,
        str(share(whole.rate)),
        _is_below(whole, target),
        whole.n < FEW,
        of,
        links.tickets("sla", priority=priority),
        said,
        line,
        [GridLabel(g, str(share(g.value, digits=0).value)) for g in line.grid],
        [_dot(point, buckets, cells, urls, target, line) for point in line.points],
        [
            DataRow(days(bucket), [str(share(cell.rate)), count(cell.n)], url if cell.n else "")
            for bucket, cell, url in zip(buckets, cells, urls, strict=True)
        ],
    )


def _is_below(cell: Cell, target: float | None) -> bool:
    return target is not None and cell.rate is not None and cell.rate < target


def _dot(
    point: charts.Point,
    buckets: Sequence[Period],
    cells: Sequence[Cell],
    urls: Sequence[str],
    target: float | None,
    line: charts.Line,
) -> Dot:
    i = point.index
    label = _("%(day)s: %(rate)s, %(good)s of %(all)s") % {
        "day": days(buckets[i]),
        "rate": share(cells[i].rate),
        "good": cells[i].good,
        "all": cells[i].n,
    }
    near = {other.index for other in line.points} & {i - 1, i + 1}
    is_marked = point is line.points[-1] or not near
    return Dot(point, label, urls[i], _is_below(cells[i], target), is_marked)


@dataclass(frozen=True, slots=True)
class BarView:
    """A bar with its words; ``tone`` is a class of the design system."""

    bar: charts.Bar
    value: str
    label: str
    said: str
    url: str
    tone: str = "f1"


@dataclass(frozen=True, slots=True)
class VolumeTrend:
    """Complaints over time and how many of them were repeats."""

    said: str
    bars: charts.Bars
    views: list[BarView]
    grid: list[GridLabel]
    first: str
    last: str
    rows: list[DataRow]


def volume_trend(summary: Summary, links: Links, period: Period) -> VolumeTrend:
    """Return the bars of complaints by day or week."""
    buckets = period.buckets
    cells = [summary.cell("repeat", "trend", str(i)) for i in range(len(buckets))]
    drawn = charts.bars([c.n for c in cells], inner=[c.good for c in cells], width=520, height=158)
    whole = summary.cell("repeat")
    said = _("%(count)s complaints, %(repeats)s of them repeats; most on %(day)s: %(most)s") % {
        "count": count(whole.n),
        "repeats": count(whole.good),
        "day": days(max(zip(cells, buckets, strict=True), key=lambda pair: pair[0].n)[1]),
        "most": count(max(c.n for c in cells)),
    }
    views, rows = [], []
    for bar, cell, bucket in zip(drawn.bars, cells, buckets, strict=True):
        url = links.on_days("repeat", bucket) if cell.n else ""
        words = {"day": days(bucket), "count": count(cell.n), "repeats": count(cell.good)}
        label = _("%(day)s: %(count)s complaints, %(repeats)s repeats") % words
        views.append(BarView(bar, count(cell.n), days(bucket), label, url))
        rows.append(
            DataRow(days(bucket), [words["count"], words["repeats"]], url if cell.n else "")
        )
    grid = [GridLabel(g, count(int(g.value))) for g in drawn.grid]
    return VolumeTrend(said, drawn, views, grid, days(buckets[0]), days(buckets[-1]), rows)


@dataclass(frozen=True, slots=True)
class SpreadRow:
    """One priority of a spread chart."""

    drawn: charts.SpreadRow
    name: str
    median: str
    p90: str
    n: str
    url: str
    is_few: bool


@dataclass(frozen=True, slots=True)
class SpreadChart:
    """Median and 90th percentile by priority."""

    figure: str
    said: str
    spread: charts.Spread
    rows: list[SpreadRow]
    ticks: list[tuple[charts.Tick, str]]


def response_chart(summary: Summary, links: Links) -> SpreadChart:
    """Return how long first replies took."""
    return _spread(summary, links, "first_response")


def resolution_chart(summary: Summary, links: Links) -> SpreadChart:
    """Return how long resolutions took, net."""
    return _spread(summary, links, "resolution")


def _spread(summary: Summary, links: Links, figure: str) -> SpreadChart:
    priorities = list(display.PRIORITY_WORDS)
    cells = [summary.cell(figure, "priority", str(p)) for p in priorities]
    pairs = [_pair(cell) for cell in cells]
    spread = charts.spread(pairs)
    rows = [
        SpreadRow(
            drawn,
            f"P{p} {display.PRIORITY_WORDS[p]}",
            str(span(cell.median)),
            str(span(cell.p90)),
            count(cell.n),
            links.tickets(figure, priority=p) if cell.n else "",
            cell.n < FEW,
        )
        for drawn, p, cell in zip(spread.rows, priorities, cells, strict=True)
    ]
    sentence = _("%(name)s: median %(median)s, 90th percentile %(p90)s")
    said = "; ".join(
        sentence % {"name": row.name, "median": row.median, "p90": row.p90} for row in rows
    )
    ticks = [(tick, str(span(tick.value)) if tick.value else "0") for tick in spread.ticks]
    return SpreadChart(figure, said, spread, rows, ticks)


def _pair(cell: Cell) -> tuple[float, float] | None:
    return None if cell.median is None or cell.p90 is None else (cell.median, cell.p90)


@dataclass(frozen=True, slots=True)
class BacklogChart:
    """How old the open tickets are."""

    total: str
    said: str
    bars: charts.Bars
    views: list[BarView]
    url: str


_TONES = {"backlog_7d": "fwarn", "backlog_old": "fbad", "backlog_waiting": "f0"}


def backlog_chart(summary: Summary, links: Links) -> BacklogChart:
    """Return the open tickets by age, as they are now."""
    cells = [summary.cell(slug) for slug, _hours, _label in BACKLOG]
    drawn = charts.bars([c.n for c in cells], width=520, height=158, with_axis=False)
    views = [
        BarView(
            bar,
            count(cell.n),
            str(label),
            f"{label}: {count(cell.n)}",
            links.tickets(slug) if cell.n else "",
            _TONES.get(slug, "f1"),
        )
        for bar, cell, (slug, _hours, label) in zip(drawn.bars, cells, BACKLOG, strict=True)
    ]
    total = summary.cell("backlog").n
    words = ngettext("%(count)s open now", "%(count)s open now", total) % {"count": count(total)}
    said = f"{words}: {'; '.join(view.said for view in views)}"
    return BacklogChart(words, said, drawn, views, links.tickets("backlog"))


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A cell of the heat table; ``level`` 0 is empty, 6 the most."""

    text: str
    said: str
    level: int
    url: str


@dataclass(frozen=True, slots=True)
class Heat:
    """Complaints by category and something else."""

    by: str
    columns: list[str]
    rows: list[tuple[str, list[HeatCell]]]


def heat_table(summary: Summary, links: Links, by: str) -> Heat:
    """Cross the categories of complaints with weekday, priority or channel."""
    columns = _heat_columns(summary, by)
    tops = [top for top in taxonomy.TOPS if top.slug != taxonomy.NON_COMPLAINT]
    cells = {
        (top.slug, key): summary.cell("repeat", "heat", f"{top.slug}|{key}")
        for top in tops
        for key, _label in columns
    }
    most = max((cell.n for cell in cells.values()), default=0)
    is_chinese = (get_language() or "").startswith("zh")
    rows = []
    for top in tops:
        name = top.zh if is_chinese else top.en
        row = [
            _heat_cell(cells[top.slug, key], f"{name}, {label}", most, url)
            for key, label in columns
            for url in (links.tickets("repeat", **{"category": top.slug, by: key}),)
        ]
        rows.append((name, row))
    return Heat(by, [label for _key, label in columns], rows)


def _heat_columns(summary: Summary, by: str) -> list[tuple[str, str]]:
    if by == "priority":
        return [(str(p), f"P{p} {word}") for p, word in display.PRIORITY_WORDS.items()]
    if by == "channel":
        there = {key.partition("|")[2] for key in summary.keys("heat", {"repeat"})}
        known = [kind for kind in display.CHANNELS if kind in there]
        kinds = known + sorted(there - set(known)) or ["email", "form"]
        return [(kind, display.channel(kind)[1]) for kind in kinds]
    return [(str(day + 1), str(name)) for day, name in WEEKDAYS_ABBR.items()]


def _heat_cell(cell: Cell, name: str, most: int, url: str) -> HeatCell:
    level = charts.heat_level(cell.n, most)
    text = count(cell.n) if cell.n else NONE
    return HeatCell(text, f"{name}: {count(cell.n)}", level, url if cell.n else "")
