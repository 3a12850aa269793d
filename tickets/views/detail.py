"""The ticket page: queue, conversation, context."""

import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from accounts.permissions import Permission, requires
from common import clock
from common.htmx import render_page
from tickets import panels, queries, services
from tickets.grouping import grouped
from tickets.models import MessageKind
from tickets.queries import QueuePage
from tickets.rail import cached_counts
from tickets.views.queue import queue_context, signed_in
from tickets.views.ticket_context import (
    composer_context,
    customer_context,
    head_context,
    last_customer_message,
    reach_context,
    sla_context,
    timeline_context,
)

SIDE_SIZE = 30


@requires(Permission.READ_TICKETS)
def show_ticket(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a ticket. What other rooms know of it is loaded by their own addresses."""
    user, now = signed_in(request), clock.now()
    page = queries.get_ticket_page(reference, visible_to=user)
    ticket = page.ticket
    if reference != ticket.reference:
        return redirect(ticket)
    if ticket.unread and ticket.owner_id == user.pk:
        services.mark_read(ticket_id=ticket.pk)
        ticket.unread = False
    view = request.GET.get("view", "")
    view = view if view in queries.VIEWS else "team"
    side = _side_queue(view, user, now)
    shown = timeline_context(ticket)
    message = last_customer_message(shown["entries"])
    context = {
        **queue_context(grouped(side.tickets, now, more=bool(side.after)), view=view, now=now),
        **shown,
        **head_context(ticket, user),
        **composer_context(page, uuid.uuid4().hex),
        **customer_context(page),
        **sla_context(ticket, shown["entries"], now),
        "panels": {
            place: panels.render(place, request, ticket)
            for place in (panels.TRIAGE, panels.SUGGESTIONS, panels.SURVEY)
        },
        "view_title": queries.VIEWS[view],
        "view_count": cached_counts(user).get(view),
        "current": ticket.reference,
        "reply_channel": message.channel if message else ticket.channel,
        "note_kind": MessageKind.NOTE,
        **reach_context(ticket, user, now, message),
    }
    return render_page(request, "tickets/ticket.html", "tickets/_conversation.html", context)


def _side_queue(view: str, user: User, now: datetime) -> QueuePage:
    return queries.queue_page(queries.view_tickets(view, user, now), size=SIDE_SIZE)


@requires(Permission.READ_TICKETS)
def show_timeline(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the conversation alone."""
    user = signed_in(request)
    ticket = queries.get_ticket(reference, visible_to=user)
    context = {"ticket": ticket, "part": "tickets/_timeline.html", **timeline_context(ticket)}
    return render_page(request, "tickets/part.html", "tickets/_timeline.html", context)


@requires(Permission.READ_TICKETS)
def show_customer(request: HttpRequest, reference: str) -> HttpResponse:
    """Show who the customer is and what they wrote before, over all channels."""
    page = queries.get_ticket_page(reference, visible_to=signed_in(request))
    context = {
        "ticket": page.ticket,
        "now": clock.now(),
        "part": "tickets/_customer.html",
        **customer_context(page),
    }
    return render_page(request, "tickets/part.html", "tickets/_customer.html", context)


@requires(Permission.READ_TICKETS)
def show_sla(request: HttpRequest, reference: str) -> HttpResponse:
    """Show how the due time came about."""
    ticket, now = queries.get_ticket(reference, visible_to=request.user), clock.now()
    entries = queries.timeline(ticket)
    context = {
        "ticket": ticket,
        "part": "tickets/_sla_explainer.html",
        **sla_context(ticket, entries, now),
    }
    return render_page(request, "tickets/part.html", "tickets/_sla_explainer.html", context)
