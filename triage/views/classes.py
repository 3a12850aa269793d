"""The parts of the model page about classes and drift, and the tickets behind a confusion."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, requires
from common.errors import NotFound
from common.htmx import wants_fragment
from tickets import queries as pool
from triage import display, queries
from triage.display.classes import confused, words_of

MOST_SHOWN = 100


@requires(Permission.PROMOTE_MODEL)
@require_safe
def show_classes(request: HttpRequest) -> HttpResponse:
    """Show the figures of each class in another order, or the confusions of another category."""
    if not wants_fragment(request):
        return redirect(f"{reverse('triage:models')}?{request.GET.urlencode()}#classes")
    return render(request, "triage/_classes.html", classes_context(request.GET))


def classes_context(sent: QueryDict) -> dict[str, Any]:
    """Return what the part about classes needs; one statement."""
    judging = queries.latest_judging()
    if judging is None:
        return {"classes": None}
    tickets = sent.get("tickets", "")
    tickets = tickets if tickets in display.LANGUAGE_WORDS else ""
    language = get_language() or "en"
    found = display.classes(
        judging, language, sort=sent.get("sort", ""), top=sent.get("top", ""), tickets=tickets
    )
    return {"classes": found, "tickets": tickets, "ticket_languages": display.LANGUAGE_WORDS}


def drift_context(request: HttpRequest) -> dict[str, Any]:
    """Return what the part about drift needs; two statements."""
    report = queries.latest_drift()
    if report is None:
        return {"drift": None}
    found = display.drift(report, get_language() or "en")
    # Whoever may not read tickets sees the counts alone.
    tickets = pool.visible_tickets(request.user).filter(pk__in=found.ticket_ids)
    seen = {ticket.pk: ticket for ticket in tickets}
    new_words = [
        (
            part.label,
            [(one, [seen[pk] for pk in one["examples"] if pk in seen]) for one in part.new],
        )
        for part in found.words
        if part.new
    ]
    return {"drift": found, "new_words": new_words}


@requires(Permission.PROMOTE_MODEL)
@require_safe
def show_confusion(request: HttpRequest) -> HttpResponse:
    """List the judged tickets of one class that were read as another."""
    judging = queries.latest_judging()
    if judging is None:
        raise NotFound
    truth, said = request.GET.get("truth", ""), request.GET.get("said", "")
    language = get_language() or "en"
    rows = confused(judging, truth, said, request.GET.get("tickets", ""))
    shown = rows[:MOST_SHOWN]
    found = pool.visible_tickets(request.user).in_bulk([row.ticket for row in shown])
    context = {
        "judging": judging,
        "truth": display.label_of(truth, language),
        "said": "" if said == "*" else display.label_of(said, language),
        "count": len(rows),
        "rows": [(found.get(row.ticket), words_of(row, language)) for row in shown],
    }
    return render(request, "triage/confusion.html", context)
