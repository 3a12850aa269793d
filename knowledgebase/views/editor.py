"""Changing a template: a new version, a new status."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Permission, requires
from common import clock
from knowledgebase import services
from knowledgebase.models import Template, TemplateStatus
from knowledgebase.views.shared import signed_in


@requires(Permission.TEMPLATE_WRITE)
@require_POST
def edit_template(request: HttpRequest, pk: int) -> HttpResponse:
    """Save a new version of a body as a draft."""
    template = get_object_or_404(Template.objects.select_related("scenario"), pk=pk)
    services.edit_template(
        template_id=pk,
        body=request.POST.get("body", ""),
        by=signed_in(request),
        now=clock.now(),
    )
    messages.success(request, _("Saved as a draft. Hand it in for review when it is ready."))
    return _back_to(template)


@requires(Permission.TEMPLATE_WRITE, Permission.TEMPLATE_APPROVE)
@require_POST
def change_status(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a body in for review, publish it, or send it back."""
    template = get_object_or_404(Template.objects.select_related("scenario"), pk=pk)
    status = request.POST.get("status", "")
    if status in TemplateStatus.values:
        services.change_status(
            template_id=pk, status=status, by=signed_in(request), now=clock.now()
        )
    return _back_to(template)


def _back_to(template: Template) -> HttpResponse:
    address = redirect("knowledgebase:scenario", template.scenario.slug)
    address["Location"] += f"?variant={template.variant}"
    return address
