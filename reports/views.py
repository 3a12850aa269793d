"""The report, its tables as files, the tickets behind a figure, and all definitions."""

import csv
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, requires
from common import clock
from common.htmx import render_page, wants_fragment
from reports import definitions, display, periods, queries
from reports.forms import HEATS, ReportForm
from reports.words import count, days, span

PAGE, FRAGMENT = "reports/overview.html", "reports/_report.html"
_READERS = (
    Permission.READ_REPORTS_OWN,
    Permission.READ_REPORTS_TEAM,
    Permission.READ_REPORTS_ALL,
)
_OUTCOMES = ("good", "bad")
_TABLES = {
    "priority": display.priority_table,
    "category": display.category_table,
    "team": display.team_table,
}
# Excel reads a file without this mark in the code page of the machine.
_MARK = "\ufeff"


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _period(form: ReportForm) -> periods.Period:
    now = clock.now()
    first, last = form.value("first"), form.value("last")
    if form.is_custom and (first or last):
        today = now.astimezone(periods.ZONE).date()
        return periods.between(first or last, last or today)
    days = form.value("days") if not form.is_custom else ""
    return periods.latest(int(days or periods.DEFAULT_DAYS), now=now)


def _selection(request: HttpRequest, form: ReportForm) -> queries.Selection:
    return queries.Selection(
        scope=queries.scope_of(_reader(request)),
        period=_period(form),
        now=clock.now(),
        priority=int(form.value("priority") or 0),
        category=form.value("category"),
        team=form.value("team"),
        channel=form.value("channel"),
    )


def _about(selection: queries.Selection, form: ReportForm) -> dict[str, Any]:
    """Return what stands at the top of every page: whose figures, of when, counted when."""
    reach = {
        "own": _("Your own tickets"),
        "team": _("Your teams' tickets"),
        "all": _("All tickets"),
    }
    return {
        "form": form,
        "period": selection.period,
        "days": days(selection.period, with_year=True),
        "days_before": days(selection.period.before, with_year=True),
        "reach": reach[selection.scope.reach],
        "zone": periods.ZONE_NAME,
        "counted_at": timezone.localtime(selection.now, periods.ZONE),
        "query": form.query(),
    }


@requires(*_READERS)
def show_report(request: HttpRequest) -> HttpResponse:
    """Show the report; htmx gets what the filters change."""
    form = ReportForm(request.GET)
    selection, heat = _selection(request, form), form.value("heat") or HEATS[0][0]
    summary = queries.summarise(selection, heat=heat)
    links = display.Links(form.query)
    context = _about(selection, form) | {
        "tiles": display.main_tiles(summary, links),
        "more_tiles": display.more_tiles(summary, links),
        "sla_trends": display.sla_trends(summary, links, selection.period),
        "volume": display.volume_trend(summary, links, selection.period),
        "responses": display.response_chart(summary, links),
        "resolutions": display.resolution_chart(summary, links),
        "heat": display.heat_table(summary, links, heat),
        "heats": [(key, label, form.query(heat=key), key == heat) for key, label in HEATS],
        "backlog": display.backlog_chart(summary, links),
        "tables": [make(summary, links) for make in _TABLES.values()],
        "definitions": definitions.DEFINITIONS,
        "is_empty": not summary.keys("all", definitions.PERIODIC),
    }
    response = render_page(request, PAGE, FRAGMENT, context)
    if wants_fragment(request):
        # The address without the filters that say nothing, to be kept and sent to others.
        response.headers["HX-Push-Url"] = request.path + form.query()
    return response


@requires(*_READERS)
def list_tickets(request: HttpRequest) -> HttpResponse:
    """List exactly the tickets that a figure counted."""
    figure, outcome = request.GET.get("figure", ""), request.GET.get("outcome", "")
    definition = definitions.find_definition(figure)
    if definition is None or outcome not in ("", *_OUTCOMES):
        raise Http404
    form = ReportForm(request.GET)
    selection = _selection(request, form)
    weekday = _whole(request.GET.get("weekday", ""), most=7)
    page = queries.counted_tickets(
        selection,
        figure=figure,
        reader=_reader(request),
        outcome=outcome,
        weekday=weekday,
        after=_whole(request.GET.get("after", "")),
    )
    kept = {"figure": figure, "outcome": outcome, "weekday": weekday, "heat": ""}
    choices = (("", _("All")), ("good", _("Counted as yes")), ("bad", _("Counted as no")))
    context = _about(selection, form) | {
        "definition": definition,
        "bucket": next((label for slug, _h, label in definitions.BACKLOG if slug == figure), ""),
        "page": page,
        "rows": [(row, span(row.seconds)) for row in page.rows],
        "cases": count(page.cases),
        "tickets": count(page.tickets),
        "next_url": form.query(**kept, after=page.after) if page.after else "",
        "outcomes": [
            (label, form.query(**kept | {"outcome": key}), key == outcome) for key, label in choices
        ]
        if definition.kind == definitions.Kind.SHARE
        else [],
    }
    return render_page(request, "reports/tickets.html", "reports/_tickets.html", context)


def _whole(text: str, *, most: int = 2**62) -> int:
    """Read a whole number; 0 for anything else."""
    if not text.isascii() or not text.isdigit() or len(text) > len(str(2**62)):
        return 0
    return value if (value := int(text)) <= most else 0


@requires(*_READERS)
def download_table(request: HttpRequest, by: str) -> HttpResponse:
    """Send one of the tables as CSV: shares from 0 to 1, times in seconds, n beside each."""
    if by not in _TABLES:
        raise Http404
    form = ReportForm(request.GET)
    selection = _selection(request, form)
    summary = queries.summarise(selection, heat=HEATS[0][0])
    table = _TABLES[by](summary, display.Links(form.query))
    name = f"redress-{by}-{selection.period.first}-{selection.period.last}.csv"
    response = HttpResponse(
        _MARK,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    write_table(csv.writer(response), table)
    return response


def write_table(writer: Any, table: display.Table) -> None:
    """Write a table with plain numbers, so that a sheet can go on counting."""
    heads = [head for column in table.columns for head in (column.heading, "n")]
    writer.writerow([table.heading, *heads])
    for row in table.rows:
        cells = [
            cell
            for value in row.values
            for cell in ("" if value.number is None else round(value.number, 4), value.n)
        ]
        writer.writerow([row.label, *cells])


@requires(*_READERS)
def show_definitions(request: HttpRequest) -> HttpResponse:
    """Say of every figure what exactly is counted."""
    context = {
        "definitions": definitions.DEFINITIONS.values(),
        "common": definitions.COMMON,
        "zone": periods.ZONE_NAME,
    }
    return render_page(request, "reports/definitions.html", "reports/_definitions.html", context)
