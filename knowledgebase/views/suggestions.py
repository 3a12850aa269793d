"""Suggestions beside a ticket, and the tone check of a reply."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.permissions import Permission, can, requires
from common import clock
from common.htmx import render_page
from knowledgebase import labels, queries, services
from knowledgebase.views.shared import signed_in, slot_label
from tickets import queries as ticket_queries
from tickets.models import Ticket


@requires(Permission.REPLY)
def show_suggestions(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the three best replies for a ticket, filled in."""
    user = signed_in(request)
    ticket = ticket_queries.get_ticket(reference, visible_to=user)
    context = suggestions_context(ticket, user)
    return render_page(
        request, "knowledgebase/suggestions.html", "knowledgebase/_suggestions.html", context
    )


def panel(request: HttpRequest, ticket: Ticket) -> str:
    """Return the suggestions for the ticket page, which has looked the ticket up already."""
    user = signed_in(request)
    if not ticket.is_open or not can(user, Permission.REPLY):
        return ""
    context = suggestions_context(ticket, user)
    return render_to_string("knowledgebase/_suggestions.html", context, request)


def suggestions_context(ticket: Ticket, user: User) -> dict[str, Any]:
    """Return the three best replies as the fragment shows them."""
    suggestions = queries.suggest_for_ticket(ticket, agent=user, now=clock.now())
    _note_shown(ticket, suggestions)
    shown = [
        {
            "reply": one,
            "title": one.scenario.title(labels.interface_language()),
            "why": labels.why_sentences(one.why),
            "missing": [slot_label(name) for name in one.missing],
        }
        for one in suggestions
    ]
    return {"ticket": ticket, "suggestions": shown}


def _note_shown(ticket: Ticket, suggestions: list[queries.SuggestedReply]) -> None:
    """Keep the list, so that what is picked tells how good it was."""
    if not suggestions or ticket.last_customer_message_id is None:
        return
    services.record_shown(
        ticket_id=ticket.pk,
        message_id=ticket.last_customer_message_id,
        slugs=[one.slug for one in suggestions],
        language=suggestions[0].language,
        category=ticket.category,
        emotion=ticket.emotion,
        revision=suggestions[0].revision,
        trial=next((one.slug for one in suggestions if one.why.is_trial), ""),
        now=clock.now(),
    )


@requires(Permission.REPLY)
@require_POST
def check_reply(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what the tone rules say about a text; blocking findings hold the send button."""
    user = signed_in(request)
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
