"""Geometry of the model page: shares in, SVG attributes out. Knows no words and no colours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

MOST_ERROR = 0.10


@dataclass(frozen=True, slots=True)
class Plot:
    """The edges of a plot inside its drawing; shares of 0..1 fill it."""

    left: float
    right: float
    top: float
    floor: float

    def x(self, share: float) -> str:
        """Place a share from left to right."""
        return number(self.left + _inside(share) * (self.right - self.left))

    def y(self, share: float) -> str:
        """Place a share from bottom to top."""
        return number(self.floor - _inside(share) * (self.floor - self.top))

    def path(self, points: Iterable[tuple[float, float]]) -> str:
        """Join points by straight lines."""
        return "".join(
            f"{'L' if place else 'M'}{self.x(x)} {self.y(y)}" for place, (x, y) in enumerate(points)
        )

    def height(self, share: float) -> str:
        """How tall a bar of this share is."""
        return number(_inside(share) * (self.floor - self.top))


RISK = Plot(36, 330, 12, 196)
RELIABILITY = Plot(36, 316, 8, 224)
_QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
_BAR_WIDTH = 18.0
# The tallest bar takes this part of the plot, so that it stays below the line.
_BAR_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across the plot and the value it stands for; ``text_y`` is for rows only."""

    place: str
    percent: int
    text_y: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """A point, and on which side of it there is room for words."""

    x: str
    y: str
    text_x: str
    text_y: str
    anchor: str


@dataclass(frozen=True, slots=True)
class RiskChart:
    """Share filed alone by allowed error."""

    rows: tuple[Mark, ...]
    columns: tuple[Mark, ...]
    line: str
    other: str
    dot: Dot
    saved_x: str


@dataclass(frozen=True, slots=True)
class Bar:
    """An upright bar on the floor."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class ReliabilityChart:
    """Share right by the confidence that was said."""

    rows: tuple[Mark, ...]
    columns: tuple[Mark, ...]
    diagonal: str
    line: str
    other: str
    dots: tuple[tuple[str, str], ...]
    bars: tuple[Bar, ...]


def number(value: float) -> str:
    """Write a coordinate, the same in every language."""
    return f"{value:.1f}"


def risk(
    points: Sequence[tuple[float, float]],
    other: Sequence[tuple[float, float]],
    *,
    at: tuple[float, float],
    saved: float,
) -> RiskChart:
    """Draw pairs of allowed error and share; ``at`` is where the slider stands."""
    return RiskChart(
        _rows(RISK),
        tuple(Mark(RISK.x(step / 10), step) for step in range(0, 11, 2)),
        RISK.path(_scaled(points)),
        RISK.path(_scaled(other)),
        _dot(at[0] / MOST_ERROR, at[1]),
        RISK.x(saved / MOST_ERROR),
    )


def _scaled(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(error / MOST_ERROR, share) for error, share in points]


def _dot(x: float, y: float) -> Dot:
    is_right = x < 1 / 2
    left, top = float(RISK.x(x)), float(RISK.y(y))
    # The curve rises to the right: words are clear of it below on that side, above on the other.
    is_below = is_right and top + 22 < RISK.floor
    text_y = top + 22 if is_below else top - 10
    return Dot(
        number(left),
        number(top),
        number(left + 8 if is_right else left - 8),
        number(text_y),
        "start" if is_right else "end",
    )


def reliability(
    points: Sequence[tuple[float, float, int]], other: Sequence[tuple[float, float, int]]
) -> ReliabilityChart:
    """Draw triples of said confidence, share right and number of tickets."""
    plot = RELIABILITY
    most = max((rows for _, _, rows in points), default=0) or 1
    return ReliabilityChart(
        _rows(plot),
        tuple(Mark(plot.x(share), round(share * 100)) for share in _QUARTERS),
        plot.path([(0, 0), (1, 1)]),
        plot.path((said, right) for said, right, _ in points),
        plot.path((said, right) for said, right, _ in other),
        tuple((plot.x(said), plot.y(right)) for said, right, _ in points),
        tuple(_bar(said, rows / most) for said, _, rows in points),
    )


def _bar(said: float, share: float) -> Bar:
    plot = RELIABILITY
    # Bars of tenths stand apart wherever inside its tenth the mean lies.
    middle = (min(int(said * 10), 9) + 0.5) / 10
    share = share * _BAR_SHARE
    return Bar(
        number(float(plot.x(middle)) - _BAR_WIDTH / 2),
        plot.y(share),
        number(_BAR_WIDTH),
        plot.height(share),
    )


def _rows(plot: Plot) -> tuple[Mark, ...]:
    return tuple(
        Mark(plot.y(share), round(share * 100), number(float(plot.y(share)) + 4))
        for share in _QUARTERS
    )


def _inside(share: float) -> float:
    return min(max(share, 0.0), 1.0)


# ---- Heat map ----


_LEFT, _HEAD, _CELL, _ROW = 132.0, 92.0, 46.0, 30.0
_LEVELS = 6


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A square; ``level`` 0 to 6 is the share of its row, ``count`` is 0 where nothing is."""

    x: str
    y: str
    text_x: str
    text_y: str
    level: int
    count: int


