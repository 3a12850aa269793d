"""Remarks on a template."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Permission, requires
from common import clock
from common.errors import DomainError
from knowledgebase import services
from knowledgebase.models import Template, TemplateComment
from knowledgebase.views.shared import back_to_template, signed_in


@requires(Permission.TEMPLATE_SUGGEST, Permission.TEMPLATE_APPROVE)
@require_POST
def add_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a remark, perhaps with a better wording."""
    template = get_object_or_404(Template.objects.select_related("scenario"), pk=pk)
    try:
        services.add_comment(
            template_id=pk,
            text=request.POST.get("text", ""),
            proposed_body=request.POST.get("proposed_body", ""),
            by=signed_in(request),
            now=clock.now(),
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Thank you. The editors see it in their list."))
    return back_to_template(template)


@requires(Permission.TEMPLATE_SUGGEST, Permission.TEMPLATE_WRITE, Permission.TEMPLATE_APPROVE)
@require_POST
def resolve_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Settle a remark."""
    comment = _get(pk)
    services.resolve_comment(comment_id=pk, by=signed_in(request), now=clock.now())
    return back_to_template(comment.template)


@requires(Permission.TEMPLATE_WRITE)
@require_POST
def take_wording(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a proposed wording the draft."""
    comment = _get(pk)
    try:
        services.take_wording(comment_id=pk, by=signed_in(request), now=clock.now())
    except DomainError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Saved as a draft. Hand it in for review when it is ready."))
    return back_to_template(comment.template)


def _get(pk: int) -> TemplateComment:
    rows = TemplateComment.objects.select_related("template__scenario")
    return get_object_or_404(rows, pk=pk)
