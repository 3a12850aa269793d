"""Where complaints come from, and whether they do."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.permissions import requires
from common import clock
from intake import complaints, queries
from intake.models import Source, SourceKind
from intake.views.deliveries import RIGHTS


@require_safe
@requires(*RIGHTS)
def list_sources(request: HttpRequest) -> HttpResponse:
    """List the sources with their addresses and how they do."""
    items = [
        {"health": health, "address": _address(health.source)}
        for health in queries.source_health(now=clock.now())
    ]
    return render(request, "intake/sources.html", {"items": items})


def _address(source: Source) -> str:
    if source.kind != SourceKind.FORM:
        path = source.get_absolute_url()
    elif source.slug == complaints.FORM_SLUG:
        path = reverse("intake:form")
    else:
        path = reverse("intake:form-of", args=[source.slug])
    return f"{settings.REDRESS_PUBLIC_URL.rstrip('/')}{path}"
