"""The model page: what it does with tickets, how far it may go alone, and which one is in use."""

from datetime import timedelta
from math import isfinite
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission, can, requires
from common import clock
from common.htmx import render_page, wants_fragment
from triage import display, queries, services
from triage.errors import ErrorOutOfRange
from triage.models import ModelVersion
from triage.views.classes import classes_context, drift_context

WINDOW = timedelta(days=7)
CHECKED_WINDOW = timedelta(days=28)


@requires(Permission.PROMOTE_MODEL)
@require_safe
def show_models(request: HttpRequest) -> HttpResponse:
    """Show the model in use, its challenger, the versions and the figures of the last week."""
    versions = list(queries.list_versions())
    curves, fault = _curves(request, versions), queries.why_no_model()
    for version in versions:
        version.verdict = display.verdict_word(version)  # type: ignore[attr-defined]
        version.lines = display.lines_of(version, curves["saved"])  # type: ignore[attr-defined]
    context = {
        "versions": versions,
        "fault": fault,
        "champion_fault": fault if _champion(versions) else "",
        "may_promote": can(request.user, Permission.PROMOTE_MODEL),
        "versus": display.versus(versions, _language()),
        "previous": _previous(versions),
        **_week(),
        **curves,
        **_people(request, versions),
        **classes_context(request.GET),
        **drift_context(request),
    }
    return render_page(request, "triage/models.html", "triage/_versions.html", context)


@requires(Permission.PROMOTE_MODEL)
@require_safe
def show_effect(request: HttpRequest) -> HttpResponse:
    """Show what the line at which the slider stands would do."""
    if not wants_fragment(request):
        return redirect(f"{reverse('triage:models')}?{request.GET.urlencode()}")
    context = _curves(request, list(queries.list_versions()))
    return render(request, "triage/_effect.html", context)


@requires(Permission.PROMOTE_MODEL)
@require_POST
def set_allowed_error(request: HttpRequest) -> HttpResponse:
    """Save where the slider stands."""
    assert isinstance(request.user, User)
    share = _allowed(request.POST)
    if share is None:
        raise ErrorOutOfRange
    services.set_allowed_error(share=share, by=request.user, now=clock.now())
    percent = f"{share * 100:.1f}"
    messages.success(request, _("The allowed error is now %(percent)s%%.") % {"percent": percent})
    language = request.POST.get("language", "")
    known = language if language in display.LANGUAGE_WORDS else ""
    return redirect(f"{reverse('triage:models')}{f'?language={known}' if known else ''}")


@requires(Permission.PROMOTE_MODEL)
@require_POST
def trust(request: HttpRequest, user_id: int) -> HttpResponse:
    """Let somebody's labels count although they look odd."""
    assert isinstance(request.user, User)
    person = get_object_or_404(User, pk=user_id)
    services.trust_labeller(user_id=person.pk, by=request.user, now=clock.now())
    said = _("Labels of %(name)s count from the next training on.") % {"name": person.label}
    messages.success(request, said)
    return redirect("triage:models")


@requires(Permission.PROMOTE_MODEL)
@require_POST
def doubt(request: HttpRequest, user_id: int) -> HttpResponse:
    """Set somebody's labels aside again."""
    assert isinstance(request.user, User)
    person = get_object_or_404(User, pk=user_id)
    services.doubt_labeller(user_id=person.pk, by=request.user)
    said = _("Labels of %(name)s are set aside again where they look odd.") % {"name": person.label}
    messages.success(request, said)
    return redirect("triage:models")


@requires(Permission.PROMOTE_MODEL)
@require_POST
def promote(request: HttpRequest, number: int) -> HttpResponse:
    """Put a version into use; going back is the same with an older number."""
    assert isinstance(request.user, User)
    services.promote(number=number, by=request.user, now=clock.now())
    said = _("Model %(number)s is in use. Every worker has it within five seconds.")
    messages.success(request, said % {"number": number})
    return redirect("triage:models")


def _language() -> str:
    return get_language() or "en"


def _previous(versions: list[ModelVersion]) -> ModelVersion | None:
    """Return what was in use before; it may be older than the list."""
    used = [
        one
        for one in versions
        if one.state == "retired" and one.promoted_at and not one.fault and not one.file_removed_at
    ]
    newest = max(used, key=lambda one: one.promoted_at or one.created_at, default=None)
    return newest or queries.previous_champion()


def _week() -> dict[str, Any]:
    figures = queries.figures_since(clock.now() - WINDOW)
    asked = figures["asked"] / figures["read"] if figures["read"] else 0.0
    answered = figures["confirmed"] + figures["changed"]
    return {
        "figures": figures,
        "alone_percent": round((1 - asked) * 100) if figures["read"] else None,
        "changed_percent": round(figures["changed"] / answered * 100) if answered else None,
        "answered": answered,
    }


def _curves(request: HttpRequest, versions: list[ModelVersion]) -> dict[str, Any]:
    """Return curve, reliability and checks; the champion may be older than the list."""
    saved = queries.steering().allowed_error
    checked, wrong = queries.checks_since(clock.now() - CHECKED_WINDOW)
    context: dict[str, Any] = {"checks": display.Checks(checked, wrong, saved), "saved": saved}
    champion = _champion(versions)
    languages = display.measured_languages(champion)
    if champion is None or not languages:
        return context
    asked = request.GET.get("language") or _language()[:2]
    language = asked if asked in languages else languages[0]
    shadow = display.shadow_of(versions, champion)
    allowed = _allowed(request.GET)
    return context | {
        "champion": champion,
        "shadow": shadow,
        "language": language,
        "languages": [(name, display.LANGUAGE_WORDS[name]) for name in languages],
        "risk": display.risk(champion, shadow, language, saved=saved, allowed=allowed),
        "reliability": display.reliability(champion, shadow, language),
        "sets": display.sets_of(champion, language),
    }


def _champion(versions: list[ModelVersion]) -> ModelVersion | None:
    listed = next((version for version in versions if version.state == "champion"), None)
    return listed or queries.champion()


def _people(request: HttpRequest, versions: list[ModelVersion]) -> dict[str, Any]:
    assert isinstance(request.user, User)
    learnt = (version for version in versions if "set_aside" in version.figures)
    latest = next(learnt, None)
    doubts: list[dict[str, Any]] = latest.figures["set_aside"] if latest else []
    trusted = queries.trusted_labellers()
    everybody: list[dict[str, Any]] = latest.figures.get("people", []) if latest else []
    named = [one["person"] for one in (*doubts, *everybody)]
    users = User.objects.in_bulk([*named, *trusted])
    odd = {one["person"] for one in doubts}
    return {
        "labellers": display.labellers(doubts, trusted, users, request.user),
        "people": [
            (users[one["person"]], one, one["person"] in odd)
            for one in everybody
            if one["person"] in users
        ],
    }


def _allowed(sent: QueryDict) -> float | None:
    """Return the share that a form sent in percent; None for what is no number."""
    try:
        percent = float(sent.get("allowed", ""))
    except ValueError:
        return None
    return round(percent / 100, 6) if isfinite(percent) else None
