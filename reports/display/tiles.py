"""The figures at the top of the report."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from reports.definitions import DEFINITIONS, FEW, Definition
from reports.display.links import Links
from reports.queries import Cell, Summary
from reports.words import Change, Shown, change, count, share, span


@dataclass(frozen=True, slots=True)
class Part:
    """A smaller figure beside a main one; ``url`` is "" where there is nothing to open."""

    text: str
    url: str = ""
    definition: Definition | None = None


@dataclass(frozen=True, slots=True)
class Tile:
    """One main figure with its change and what stands beside it."""

    definition: Definition
    shown: Shown
    url: str
    change: Change
    n: int
    parts: list[Part] = field(default_factory=list)
    mark: str = ""

    @property
    def is_few(self) -> bool:
        """Whether so few cases were counted that the figure is shown grey."""
        return self.n < FEW


def _of(cell: Cell) -> str:
    return _("%(good)s of %(all)s") % {"good": count(cell.good), "all": count(cell.n)}


def _n(cell: Cell) -> str:
    return _("n = %(count)s") % {"count": count(cell.n)}


def _share_tile(summary: Summary, links: Links, figure: str, *parts: Part) -> Tile:
    definition, cell = DEFINITIONS[figure], summary.cell(figure)
    return Tile(
        definition,
        share(cell.rate),
        links.tickets(figure),
        change(definition, cell.rate, summary.earlier(figure).rate),
        cell.n,
        [Part(_of(cell), links.tickets(figure, outcome="good")), *parts],
    )


def _time_tile(
    summary: Summary, links: Links, figure: str, measure: Callable[[Cell], float | None]
) -> Tile:
    definition, cell = DEFINITIONS[figure], summary.cell(figure)
    return Tile(
        definition,
        span(measure(cell)),
        links.tickets(figure),
        change(definition, measure(cell), measure(summary.earlier(figure))),
        cell.n,
        [Part(_n(cell), links.tickets(figure))],
    )


def _sla(summary: Summary, links: Links) -> Tile:
    names = {"sla_first": _("first"), "sla_next": _("next"), "sla_resolve": _("resolution")}
    parts = [
        Part(
            f"{name} {share(summary.cell(figure).rate)}",
            links.tickets(figure),
            DEFINITIONS[figure],
        )
        for figure, name in names.items()
    ]
    return _share_tile(summary, links, "sla", *parts)


def _first_response(summary: Summary, links: Links) -> Tile:
    tile = _time_tile(summary, links, "first_response", lambda cell: cell.median)
    cell = summary.cell("first_response")
    tile.parts.append(Part(_("P90 %(span)s") % {"span": span(cell.p90)}))
    return Tile(tile.definition, tile.shown, tile.url, tile.change, tile.n, tile.parts, _("median"))


def _resolution(summary: Summary, links: Links) -> Tile:
    tile = _time_tile(summary, links, "resolution", lambda cell: cell.mean)
    cell = summary.cell("resolution")
    spread = {"median": span(cell.median), "p90": span(cell.p90)}
    tile.parts.append(Part(_("gross %(span)s") % {"span": span(cell.gross)}))
    tile.parts.append(Part(_("median %(median)s, P90 %(p90)s") % spread))
    return Tile(tile.definition, tile.shown, tile.url, tile.change, tile.n, tile.parts, _("mean"))


def _first_contact(summary: Summary, links: Links) -> Tile:
    """Show the settled rate; the provisional one beside it, or in its place while it is alone."""
    young = summary.cell("fcr_provisional")
    if not summary.cell("fcr").n and young.n:
        tile = _share_tile(summary, links, "fcr_provisional")
        return Tile(
            tile.definition, tile.shown, tile.url, tile.change, tile.n, tile.parts, _("provisional")
        )
    words = {"rate": share(young.rate), "count": count(young.n)}
    beside = Part(
        _("provisional %(rate)s, n = %(count)s") % words,
        links.tickets("fcr_provisional"),
        DEFINITIONS["fcr_provisional"],
    )
    return _share_tile(summary, links, "fcr", *([beside] if young.n else []))


def _satisfaction(summary: Summary, links: Links) -> Tile:
    asked = summary.cell("survey_response")
    answered = Part(
        _("%(rate)s of surveys answered") % {"rate": share(asked.rate, digits=0)},
        links.tickets("survey_response"),
        DEFINITIONS["survey_response"],
    )
    return _share_tile(summary, links, "csat", answered)


def main_tiles(summary: Summary, links: Links) -> list[Tile]:
    """Return the six figures that a supervisor looks at first."""
    return [
        _sla(summary, links),
        _first_response(summary, links),
        _resolution(summary, links),
        _first_contact(summary, links),
        _satisfaction(summary, links),
        _share_tile(summary, links, "repeat"),
    ]


def more_tiles(summary: Summary, links: Links) -> list[Tile]:
    """Return the figures about what came back."""
    following = _time_tile(summary, links, "next_response", lambda cell: cell.median)
    p90 = Part(_("P90 %(span)s") % {"span": span(summary.cell("next_response").p90)})
    following.parts.append(p90)
    return [
        _share_tile(summary, links, "saved"),
        _share_tile(summary, links, "reopen"),
        Tile(
            following.definition,
            following.shown,
            following.url,
            following.change,
            following.n,
            following.parts,
            _("median"),
        ),
    ]