@dataclass(frozen=True, slots=True)
class HeatLabel:
    """A word beside a row or above a column."""

    words: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class HeatChart:
    """Rows are what is true, columns what was said."""

    width: str
    height: str
    cell_width: str
    cell_height: str
    cells: tuple[HeatCell, ...]
    rows: tuple[HeatLabel, ...]
    columns: tuple[HeatLabel, ...]


def heat(counts: Sequence[Sequence[int]], rows: Sequence[str], columns: Sequence[str]) -> HeatChart:
    """Draw a matrix of counts; a cell is as dark as its share of the row."""
    cells: list[HeatCell] = []
    for down, line in enumerate(counts):
        total = sum(line) or 1
        y = _HEAD + down * _ROW
        for across, count in enumerate(line):
            x = _LEFT + across * _CELL
            level = min(_LEVELS, 1 + int(count / total * _LEVELS)) if count else 0
            place = (number(x), number(y), number(x + (_CELL - 2) / 2), number(y + 18))
            cells.append(HeatCell(*place, level, count))
    return HeatChart(
        # The last word above a column leans over its edge.
        number(_LEFT + len(columns) * _CELL + 56),
        number(_HEAD + len(rows) * _ROW),
        number(_CELL - 2),
        number(_ROW - 2),
        tuple(cells),
        tuple(
            HeatLabel(words, number(_LEFT - 8), number(_HEAD + place * _ROW + 18))
            for place, words in enumerate(rows)
        ),
        tuple(
            HeatLabel(words, number(_LEFT + place * _CELL + _CELL / 2), number(_HEAD - 8))
            for place, words in enumerate(columns)
        ),
    )


# ---- Lines over days ----

DAYS = Plot(36, 772, 8, 112)


@dataclass(frozen=True, slots=True)
class DaysChart:
    """Shares over days, line by line."""

    rows: tuple[Mark, ...]
    lines: tuple[str, ...]
    first: datetime
    last: datetime


def days(
    lines: Sequence[Sequence[tuple[float, float]]], first: datetime, last: datetime
) -> DaysChart:
    """Draw lines of place and share; the plot reaches to the next round share above all."""
    highest = max((share for line in lines for _, share in line), default=0.0)
    most = next((top for top in (0.1, 0.2, 0.5) if highest <= top), 1.0)
    marks = (0.0, most / 2, most)
    return DaysChart(
        tuple(
            Mark(DAYS.y(at / most), round(at * 100), number(float(DAYS.y(at / most)) + 4))
            for at in marks
        ),
        tuple(DAYS.path((x, share / most) for x, share in line) for line in lines),
        first,
        last,
    )
