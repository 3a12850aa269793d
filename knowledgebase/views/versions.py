"""The history of a template: any two versions side by side, and the way back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, can, requires
from common import clock
from common.htmx import render_page
from knowledgebase import labels, services
from knowledgebase.diffs import side_by_side
from knowledgebase.errors import EditedMeanwhile
from knowledgebase.models import Template, TemplateVersion
from knowledgebase.views.shared import back_to_template, number_in, signed_in

MOST_SHOWN = 200


@requires(Permission.TEMPLATE_SUGGEST, Permission.TEMPLATE_WRITE, Permission.READ_MASKED)
@require_safe
def show_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare two versions; without a choice the newest with what is published, or the last."""
    template = get_object_or_404(Template.objects.select_related("scenario"), pk=pk)
    versions = list(template.versions.select_related("by")[:MOST_SHOWN])
    numbers = {version.number: version for version in versions}
    new = _chosen(request.GET.get("to", ""), numbers, template.version)
    published = template.published_version
    usual = published if published in numbers and published != template.version else new.number - 1
    old = _chosen(request.GET.get("from", ""), numbers, usual)
    context = {
        "template": template,
        "scenario": template.scenario,
        "title": template.scenario.title(labels.interface_language()),
        "versions": versions,
        "old": old,
        "new": new,
        "rows": side_by_side(old.body, new.body),
        "is_same": old.body == new.body,
        "may_write": can(request.user, Permission.TEMPLATE_WRITE),
    }
    return render_page(
        request, "knowledgebase/versions.html", "knowledgebase/_versions.html", context
    )


def _chosen(asked: str, numbers: dict[int, TemplateVersion], usual: int) -> TemplateVersion:
    wanted = number_in(asked)
    return (
        numbers.get(usual if wanted is None else wanted)
        or numbers.get(usual)
        or numbers[max(numbers)]
    )


@requires(Permission.TEMPLATE_WRITE)
@require_POST
def restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Make an old version the draft."""
    template = get_object_or_404(Template.objects.select_related("scenario"), pk=pk)
    seen = request.POST.get("seen", "")
    try:
        services.restore_version(
            template_id=pk,
            number=number,
            by=signed_in(request),
            now=clock.now(),
            over=number_in(seen),
        )
    except EditedMeanwhile:
        messages.warning(
            request, _("Somebody has saved a newer version. Read it first, then decide.")
        )
    else:
        messages.success(request, _("Version %(number)s is the draft again.") % {"number": number})
    return back_to_template(template)
