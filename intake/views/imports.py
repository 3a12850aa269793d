"""A marketplace's file in five steps: upload, mapping, a look, import, taking it back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission, requires
from common import clock
from common.csv_export import csv_lines
from common.errors import NotAllowed
from common.htmx import render_page
from intake.forms import MappingForm, UploadForm
from intake.imports import Options, TableProblem, suggest
from intake.imports.headers import recognise
from intake.imports.words import FIELD_NAMES, file_problem
from intake.models import FileImport, ImportState, SavedMapping, Source, SourceKind
from intake.queries import imports as queries
from intake.services import create_source, import_undo, imports

ZONES = (
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Tokyo",
    "Asia/Singapore",
    "Asia/Kolkata",
    "Asia/Dubai",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "Australia/Sydney",
    "UTC",
)
_BUSY = (ImportState.RUNNING, ImportState.UNDOING)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.IMPORT_FILES)
def list_imports(request: HttpRequest) -> HttpResponse:
    """List the imports, and take a file."""
    places = [(source.slug, source.name) for source in queries.list_marketplaces()]
    if request.method != "POST":
        return _list(request, UploadForm(sources=places))
    form = UploadForm(request.POST, request.FILES, sources=places)
    if not form.is_valid():
        return _list(request, form, status=422)
    data = form.cleaned_data
    try:
        file_import = imports.upload(
            source=_source(data),
            name=data["file"].name or "",
            file=data["file"],
            by=_person(request),
            now=clock.now(),
        )
    except TableProblem as problem:
        form.add_error("file", file_problem(problem.code, problem.row))
        return _list(request, form, status=422)
    return redirect("intake:import", file_import.pk)


def _source(data: Mapping[str, Any]) -> Source:
    if data["source"]:
        return Source.objects.get(slug=data["source"], kind=SourceKind.MARKETPLACE)
    found = Source.objects.filter(kind=SourceKind.MARKETPLACE, name=data["new_name"]).first()
    return found or create_source(kind=SourceKind.MARKETPLACE, name=data["new_name"])


def _list(request: HttpRequest, form: UploadForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "imports": queries.list_imports()}
    return render(request, "intake/imports.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.IMPORT_FILES)
def show_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """Ask how a file is to be read and show what it would become; later how far it is."""
    file_import = queries.get_import(import_id)
    if file_import.state == ImportState.DRAFT:
        return _plan(request, file_import)
    context = {
        "import": file_import,
        "figures": queries.figures(file_import),
        "is_busy": file_import.state in _BUSY,
        "may_see": queries.may_see_words(_person(request), file_import),
        "failures": queries.first_failures(file_import),
        "problem": file_problem(file_import.problem, file_import.problem_row)
        if file_import.problem
        else "",
        "zone": file_import.options.get("zone", ""),
    }
    return render_page(request, "intake/import.html", "intake/_import_progress.html", context)


def _plan(request: HttpRequest, file_import: FileImport) -> HttpResponse:
    if not queries.may_see_words(_person(request), file_import):
        raise NotAllowed
    layout = imports.layout_of(file_import)
    try:
        sample = queries.sample_of(file_import, layout)
    except TableProblem as problem:
        messages.error(request, file_problem(problem.code, problem.row))
        return render(request, "intake/import_broken.html", {"import": file_import})
    zones = list(dict.fromkeys([settings.TIME_ZONE, *ZONES]))
    is_post = request.method == "POST"
    mapping, options, origin = _proposal(file_import, sample)
    form = MappingForm(
        request.POST if is_post else None,
        columns=layout.columns,
        zones=zones,
        initial=_initial(mapping, options),
    )
    if is_post and form.is_valid():
        mapping, options = form.mapping(), form.options()
        if "start" in request.POST:
            imports.begin(
                import_id=file_import.pk, mapping=mapping, options=options, now=clock.now()
            )
            return redirect("intake:import", file_import.pk)
    context = {
        "import": file_import,
        "form": form,
        "origin": origin,
        "rows": queries.preview(sample, mapping, options, clock.now()),
        "columns": [(FIELD_NAMES[name], layout.columns[index]) for name, index in mapping.items()],
        "zone": options.zone,
        "has_more": len(sample) > queries.SHOWN_ROWS,
    }
    status = 422 if is_post and form.errors else 200
    template, fragment = "intake/import_plan.html", "intake/_import_preview.html"
    return render_page(request, template, fragment, context, status=status)


def _proposal(
    file_import: FileImport, sample: list[tuple[int, list[str]]]
) -> tuple[dict[str, int], Options, str]:
    """Return how the file would be read, and where that comes from."""
    columns = file_import.layout["columns"]
    saved = SavedMapping.objects.filter(
        source=file_import.source, columns_digest=imports.columns_digest(columns)
    ).first()
    if saved is not None:
        kept = {name: int(index) for name, index in saved.mapping.items() if name in FIELD_NAMES}
        return kept, imports.options_of(saved.options), _("as the last file of this shape")
    mapping = suggest(columns)
    day_first = queries.is_day_first(sample, mapping.get("written_at"))
    preset = recognise(columns)
    options = Options(zone=settings.TIME_ZONE, day_first=bool(day_first))
    return mapping, options, preset.name if preset else _("by the names of the columns")


def _initial(mapping: Mapping[str, int], options: Options) -> dict[str, Any]:
    chosen = asdict(options)
    return {f"column_{name}": str(index) for name, index in mapping.items()} | {
        "zone": chosen["zone"],
        "day_first": "1" if chosen["day_first"] else "",
        "old": "history" if chosen["old_is_history"] else "work",
        "is_public": "1" if chosen["is_public"] else "",
        "skip_praise": chosen["skip_praise"],
        "skip_unwanted": chosen["skip_unwanted"],
    }


@require_safe
@requires(Permission.IMPORT_FILES)
def download_failed(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """Hand out the rows that failed, to be mended and imported again."""
    file_import = queries.get_import(import_id)
    if not queries.may_see_words(_person(request), file_import):
        raise NotAllowed
    response = StreamingHttpResponse(
        csv_lines(queries.failed_rows(file_import)), content_type="text/csv; charset=utf-8"
    )
    name = f"failed-rows-{file_import.pk}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@requires(Permission.IMPORT_FILES)
def undo_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """Take an import back while nobody has worked on its tickets."""
    queries.get_import(import_id)
    import_undo.ask_undo(import_id=import_id, by=_person(request))
    return redirect("intake:import", import_id)


@require_POST
@requires(Permission.IMPORT_FILES)
def resume_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """Go on with an import that stopped."""
    queries.get_import(import_id)
    imports.resume(import_id=import_id)
    return redirect("intake:import", import_id)


@require_POST
@requires(Permission.IMPORT_FILES)
def discard_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """Throw away a file that was not started."""
    queries.get_import(import_id)
    imports.discard(import_id=import_id)
    messages.success(request, _("The file was thrown away."))
    return redirect("intake:imports")


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
