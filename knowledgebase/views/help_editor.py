"""Writing the page for customers about a scenario."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Permission, can, requires
from common import clock
from common.errors import DomainError
from knowledgebase import labels, services
from knowledgebase.models import HelpText, Language, Scenario
from knowledgebase.views.shared import number_in, signed_in


@requires(Permission.TEMPLATE_WRITE, Permission.TEMPLATE_APPROVE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_help(request: HttpRequest, slug: str) -> HttpResponse:
    """Write the page in one language; the other one keeps as it is."""
    scenario = get_object_or_404(Scenario, slug=slug)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            _write(request, scenario)
            messages.success(request, _("Saved. Customers see it once it is opened."))
            return redirect("knowledgebase:help_editor", scenario.slug)
        except DomainError as refused:
            error = refused
    pages = {page.language: page for page in scenario.help_texts.select_related("changed_by")}
    context = {
        "scenario": scenario,
        "title": scenario.title(labels.interface_language()),
        "boxes": [_box(request, one, pages.get(one), error) for one in Language],
        "error": error,
        "may_write": can(request.user, Permission.TEMPLATE_WRITE),
        "may_publish": can(request.user, Permission.TEMPLATE_APPROVE),
    }
    status = error.status if error else 200
    return render(request, "knowledgebase/help_editor.html", context, status=status)


def _write(request: HttpRequest, scenario: Scenario) -> None:
    over = request.POST.get("over", "0")
    services.write_help(
        scenario_id=scenario.pk,
        language=request.POST.get("language", ""),
        title=request.POST.get("title", ""),
        text=request.POST.get("text", ""),
        by=signed_in(request),
        now=clock.now(),
        over=number_in(over) or 0,
    )


def _box(
    request: HttpRequest, language: Language, page: HelpText | None, error: DomainError | None
) -> dict[str, Any]:
    """Return what a box shows: what was just written where it was refused, else what is kept."""
    is_refused = error is not None and request.POST.get("language") == language.value
    return {
        "language": language,
        "page": page,
        "title": request.POST.get("title", "") if is_refused else (page.title if page else ""),
        "text": request.POST.get("text", "") if is_refused else (page.text if page else ""),
        "over": page.version if page else 0,
        "theirs": page if is_refused and page else None,
    }


@requires(Permission.TEMPLATE_WRITE, Permission.TEMPLATE_APPROVE)
@require_POST
def open_or_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a page to customers as it is, or take it away."""
    page = get_object_or_404(HelpText.objects.select_related("scenario"), pk=pk)
    seen = request.POST.get("seen", "")
    try:
        if request.POST.get("do") == "open":
            services.open_help(
                help_id=pk, seen=number_in(seen) or 0, by=signed_in(request), now=clock.now()
            )
            messages.success(request, _("Customers see this page now."))
        else:
            services.close_help(help_id=pk, by=signed_in(request))
            messages.success(request, _("Customers no longer see this page."))
    except DomainError as error:
        messages.warning(request, str(error))
    return redirect("knowledgebase:help_editor", page.scenario.slug)
