"""The model page: versions, what they do with tickets, and which one is in use."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.permissions import Permission, can, requires
from common import clock
from common.htmx import render_page
from triage import queries, services

WINDOW = timedelta(days=7)


@requires(Permission.PROMOTE_MODEL)
def show_models(request: HttpRequest) -> HttpResponse:
    """Show the versions and the figures of the last week."""
    figures = queries.figures_since(clock.now() - WINDOW)
    asked = figures["asked"] / figures["read"] if figures["read"] else 0.0
    answered = figures["confirmed"] + figures["changed"]
    context = {
        "versions": queries.list_versions(),
        "figures": figures,
        "alone_percent": round((1 - asked) * 100) if figures["read"] else None,
        "changed_percent": round(figures["changed"] / answered * 100) if answered else None,
        "answered": answered,
        "fault": queries.why_no_model(),
        "may_promote": can(request.user, Permission.PROMOTE_MODEL),
    }
    return render_page(request, "triage/models.html", "triage/_versions.html", context)


@requires(Permission.PROMOTE_MODEL)
@require_POST
def promote(request: HttpRequest, number: int) -> HttpResponse:
    """Put a version into use; going back is the same with an older number."""
    assert isinstance(request.user, User)
    services.promote(number=number, by=request.user, now=clock.now())
    return redirect("triage:models")
