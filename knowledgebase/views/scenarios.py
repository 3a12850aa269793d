"""Making, describing, withdrawing a scenario, and who uses it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, can, requires
from common import clock
from common.errors import DomainError
from common.htmx import render_page
from knowledgebase import labels, queries, services
from knowledgebase.forms import ScenarioForm, initial_of
from knowledgebase.models import Scenario
from knowledgebase.views.shared import EXAMPLE_SLUG, number_in, signed_in


@requires(Permission.TEMPLATE_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Add a scenario, then write its texts."""
    form = ScenarioForm(request.POST or None)
    slug = request.POST.get("slug", "").strip()[:100]
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_scenario(
                slug=slug, head=form.head(), by=signed_in(request), now=clock.now()
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("knowledgebase:editor", made.slug)
    status = 422 if form.errors else 200
    context = {
        "form": form,
        "slug": slug,
        "example": EXAMPLE_SLUG,
        "title": _("New scenario"),
    }
    return render(request, "knowledgebase/scenario_form.html", context, status=status)


@requires(Permission.TEMPLATE_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_head(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what a scenario is about and when it fits."""
    scenario = get_object_or_404(Scenario, slug=slug)
    form = ScenarioForm(request.POST or None, initial=initial_of(scenario))
    if request.method == "POST" and form.is_valid():
        over = request.POST.get("over", "")
        try:
            services.edit_scenario(
                scenario_id=scenario.pk,
                head=form.head(),
                by=signed_in(request),
                now=clock.now(),
                over=number_in(over) or 0,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved. It holds for new suggestions at once."))
            return redirect("knowledgebase:scenario", scenario.slug)
    scenario.refresh_from_db()
    context = {
        "form": form,
        "scenario": scenario,
        "title": scenario.title(labels.interface_language()),
    }
    status = 422 if form.errors else 200
    return render(request, "knowledgebase/scenario_form.html", context, status=status)


@requires(Permission.TEMPLATE_WRITE, Permission.TEMPLATE_APPROVE)
@require_POST
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Suggest a scenario no more."""
    scenario = get_object_or_404(Scenario, slug=slug)
    services.withdraw_scenario(
        scenario_id=scenario.pk,
        why=request.POST.get("why", ""),
        by=signed_in(request),
        now=clock.now(),
    )
    messages.success(request, _("Withdrawn. It is suggested no more; nothing is deleted."))
    return redirect("knowledgebase:scenario", scenario.slug)


@requires(Permission.TEMPLATE_WRITE, Permission.TEMPLATE_APPROVE)
@require_POST
def bring_back(request: HttpRequest, slug: str) -> HttpResponse:
    """Suggest a withdrawn scenario again."""
    scenario = get_object_or_404(Scenario, slug=slug)
    services.bring_back_scenario(scenario_id=scenario.pk, by=signed_in(request))
    messages.success(request, _("It is suggested again."))
    return redirect("knowledgebase:scenario", scenario.slug)


@requires(Permission.TEMPLATE_WRITE, Permission.TEMPLATE_APPROVE)
@require_safe
def show_users(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who sent the replies lately and for what, and who shares their sentences."""
    scenario = get_object_or_404(Scenario, slug=slug)
    language = labels.interface_language()
    users = queries.users_of(scenario, now=clock.now())
    context = {
        "scenario": scenario,
        "title": scenario.title(language),
        "users": users,
        "sharing": [(one, one.title(language), text) for one, text in users.sharing],
        "may_write": can(request.user, Permission.TEMPLATE_WRITE),
    }
    return render_page(request, "knowledgebase/users.html", "knowledgebase/_users.html", context)
