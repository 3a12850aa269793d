"""Pages and fragments of the knowledge base."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.permissions import Permission, can, requires
from common import clock
from common.htmx import render_page
from knowledgebase import labels, policy, queries, services, variables
from knowledgebase.models import Language, Scenario, Template, TemplateStatus, Variant
from knowledgebase.queries.browsing import Branch
from tickets import queries as ticket_queries
from tickets.models import Ticket


def _signed_in(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@requires(Permission.REPLY)
def show_suggestions(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the three best replies for a ticket, filled in."""
    user = _signed_in(request)
    ticket = ticket_queries.get_ticket(reference, visible_to=user)
    context = suggestions_context(ticket, user)
    return render_page(
        request, "knowledgebase/suggestions.html", "knowledgebase/_suggestions.html", context
    )


def panel(request: HttpRequest, ticket: Ticket) -> str:
    """Return the suggestions for the ticket page, which has looked the ticket up already."""
    user = _signed_in(request)
    if not ticket.is_open or not can(user, Permission.REPLY):
        return ""
    context = suggestions_context(ticket, user)
    return render_to_string("knowledgebase/_suggestions.html", context, request)


def suggestions_context(ticket: Ticket, user: User) -> dict[str, Any]:
    """Return the three best replies as the fragment shows them."""
    suggestions = queries.suggest_for_ticket(ticket, agent=user, now=clock.now())
    shown = [
        {
            "reply": one,
            "title": one.scenario.title(labels.interface_language()),
            "why": labels.why_sentences(one.why),
            "missing": [_slot(name) for name in one.missing],
        }
        for one in suggestions
    ]
    return {"ticket": ticket, "suggestions": shown}


@requires(Permission.REPLY)
@require_POST
def check_reply(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what the tone rules say about a text; blocking findings hold the send button."""
    user = _signed_in(request)
    ticket = ticket_queries.get_ticket(reference, visible_to=user)
    text = request.POST.get("text", "")[:20_000]
    slug = request.POST.get("template_slug", "")
    findings = queries.check_text(ticket, text, by=user, template_slug=slug) if text.strip() else []
    once = {(one.code, one.text): one for one in reversed(findings)}
    shown = [
        {"finding": one, "sentence": labels.finding_sentence(one)}
        for one in reversed(once.values())
    ]
    return render(request, "knowledgebase/_findings.html", {"findings": shown})


@requires(Permission.TEMPLATE_SUGGEST, Permission.TEMPLATE_WRITE, Permission.READ_MASKED)
def show_library(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Show the tree of scenarios, a search through them, and the chosen one."""
    user = _signed_in(request)
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
    }
    if scenario is not None:
        context |= _scenario_context(request, scenario, user)
    return render_page(
        request, "knowledgebase/library.html", "knowledgebase/_library.html", context
    )


@requires(Permission.TEMPLATE_WRITE)
@require_POST
def edit_template(request: HttpRequest, pk: int) -> HttpResponse:
    """Save a new version of a body as a draft."""
    template = get_object_or_404(Template.objects.select_related("scenario"), pk=pk)
    services.edit_template(
        template_id=pk,
        body=request.POST.get("body", ""),
        by=_signed_in(request),
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
            template_id=pk, status=status, by=_signed_in(request), now=clock.now()
        )
    return _back_to(template)


def _back_to(template: Template) -> HttpResponse:
    address = redirect("knowledgebase:scenario", template.scenario.slug)
    address["Location"] += f"?variant={template.variant}"
    return address


def _scenario_context(request: HttpRequest, scenario: Scenario, user: User) -> dict[str, Any]:
    templates = queries.templates_of(scenario)
    variants = [v for v in Variant if any(t.variant == v for t in templates)]
    asked = request.GET.get("variant", "")
    variant = next((v for v in variants if v == asked), variants[0] if variants else Variant.CALM)
    shown = [t for t in templates if t.variant == variant]
    language = labels.interface_language()
    return {
        "title": scenario.title(language),
        "variants": variants,
        "variant": variant,
        "templates": [_shown_template(t, scenario) for t in shown],
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
        "led": queries.outcome_of(scenario),
        "may_write": can(user, Permission.TEMPLATE_WRITE),
        "may_publish": can(user, Permission.TEMPLATE_APPROVE),
        "statuses": TemplateStatus,
    }


def _shown_template(template: Template, scenario: Scenario) -> dict[str, Any]:
    count = policy.text_length(template.body, template.language)
    return {
        "template": template,
        "count": count,
        "is_zh": template.language == Language.ZH,
        "spans": _marked(template.body),
        "versions": list(template.versions.all()),
    }


def _marked(body: str) -> list[tuple[str, bool]]:
    """Cut a body into plain parts and variables, for showing."""
    parts: list[tuple[str, bool]] = []
    end = 0
    for match in variables.PATTERN.finditer(body):
        parts += [(body[end : match.start()], False), (match[0], True)]
        end = match.end()
    return [part for part in [*parts, (body[end:], False)] if part[0]]


def _slots_of(templates: list[Template]) -> list[dict[str, Any]]:
    names = dict.fromkeys(n for t in templates for n in variables.names_in(t.body))
    return [
        {
            "name": name,
            "label": _slot(name),
            "is_typed": variables.VARIABLES[name].source == "typed",
            "source": labels.SOURCES[variables.VARIABLES[name].source],
        }
        for name in names
        if name in variables.VARIABLES
    ]


def _slot(name: str) -> str:
    variable = variables.VARIABLES.get(name)
    return variable.label(labels.interface_language()) if variable else name


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
