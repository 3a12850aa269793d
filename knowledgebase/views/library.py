"""The library: tree, search and one scenario."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, can, requires
from common import clock
from common.htmx import render_page
from knowledgebase import labels, policy, queries, variables
from knowledgebase.diffs import side_by_side
from knowledgebase.models import (
    Language,
    Scenario,
    Template,
    TemplateComment,
    TemplateStatus,
    Variant,
)
from knowledgebase.queries.browsing import Branch
from knowledgebase.queries.proposals import waiting_proposals
from knowledgebase.views.outcomes import led_context
from knowledgebase.views.shared import marked, signed_in, slot_label


@requires(Permission.TEMPLATE_SUGGEST, Permission.TEMPLATE_WRITE, Permission.READ_MASKED)
def show_library(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Show the tree of scenarios, a search through them, and the chosen one."""
    user = signed_in(request)
    language = labels.interface_language()
    wanted = request.GET.get("q", "").strip()[:200]
    tree = queries.scenario_tree(language, _("General"))
    scenario = get_object_or_404(Scenario, slug=slug) if slug else _first(tree)
    found = queries.search_scenarios(wanted, _query_language(wanted)) if wanted else None
    context: dict[str, Any] = {
        "query": wanted,
        "tree": tree,
        "open_branches": _open_branches(tree, scenario) if found is None else set(),
        "found": found,
        "scenario": scenario,
        "language": language,
        "may_write": can(user, Permission.TEMPLATE_WRITE),
        "may_publish": can(user, Permission.TEMPLATE_APPROVE),
    }
    if context["may_write"] or context["may_publish"]:
        context["waiting_count"] = queries.waiting_count()
        context["waiting_proposals"] = waiting_proposals()
    if scenario is not None:
        context |= _scenario_context(request, scenario, user)
    return render_page(
        request, "knowledgebase/library.html", "knowledgebase/_library.html", context
    )


def _scenario_context(request: HttpRequest, scenario: Scenario, user: User) -> dict[str, Any]:
    templates = queries.templates_of(scenario)
    variants = [v for v in Variant if any(t.variant == v for t in templates)]
    asked = request.GET.get("variant", "")
    variant = next((v for v in variants if v == asked), variants[0] if variants else Variant.CALM)
    shown = [t for t in templates if t.variant == variant]
    language = labels.interface_language()
    remarks = queries.remarks_of([t.pk for t in shown])
    today = queries.shop_day(clock.now())
    return {
        "title": scenario.title(language),
        "variants": variants,
        "variant": variant,
        "templates": [_shown_template(t, remarks.get(t.pk, []), user) for t in shown],
        "slots": _slots_of(shown),
        "offer": labels.OFFERS.get(scenario.offer, ""),
        "limit": labels.LIMITS.get(scenario.limit, ""),
        "note": scenario.conditions.get(f"note_{language}", ""),
        "order_states": [
            labels.ORDER_STATES.get(s, s) for s in scenario.conditions.get("order_state", [])
        ],
        "days": scenario.conditions.get("days_since_delivery", ""),
        "excluded": scenario.conditions.get("exclude", []),
        "examples": [(one, scenario.examples(one)) for one in ("zh", "en")],
        **led_context(scenario, user),
        "may_suggest": can(user, Permission.TEMPLATE_SUGGEST),
        "statuses": TemplateStatus,
        "is_over": scenario.expires_on is not None and scenario.expires_on < today,
        "help_texts": [page for page in scenario.help_texts.all() if page.is_public],
    }


def _shown_template(
    template: Template, remarks: list[TemplateComment], user: User
) -> dict[str, Any]:
    count = policy.text_length(template.body, template.language)
    return {
        "template": template,
        "count": count,
        "is_zh": template.language == Language.ZH,
        "spans": marked(template.body),
        "remarks": [
            {
                "remark": one,
                "rows": side_by_side(template.body, one.proposed_body) if one.proposed_body else (),
                "may_settle": one.by_id == user.pk
                or can(user, Permission.TEMPLATE_WRITE)
                or can(user, Permission.TEMPLATE_APPROVE),
            }
            for one in remarks
            if one.resolved_at is None
        ],
        "settled": sum(one.resolved_at is not None for one in remarks),
    }


def _slots_of(templates: list[Template]) -> list[dict[str, Any]]:
    names = dict.fromkeys(n for t in templates for n in variables.names_in(t.body))
    return [
        {
            "name": name,
            "label": slot_label(name),
            "is_typed": variables.VARIABLES[name].source == "typed",
            "source": labels.SOURCES[variables.VARIABLES[name].source],
        }
        for name in names
        if name in variables.VARIABLES
    ]


def _open_branches(tree: list[Branch], scenario: Scenario | None) -> set[str]:
    """Return the branches that hold the chosen scenario."""
    if scenario is None:
        return set()
    below = [one for branch in tree for one in branch.below]
    return {branch.slug for branch in [*tree, *below] if branch.holds(scenario.slug)}


def _first(tree: list[Branch]) -> Scenario | None:
    for branch in tree:
        if branch.scenarios:
            return branch.scenarios[0]
        found = _first(branch.below)
        if found is not None:
            return found
    return None


def _query_language(text: str) -> str:
    return queries.detect_language(text)
