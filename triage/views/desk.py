"""The triage desk: tickets that the model is not sure of, one after the other, by keyboard."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.permissions import Permission, can, requires
from common import clock
from common.errors import DomainError
from common.htmx import render_page
from tickets import queries as pool
from tickets import services as tickets
from tickets import taxonomy
from tickets.models import Ticket
from triage import card, queries, services
from triage.views.card import card_context

LIST_SIZE = 40
NOT_A_COMPLAINT = "non-complaint.enquiry"


@requires(Permission.REPLY)
def show_desk(request: HttpRequest) -> HttpResponse:
    """Show the list and the ticket to decide on: the one named, else the first."""
    user = _person(request)
    now = clock.now()
    waiting = queries.waiting_at_desk(user, now)[:LIST_SIZE]
    wanted = _current(waiting, request.GET.get("ticket", ""), request.GET.get("after", ""))
    current = _claimed(waiting, wanted, user, now)
    context: dict[str, Any] = {"waiting": waiting, "current": current, "filed": _filed(request)}
    if current is not None:
        context |= _decision_context(current, user)
    return render_page(request, "triage/desk.html", "triage/_desk.html", context)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _current(waiting: list[Ticket], wanted: str, after: str) -> Ticket | None:
    references = [ticket.reference for ticket in waiting]
    if wanted in references:
        return waiting[references.index(wanted)]
    if after in references:
        # Skipped: go on with the next one, from the start again at the end.
        return waiting[(references.index(after) + 1) % len(waiting)]
    return waiting[0] if waiting else None


def _claimed(
    waiting: list[Ticket], wanted: Ticket | None, user: User, now: datetime
) -> Ticket | None:
    """Take the wanted ticket, or the next one that no colleague took in this moment."""
    if wanted is None:
        return None
    start = waiting.index(wanted)
    for ticket in waiting[start:] + waiting[:start]:
        if services.claim(ticket_id=ticket.pk, by=user, now=now):
            services.release(by=user, except_ticket_id=ticket.pk)
            return ticket
    return None


def _filed(request: HttpRequest) -> dict[str, str] | None:
    reference = request.GET.get("filed", "")
    ticket = pool.visible_tickets(request.user).filter(reference=reference).first()
    if ticket is None:
        return None
    return {
        "reference": ticket.reference,
        "url": ticket.get_absolute_url(),
        "label": card.label(ticket.category, get_language() or "en"),
    }


def _decision_context(ticket: Ticket, user: User) -> dict[str, Any]:
    language = get_language() or "en"
    context = card_context(ticket, user)
    message = ticket.messages.filter(pk=ticket.last_customer_message_id or 0).first()
    return context | {
        "message": message,
        "is_check": queries.is_check(ticket),
        "may_split": can(user, Permission.MERGE) and ticket.message_count > 1,
        "groups": _groups(language),
        "meanings": [choice.label for choice in context.get("choices", [])],
    }


def _groups(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every sub-category under the heading of its category."""
    return [
        (
            taxonomy.top_label(top.slug, language),
            [
                (sub.slug, taxonomy.sub_label(sub.slug, language))
                for sub in taxonomy.SUBS.values()
                if sub.top == top.slug
            ],
        )
        for top in taxonomy.TOPS
    ]


@requires(Permission.REPLY)
@require_POST
def label(request: HttpRequest, reference: str) -> HttpResponse:
    """File the ticket under the chosen category and go on with the next."""
    user = _person(request)
    ticket = pool.get_ticket(reference, visible_to=user)
    category = request.POST.get("category", "")
    emotion = request.POST.get("emotion", "")
    priority = request.POST.get("priority", "")
    tickets.correct_triage(
        ticket_id=ticket.pk,
        by=user,
        now=clock.now(),
        category=category,
        emotion=int(emotion) if emotion in {"0", "1", "2", "3"} else None,
        priority=int(priority) if priority in {"1", "2", "3"} else None,
        reason=_("set at the triage desk"),
    )
    return redirect(f"{reverse('triage:desk')}?filed={ticket.reference}")


@requires(Permission.REPLY)
@require_POST
def take_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the last answer back and show its ticket again."""
    user = _person(request)
    ticket = pool.get_ticket(reference, visible_to=user)
    try:
        services.take_back(ticket_id=ticket.pk, by=user, now=clock.now())
    except DomainError as refused:
        messages.error(request, str(refused))
    return redirect(f"{reverse('triage:desk')}?ticket={ticket.reference}")
