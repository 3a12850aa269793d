"""What waits for editors and approvers."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, can, requires
from common import clock
from common.htmx import render_page
from knowledgebase import labels, queries, services
from knowledgebase.diffs import side_by_side
from knowledgebase.models import Scenario
from knowledgebase.views.shared import number_in, signed_in

# Nobody reads more than this before one click.
MOST_AT_ONCE = 100


@requires(Permission.TEMPLATE_WRITE, Permission.TEMPLATE_APPROVE)
@require_safe
def show_waiting(request: HttpRequest) -> HttpResponse:
    """List what is in review with its changes, drafts, remarks, and last days."""
    today = queries.shop_day(clock.now())
    found = queries.waiting(today)
    language = labels.interface_language()
    context: dict[str, Any] = {
        "waiting": found,
        "in_review": [
            {
                "template": one,
                "title": one.scenario.title(language),
                "rows": side_by_side(one.published_body, one.body),
            }
            for one in found.in_review
        ],
        "drafts": [(one, one.scenario.title(language)) for one in found.drafts],
        "remarks": [(one, one.template.scenario.title(language)) for one in found.remarks],
        "help_texts": found.help_texts,
        "expiring": [_expiring(one, language, today) for one in found.expiring],
        "withdrawn": [(one, one.title(language)) for one in found.withdrawn],
        "may_write": can(request.user, Permission.TEMPLATE_WRITE),
        "may_publish": can(request.user, Permission.TEMPLATE_APPROVE),
    }
    return render_page(
        request, "knowledgebase/waiting.html", "knowledgebase/_waiting.html", context
    )


def _expiring(scenario: Scenario, language: str, today: Any) -> dict[str, Any]:
    assert scenario.expires_on is not None
    return {
        "scenario": scenario,
        "title": scenario.title(language),
        "days": (scenario.expires_on - today).days,
        "is_over": scenario.expires_on < today,
    }


@requires(Permission.TEMPLATE_APPROVE)
@require_POST
def publish_many(request: HttpRequest) -> HttpResponse:
    """Publish what was ticked, at the versions that were shown."""
    seen = {}
    for value in request.POST.getlist("publish")[:MOST_AT_ONCE]:
        pk, _sep, version = value.partition(":")
        numbers = (number_in(pk), number_in(version))
        if numbers[0] is not None and numbers[1] is not None:
            seen[numbers[0]] = numbers[1]
    done, left = services.publish_many(seen=seen, by=signed_in(request), now=clock.now())
    if done:
        told = ngettext("%(n)s reply published.", "%(n)s replies published.", len(done))
        messages.success(request, told % {"n": len(done)})
    if left:
        messages.warning(
            request,
            _("Edited or sent back meanwhile, so not published: %(names)s")
            % {"names": ", ".join(str(one.scenario.slug) for one in left)},
        )
    return redirect("knowledgebase:waiting")
