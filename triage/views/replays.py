"""Replays: begin one, watch it, and look at what would have been done otherwise."""

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission, requires
from common import clock
from common.csv_export import csv_lines
from common.errors import DomainError
from common.htmx import render_page
from tickets import queries as pool
from triage import queries, services
from triage.display import replays as display
from triage.forms import ReplayForm
from triage.models import Replay, ReplayState

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PROMOTE_MODEL)
def list_replays(request: HttpRequest) -> HttpResponse:
    """List the replays, and begin one."""
    versions = list(queries.list_versions())
    if request.method != "POST":
        return _list(request, ReplayForm(versions=versions))
    form = ReplayForm(request.POST, request.FILES, versions=versions)
    if not form.is_valid():
        return _list(request, form, status=422)
    try:
        replay = services.start_replay(by=_person(request), now=clock.now(), **form.wanted())
    except DomainError as error:
        form.add_error(None, str(error))
        return _list(request, form, status=error.status)
    return redirect("triage:replay", replay.pk)


def _list(request: HttpRequest, form: ReplayForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "replays": queries.list_replays()}
    return render(request, "triage/replays.html", context, status=status)


@require_safe
@requires(Permission.PROMOTE_MODEL)
def show_replay(request: HttpRequest, replay_id: int) -> HttpResponse:
    """Show how far a replay is, what it counted, and the tickets that differ."""
    replay = queries.get_replay(replay_id)
    language = get_language() or "en"
    kind = request.GET.get("kind", "")
    kind = kind if kind in queries.KINDS else ""
    old, new = request.GET.get("old", ""), request.GET.get("new", "")
    found = queries.differences(replay, kind=kind, old=old, new=new)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    seen = pool.visible_tickets(request.user).in_bulk([row.ticket_id for row in page])
    context: dict[str, Any] = {
        "replay": replay,
        "is_running": replay.state == ReplayState.RUNNING,
        "summary": display.summary(replay, language),
        "kinds": display.KIND_WORDS,
        "kind": kind,
        "old": old,
        "new": new,
        "page": page,
        "rows": [(seen.get(row.ticket_id), display.row(row, language)) for row in page],
    }
    return render_page(request, "triage/replay.html", "triage/_replay.html", context)


@require_POST
@requires(Permission.PROMOTE_MODEL)
def cancel_replay(request: HttpRequest, replay_id: int) -> HttpResponse:
    """End a replay before its time."""
    queries.get_replay(replay_id)
    services.cancel_replay(replay_id=replay_id, by=_person(request), now=clock.now())
    return redirect("triage:replay", replay_id)


@require_safe
@requires(Permission.PROMOTE_MODEL)
def download_replay(request: HttpRequest, replay_id: int) -> HttpResponseBase:
    """Hand out every listed difference; no words of customers are in it."""
    replay = queries.get_replay(replay_id)
    response = StreamingHttpResponse(
        csv_lines(_lines(replay)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="replay-{replay.pk}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def _lines(replay: Replay) -> Iterator[list[str]]:
    yield [
        _("Ticket"), _("Category before"), _("Category then"), _("Priority before"),
        _("Priority then"), _("Flags gained"), _("Flags lost"), _("Asked before"),
        _("Asked then"), _("A person said"), _("Judgement"),
    ]  # fmt: skip
    for row in queries.differences_of_all(replay):
        yield [
            row.ticket.reference,
            row.old_category,
            row.new_category,
            f"P{row.old_priority}",
            f"P{row.new_priority}",
            " ".join(row.gained_flags),
            " ".join(row.lost_flags),
            str(int(row.old_asked)),
            str(int(row.new_asked)),
            row.said,
            row.outcome,
        ]


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
