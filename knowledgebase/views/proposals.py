"""The review queue of what was mined: a list, one proposal, and what may be done with it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission, can, requires
from common import clock
from common.errors import DomainError
from common.htmx import render_page
from knowledgebase import labels
from knowledgebase.forms import ScenarioForm
from knowledgebase.models import Proposal, ProposalKind, ProposalState, Scenario, Variant
from knowledgebase.queries import proposals as reading
from knowledgebase.services import proposals as services
from knowledgebase.views.shared import EXAMPLE_SLUG, back_to_template, marked, signed_in

NEW = "new"


@requires(Permission.TEMPLATE_WRITE, Permission.TEMPLATE_APPROVE)
@require_safe
def show_proposals(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Show what waits, or what was decided, and one of it."""
    chosen = get_object_or_404(Proposal.objects.select_related("near"), pk=pk) if pk else None
    return _page(request, chosen, {})


@requires(Permission.TEMPLATE_WRITE)
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a proposal over as a draft, as edited."""
    proposal = get_object_or_404(Proposal, pk=pk)
    told = {name: request.POST.get(name, "") for name in ("body", "slug", "title_en", "title_zh")}
    wanted, variant = request.POST.get("scenario", ""), request.POST.get("variant", "")
    is_new = wanted == NEW
    target = services.Target(
        slug=told["slug"].strip()[:100] if is_new else wanted,
        variant=variant if variant in Variant.values else Variant.CALM,
        is_new=is_new,
        title_en=told["title_en"].strip()[:160],
        title_zh=told["title_zh"].strip()[:160],
        category=proposal.category,
    )
    try:
        template = services.approve_proposal(
            proposal_id=pk,
            body=told["body"],
            target=target,
            by=signed_in(request),
            now=clock.now(),
        )
    except DomainError as error:
        return _page(request, proposal, told | {"to": wanted, "variant": variant}, error)
    messages.success(request, _("Taken over as a draft. Hand it in for review when it is ready."))
    return back_to_template(template)


@requires(Permission.TEMPLATE_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the scenario that is missing: its head, filled in as far as is known."""
    proposal = get_object_or_404(Proposal, pk=pk)
    initial = {
        "category": proposal.category,
        f"examples_{proposal.language}": "\n".join(proposal.examples),
    }
    form = ScenarioForm(request.POST or None, initial=initial)
    slug = request.POST.get("slug", _slug_start(proposal)).strip()[:100]
    if request.method == "POST" and form.is_valid():
        try:
            made = services.write_scenario(
                proposal_id=pk, slug=slug, head=form.head(), by=signed_in(request), now=clock.now()
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("knowledgebase:editor", made.slug)
    context = {
        "form": form,
        "slug": slug,
        "example": EXAMPLE_SLUG,
        "title": _("New scenario"),
    }
    status = 422 if form.errors else 200
    return render(request, "knowledgebase/scenario_form.html", context, status=status)


@requires(Permission.TEMPLATE_WRITE, Permission.TEMPLATE_APPROVE)
@require_POST
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a proposal aside with a reason."""
    proposal = get_object_or_404(Proposal, pk=pk)
    reason = request.POST.get("reason", "")
    try:
        services.reject_proposal(
            proposal_id=pk, reason=reason, by=signed_in(request), now=clock.now()
        )
    except DomainError as error:
        return _page(request, proposal, {}, error)
    messages.success(request, _("Rejected. It will not be proposed again."))
    return redirect("knowledgebase:proposals")


def _page(
    request: HttpRequest,
    chosen: Proposal | None,
    told: dict[str, str],
    error: DomainError | None = None,
) -> HttpResponse:
    user = signed_in(request)
    state = chosen.state if chosen else request.GET.get("state", "")
    state = state if state in ProposalState.values else ProposalState.WAITING
    found = reading.list_proposals(state)
    chosen = chosen or (found[0] if found else None)
    context: dict[str, Any] = {
        "listed": [(one, reading.title_of(one)) for one in found],
        "state": state,
        "states": ProposalState.choices,
        "waiting_proposals": reading.waiting_proposals(),
        "may_write": can(user, Permission.TEMPLATE_WRITE),
        "may_publish": can(user, Permission.TEMPLATE_APPROVE),
        "error": error,
        "chosen": chosen,
    }
    if chosen is not None:
        context |= _chosen(chosen, user, told) | _neighbours([one.pk for one in found], chosen.pk)
    response = render_page(
        request, "knowledgebase/proposals.html", "knowledgebase/_proposals.html", context
    )
    if error is not None:
        response.status_code = error.status
    return response


def _chosen(proposal: Proposal, user: User, told: dict[str, str]) -> dict[str, Any]:
    language = labels.interface_language()
    near = reading.nearest_template(proposal)
    wanted = told.get("to") or NEW
    return {
        "title": reading.title_of(proposal),
        "is_answer": proposal.kind == ProposalKind.ANSWER,
        "spans": marked(proposal.body),
        "body": told.get("body", proposal.body),
        "slug": told.get("slug", _slug_start(proposal)),
        "title_en": told.get("title_en", ""),
        "title_zh": told.get("title_zh", ""),
        "wanted": wanted,
        "variants": Variant.choices,
        "variant": told.get("variant", Variant.CALM),
        "scenarios": [(one.slug, one.title(language)) for one in reading.scenarios_for(proposal)],
        "samples": reading.samples_of(proposal, visible_to=user),
        "near": near,
        "near_title": near.scenario.title(language) if near else "",
        "near_spans": marked(near.published_body or near.body) if near else [],
    }


def _neighbours(listed: list[int], pk: int) -> dict[str, Any]:
    if pk not in listed:
        return {}
    at = listed.index(pk)
    return {
        "previous": listed[at - 1] if at else None,
        "next": listed[at + 1] if at + 1 < len(listed) else None,
    }


def _slug_start(proposal: Proposal) -> str:
    """Return how a slug begins: with the sub-category, which the editor completes."""
    start = f"{proposal.category.partition('.')[2] or 'general'}."
    taken = proposal.words[0] if proposal.words and proposal.words[0].isascii() else ""
    slug = start + taken.lower()
    return start if Scenario.objects.filter(slug=slug).exists() else slug
