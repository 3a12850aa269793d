"""Geometry of the charts: numbers in, SVG attributes out. Knows no words and no colours."""

from collections.abc import Sequence
from dataclasses import dataclass

# Room for the axis labels around the plot.
_LEFT, _TOP, _BOTTOM = 30.0, 8.0, 22.0


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a chart in its own units; ``width`` and ``height`` hold the labels too."""

    width: int
    height: int

    @property
    def right(self) -> float:
        """Where the plot ends."""
        return self.width - 6.0

    @property
    def floor(self) -> float:
        """Where zero, or the lowest grid line, is."""
        return self.height - _BOTTOM

    def x(self, share: float) -> float:
        """Place 0..1 from left to right."""
        return _LEFT + share * (self.right - _LEFT)

    def y(self, share: float) -> float:
        """Place 0..1 from bottom to top."""
        return self.floor - share * (self.floor - _TOP)


@dataclass(frozen=True, slots=True)
class Point:
    """A dot of a line; ``index`` is its place in the series."""

    index: int
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class GridLine:
    """A horizontal line and the value it stands for."""

    y: str
    text_y: str
    value: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line over time; ``path`` breaks where there is no value."""

    frame: Frame
    path: str
    points: tuple[Point, ...]
    grid: tuple[GridLine, ...]
    target_y: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """An upright bar; ``inner_*`` is the part of it that is told apart."""

    index: int
    x: str
    y: str
    width: str
    height: str
    middle: str
    label_y: str
    inner_y: str = ""
    inner_height: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars that stand on one line; ``hit_*`` is the area that can be pointed at."""

    frame: Frame
    bars: tuple[Bar, ...]
    grid: tuple[GridLine, ...]


def number(value: float) -> str:
    """Write a coordinate, the same in every language."""
    return f"{value:.1f}"


def _grid(frame: Frame, low: float, high: float, values: Sequence[float]) -> tuple[GridLine, ...]:
    lines = []
    for value in values:
        y = frame.y((value - low) / (high - low))
        lines.append(GridLine(number(y), number(y + 4), value))
    return tuple(lines)


def lowest_share(values: Sequence[float | None], target: float | None) -> float:
    """Return where the axis of shares starts: 0, a half or seven tenths, below all values."""
    seen = [value for value in (*values, target) if value is not None]
    least = min(seen, default=0.0)
    return next(low for low in (0.7, 0.5, 0.0) if least >= low)


def share_line(
    values: Sequence[float | None],
    *,
    target: float | None = None,
    width: int,
    height: int,
    lowest: float | None = None,
) -> Line:
    """Draw shares (0..1) over time; the axis starts at ``lowest``, or below all values."""
    frame = Frame(width, height)
    low = lowest_share(values, target) if lowest is None else lowest
    steps = max(len(values) - 1, 1)
    points = [
        Point(i, number(frame.x(i / steps)), number(frame.y((value - low) / (1 - low))))
        for i, value in enumerate(values)
        if value is not None
    ]
    grid = _grid(frame, low, 1.0, (low, (1 + low) / 2, 1.0))
    target_y = "" if target is None else number(frame.y((target - low) / (1 - low)))
    return Line(frame, _path(points), tuple(points), grid, target_y)


def spark(values: Sequence[float | None], *, width: int, height: int) -> tuple[str, Point | None]:
    """Return the path of shares (0..1) without an axis, and the last point of it."""
    steps = max(len(values) - 1, 1)
    points = [
        Point(i, number(2 + i / steps * (width - 4)), number(2 + (1 - value) * (height - 4)))
        for i, value in enumerate(values)
        if value is not None
    ]
    return _path(points), points[-1] if points else None


def _path(points: Sequence[Point]) -> str:
    parts = []
    for before, point in zip((None, *points), points, strict=False):
        joined = before is not None and before.index == point.index - 1
        parts.append(f"{'L' if joined else 'M'}{point.x} {point.y}")
    return "".join(parts)


def bars(
    values: Sequence[int],
    *,
    inner: Sequence[int] = (),
    width: int,
    height: int,
    with_axis: bool = True,
    fill: float = 0.74,
) -> Bars:
    """Draw numbers of cases; ``fill`` is the part of its place that a bar takes."""
    frame = Frame(width, height)
    top = rounded_up(max(values, default=0))
    left = _LEFT if with_axis else 0.0
    step = (frame.right - left) / max(len(values), 1)
    drawn = []
    for i, value in enumerate(values):
        y = frame.y(value / top * (1 if with_axis else 0.88))
        x = left + i * step + step * (1 - fill) / 2
        part = frame.y(inner[i] / top) if inner else frame.floor
        drawn.append(
            Bar(
                i,
                number(x),
                number(y),
                number(step * fill),
                number(frame.floor - y),
                number(left + (i + 0.5) * step),
                number(y - 6),
                number(part),
                number(frame.floor - part),
            )
        )
    grid = _grid(frame, 0, top, (0, top / 2, top)) if with_axis else ()
    return Bars(frame, tuple(drawn), grid)


def rounded_up(value: float) -> int:
    """Return the next even number of one digit and zeros: a top of an axis that halves well."""
    if value <= 2:
        return 2
    unit: int = 10 ** (len(str(int(value))) - 1)
    for step in (2, 4, 6, 8, 10):
        if value <= step * unit:
            return step * unit
    return 20 * unit


@dataclass(frozen=True, slots=True)
class SpreadRow:
    """Median and 90th percentile of one group on a shared axis."""

    index: int
    y: str
    text_y: str
    median_x: str
    p90_x: str
    label_x: str
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis, in seconds."""

    x: str
    value: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Rows of (median, 90th percentile) in seconds."""

    width: int
    height: int
    floor: str
    text_y: str
    rows: tuple[SpreadRow, ...]
    ticks: tuple[Tick, ...]


_SPREAD_LEFT, _SPREAD_RIGHT, _SPREAD_ROW = 96.0, 44.0, 34
_STEPS = (600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 345600, 864000)


def spread(
    values: Sequence[tuple[float, float] | None], *, width: int = 520, ticks: int = 4
) -> Spread:
    """Draw one row for each pair; None leaves a row empty."""
    longest = max((pair[1] for pair in values if pair), default=0.0)
    step = next((s for s in _STEPS if s * ticks >= longest), longest / ticks)
    full = step * ticks
    floor = len(values) * _SPREAD_ROW

    def x(seconds: float) -> float:
        return _SPREAD_LEFT + seconds / full * (width - _SPREAD_LEFT - _SPREAD_RIGHT)

    rows = []
    for i, pair in enumerate(values):
        y = 18 + i * _SPREAD_ROW
        median, p90 = pair or (0.0, 0.0)
        rows.append(
            SpreadRow(
                i,
                number(y),
                number(y + 4),
                number(x(median)),
                number(x(p90)),
                number(x(p90) + 9),
                pair is None,
            )
        )
    marks = tuple(Tick(number(x(i * step)), i * step) for i in range(ticks + 1))
    return Spread(width, floor + 20, number(floor), number(floor + 16), tuple(rows), marks)


def heat_level(value: float, most: float) -> int:
    """Return the step of the one-hue scale, 1 to 6; 0 for nothing."""
    if value <= 0 or most <= 0:
        return 0
    return min(6, 1 + int(5 * value / most + 0.5))
