"""The parts of the model page about classes and drift, and the tickets behind a confusion."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, requires
from common import clock
from common.errors import NotFound
from common.htmx import wants_fragment
from tickets import queries as pool
from triage import display, queries
from triage.display.classes import (
    LEAST_ANSWERS,
    confused,
    of_language,
    rows_of,
    words_of,
)
from triage.display.fields import FIELDS, USUAL_FIELD
from triage.ml.classes import JudgedTicket

MOST_SHOWN = 100
ANSWERED_WINDOW = timedelta(days=90)


@requires(Permission.PROMOTE_MODEL)
@require_safe
def show_classes(request: HttpRequest) -> HttpResponse:
    """Show the figures of each class in another order, or the confusions of another category."""
    if not wants_fragment(request):
        return redirect(f"{reverse('triage:models')}?{request.GET.urlencode()}#classes")
    return render(request, "triage/_classes.html", classes_context(request.GET))


def classes_context(sent: QueryDict) -> dict[str, Any]:
    """Return what the part about classes needs; at most three statements."""
    tickets = sent.get("tickets", "")
    tickets = tickets if tickets in display.LANGUAGE_WORDS else ""
    field, sort = display.field_of(sent.get("field", "")), sent.get("sort", "")
    language = get_language() or "en"
    found = None
    if not field.is_judged:
        found = display.answers(_answered(field), language, field=field, sort=sort, tickets=tickets)
    elif (judging := queries.latest_judging()) is not None:
        found = display.classes(
            judging, language, field=field, sort=sort, top=sent.get("top", ""), tickets=tickets
        )
    return {
        "classes": found,
        "field": field,
        "fields": display.FIELDS,
        "tickets": tickets,
        "ticket_languages": display.LANGUAGE_WORDS,
        "answered_days": ANSWERED_WINDOW.days,
        "least_answers": LEAST_ANSWERS,
    }


def _answered(field: display.Field) -> list[JudgedTicket]:
    """Return what people said of the readings of the last weeks; odd labels count nowhere."""
    now = clock.now()
    odd = queries.doubted_labellers()
    return queries.answered(field.key, since=now - ANSWERED_WINDOW, until=now, without=odd)


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
    """List the tickets of one class that were read as another."""
    field = display.field_of(request.GET.get("field", ""))
    judging = queries.latest_judging() if field.is_judged else None
    if field.is_judged and judging is None:
        raise NotFound
    truth, said = request.GET.get("truth", ""), request.GET.get("said", "")
    language = get_language() or "en"
    known = rows_of(judging) if judging else _answered(field)
    rows = confused(of_language(known, request.GET.get("tickets", "")), truth, said)
    shown = rows[:MOST_SHOWN]
    found = pool.visible_tickets(request.user).in_bulk([row.ticket for row in shown])
    words = FIELDS[USUAL_FIELD] if field.is_judged else field
    context = {
        "judging": judging,
        "field": field,
        "truth": field.label(truth, language),
        "said": "" if said == "*" else field.label(said, language),
        "count": len(rows),
        "rows": [(found.get(row.ticket), words_of(row, words, language)) for row in shown],
    }
    return render(request, "triage/confusion.html", context)
