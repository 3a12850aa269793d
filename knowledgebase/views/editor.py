"""The editor of a scenario's texts: all moods and both languages, checked while one writes."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Permission, requires
from common import clock
from common.errors import DomainError, NotFound
from common.htmx import render_page
from knowledgebase import labels, policy, queries, services, variables
from knowledgebase.diffs import Row, side_by_side
from knowledgebase.errors import EditedMeanwhile
from knowledgebase.models import Language, Scenario, Template, TemplateStatus, Variant
from knowledgebase.queries.drafts import DraftState
from knowledgebase.services import Written
from knowledgebase.views.shared import back_to_template, number_in, signed_in, slot_label

MOST_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One text of the editor: what stands in the box, and what is known of it."""

    language: str
    variant: str
    label: str
    template: Template | None
    text: str
    over: int
    state: dict[str, Any]
    # Where somebody saved meanwhile: their text against the one in the box.
    theirs: Template | None = None
    rows: tuple[Row, ...] = ()

    @property
    def key(self) -> str:
        """The name of this place in the form."""
        return f"{self.language}-{self.variant}"


@requires(Permission.TEMPLATE_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every text of a scenario for editing, and save them together."""
    scenario = get_object_or_404(Scenario, slug=slug)
    if request.method != "POST":
        return _page(request, scenario)
    bodies = _written(request)
    try:
        saved = services.save_bodies(
            scenario_id=scenario.pk, bodies=bodies, by=signed_in(request), now=clock.now()
        )
    except EditedMeanwhile as error:
        return _page(request, scenario, bodies, error, status=409)
    except DomainError as error:
        return _page(request, scenario, bodies, error, status=error.status)
    if "hand_in" in request.POST:
        _hand_in(scenario, request)
    _tell(request, saved)
    return redirect("knowledgebase:scenario", scenario.slug)


def _tell(request: HttpRequest, saved: list[Template]) -> None:
    if "hand_in" in request.POST:
        messages.success(request, _("Handed in for review."))
    elif saved:
        messages.success(request, _("Saved as a draft. Hand it in for review when it is ready."))
    else:
        messages.info(request, _("Nothing was changed."))


def _hand_in(scenario: Scenario, request: HttpRequest) -> None:
    for template in scenario.templates.filter(status=TemplateStatus.DRAFT):
        services.change_status(
            template_id=template.pk,
            status=TemplateStatus.REVIEW,
            by=signed_in(request),
            now=clock.now(),
        )


def _written(request: HttpRequest) -> dict[tuple[str, str], Written]:
    """Return the boxes of the form; one for which "theirs" was ticked is left as it is."""
    bodies = {}
    for language in Language.values:
        for variant in Variant.values:
            key = f"{language}-{variant}"
            body = request.POST.get(f"body-{key}")
            if body is None or f"theirs-{key}" in request.POST:
                continue
            over = request.POST.get(f"over-{key}", "0")
            bodies[language, variant] = Written(body[:MOST_CHARACTERS], number_in(over) or 0)
    return bodies


def _page(
    request: HttpRequest,
    scenario: Scenario,
    bodies: dict[tuple[str, str], Written] | None = None,
    error: DomainError | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    known = {
        (one.language, one.variant): one for one in scenario.templates.select_related("changed_by")
    }
    moods = [
        {
            "variant": variant,
            "cells": [
                _cell(scenario, language, variant, known.get((language, variant)), bodies or {})
                for language in Language
            ],
        }
        for variant in Variant
    ]
    user = signed_in(request)
    context = {
        "scenario": scenario,
        "title": scenario.title(labels.interface_language()),
        "moods": moods,
        "error": error,
        "is_conflict": isinstance(error, EditedMeanwhile),
        "variables": [{"name": name, "label": slot_label(name)} for name in variables.VARIABLES],
        # The preview beside the boxes, before a ticket is chosen.
        "tickets": queries.tickets_to_preview(scenario, by=user),
        "wanted": "",
        "language": "zh",
        "variant": Variant.CALM.value,
    }
    return render(request, "knowledgebase/editor.html", context, status=status)


def _cell(
    scenario: Scenario,
    language: Language,
    variant: Variant,
    template: Template | None,
    bodies: dict[tuple[str, str], Written],
) -> Cell:
    place = (language.value, variant.value)
    written = bodies.get(place)
    current = template.body if template else ""
    version = template.version if template else 0
    text = written.body if written else current
    # Only where both sides differ is there anything to decide.
    late = written is not None and written.over != version and text.strip() != current
    return Cell(
        language=language.value,
        variant=variant.value,
        label=str(language.label),
        template=template,
        text=text,
        over=version,
        state=state_context(queries.draft_state(scenario, *place, text)),
        theirs=template if late else None,
        rows=tuple(side_by_side(current, text)) if late else (),
    )


def state_context(state: DraftState) -> dict[str, Any]:
    """Return what the fragment below a box shows."""
    needed = state.needed
    return {
        "state": state,
        "apology": labels.APOLOGY_LEVELS.get(needed, ""),
        # AR asks for concern, not for a level.
        "level": f"A{state.apology}" if needed and needed != "AR" else "",
        "findings": [
            {"finding": one, "sentence": labels.finding_sentence(one)} for one in state.findings
        ],
    }


@requires(Permission.TEMPLATE_WRITE, Permission.TEMPLATE_SUGGEST)
@require_POST
def check_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what the policy finds in a text while it is written."""
    scenario = get_object_or_404(Scenario, slug=slug)
    language, variant = _place(request)
    body = request.POST.get(f"body-{language}-{variant}", "")[:MOST_CHARACTERS]
    context = state_context(queries.draft_state(scenario, language, variant, body))
    context |= {"key": f"{language}-{variant}", "language": language}
    return render(request, "knowledgebase/_draft_state.html", context)


@requires(Permission.TEMPLATE_WRITE, Permission.TEMPLATE_SUGGEST, Permission.TEMPLATE_APPROVE)
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a text on a real ticket: as saved, or as it stands in the editor's boxes."""
    scenario = get_object_or_404(Scenario, slug=slug)
    user = signed_in(request)
    asked = request.POST if request.method == "POST" else request.GET
    context: dict[str, Any] = {
        "scenario": scenario,
        "title": scenario.title(labels.interface_language()),
        "tickets": queries.tickets_to_preview(scenario, by=user),
        "wanted": asked.get("ticket", "").strip()[:20],
        "language": asked.get("language", "zh"),
        "variant": asked.get("variant", ""),
        "languages": Language,
        "variants": Variant,
    }
    if context["wanted"]:
        context |= _preview(request, scenario, context)
    return render_page(
        request, "knowledgebase/preview.html", "knowledgebase/_preview.html", context
    )


def _preview(request: HttpRequest, scenario: Scenario, asked: dict[str, Any]) -> dict[str, Any]:
    language = asked["language"] if asked["language"] in Language.values else "zh"
    saved = {(t.language, t.variant): t.body for t in scenario.templates.all()}
    variant = asked["variant"] if asked["variant"] in Variant.values else Variant.CALM.value
    body = request.POST.get(f"body-{language}-{variant}", saved.get((language, variant), ""))
    try:
        shown = queries.preview(
            reference=asked["wanted"],
            body=body[:MOST_CHARACTERS],
            language=language,
            by=signed_in(request),
            now=clock.now(),
            template_slug=scenario.slug,
        )
    except NotFound as error:
        return {"error": error}
    group = policy.group_of(shown.ticket.category)
    cell = shown.cell
    return {
        "shown": shown,
        "language": language,
        "variant": variant,
        "suits": policy.variant_for(shown.ticket.emotion, distressed=shown.ticket.distressed),
        "missing": [slot_label(name) for name in shown.missing],
        "findings": [
            {"finding": one, "sentence": labels.finding_sentence(one)}
            for one in shown.findings
            if one.reason != "unfilled"
        ],
        "group": labels.GROUPS.get(group, ""),
        "apology": labels.APOLOGY_LEVELS.get(cell.apology, "") if cell else "",
        "allowed": policy.length_limit(cell.length, language) if cell else 0,
        "offer": labels.OFFERS.get(cell.offer, "") if cell else "",
        "escalation": labels.ESCALATIONS.get(cell.escalation, "") if cell else "",
    }


def _place(request: HttpRequest) -> tuple[str, str]:
    language = request.POST.get("language", "")
    variant = request.POST.get("variant", "")
    if language not in Language.values or variant not in Variant.values:
        raise NotFound
    return language, variant


@requires(Permission.TEMPLATE_WRITE)
@require_POST
def edit_template(request: HttpRequest, pk: int) -> HttpResponse:
    """Save a new version of a single body as a draft."""
    template = get_object_or_404(Template.objects.select_related("scenario"), pk=pk)
    services.edit_template(
        template_id=pk,
        body=request.POST.get("body", ""),
        by=signed_in(request),
        now=clock.now(),
    )
    messages.success(request, _("Saved as a draft. Hand it in for review when it is ready."))
    return back_to_template(template)


@requires(Permission.TEMPLATE_WRITE, Permission.TEMPLATE_APPROVE)
@require_POST
def change_status(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a body in for review, publish it, or send it back."""
    template = get_object_or_404(Template.objects.select_related("scenario"), pk=pk)
    status = request.POST.get("status", "")
    seen = request.POST.get("seen", "")
    if status in TemplateStatus.values:
        try:
            services.change_status(
                template_id=pk,
                status=status,
                by=signed_in(request),
                now=clock.now(),
                seen=number_in(seen),
            )
        except EditedMeanwhile:
            messages.warning(
                request, _("Somebody has saved a newer version. Read it first, then decide.")
            )
    return back_to_template(template)
