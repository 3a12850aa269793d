"""The triage card beside a ticket."""

import json
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language

from accounts.models import User
from accounts.permissions import Permission, can, requires
from common.htmx import render_page
from tickets import queries as pool
from tickets.models import Ticket
from triage import card, display, queries
from triage.models import DEFAULT_ALLOWED_ERROR, Prediction


@requires(Permission.READ_TICKETS)
def show_card(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what was read, how sure it is and why, with one key for each correction."""
    ticket = pool.get_ticket(reference, visible_to=request.user)
    context = card_context(ticket, request.user)
    return render_page(request, "triage/card.html", "triage/_triage_card.html", context)


def panel(request: HttpRequest, ticket: Ticket) -> str:
    """Return the card for the ticket page, which has looked the ticket up already."""
    context = card_context(ticket, request.user)
    return render_to_string("triage/_triage_card.html", context, request)


def card_context(ticket: Ticket, user: Any) -> dict[str, Any]:
    """Return what the card's template needs; two statements."""
    prediction = queries.latest_prediction(ticket)
    context: dict[str, Any] = {
        "ticket": ticket,
        "prediction": prediction,
        "may_write": isinstance(user, User) and can(user, Permission.REPLY),
        "fault": "" if prediction and prediction.model else queries.why_no_model(),
    }
    return context | (_reading_context(prediction, ticket) if prediction else {})


def _reading_context(prediction: Prediction, ticket: Ticket) -> dict[str, Any]:
    language = get_language() or "en"
    spans = card.spans(prediction)
    evidence = [{k: v for k, v in asdict(span).items() if k != "text"} for span in spans]
    threshold = _threshold(prediction)
    return {
        "choices": card.choices(prediction, ticket.category, language),
        "spans": spans,
        "evidence": json.dumps(evidence),
        "points": card.points(prediction),
        "forced": card.forced(prediction, language),
        "raised": card.flags(prediction, language),
        "percent": card.percent(prediction.confidence),
        "threshold": threshold,
        "among": display.among(prediction.model, prediction.decision.get("language", "")),
        "decided_by": prediction.decision.get("decided_by", {}),
        "band": prediction.decision.get("band", ""),
    }


def _threshold(prediction: Prediction) -> int | None:
    """Return from how many percent the model files alone in this language; None: never yet."""
    if prediction.model is None:
        return None
    # Annotated; no row is kept while nobody moved the line.
    allowed = getattr(prediction, "allowed_error", None) or DEFAULT_ALLOWED_ERROR
    language = prediction.decision.get("language", "")
    needs = display.needed_confidence(prediction.model, language, allowed)
    return None if needs is None else card.percent(needs)
