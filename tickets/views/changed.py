"""The answer after a change: for htmx the parts that show it, for everybody else the page."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from common import clock
from common.htmx import page_of, toast, wants_fragment
from tickets import queries
from tickets.models import Ticket
from tickets.rail import forget_counts, view_places
from tickets.views.queue import signed_in
from tickets.views.ticket_context import head_context, sla_context, timeline_context


def changed(
    request: HttpRequest,
    ticket: Ticket,
    text: str,
    *,
    undo: str = "",
    events: str = "",
    reload: bool = False,
) -> HttpResponse:
    """Answer a change of one ticket.

    ``events`` are further htmx events for the page. ``reload`` is for changes after which the
    ticket's page is another one, such as resolving.
    """
    forget_counts(signed_in(request))
    if not queries.visible_tickets(request.user).filter(pk=ticket.pk).exists():
        return _handed_away(request, ticket, text)
    if reload and wants_fragment(request) and is_on_page(request, ticket):
        messages.success(request, text)
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if not wants_fragment(request):
        messages.success(request, text)
        return redirect(next_url(request) or ticket.get_absolute_url())
    response = render(request, "tickets/_changed.html", _parts(request, ticket))
    for name in ("close-dialog", "triage-changed", *events.split()):
        _trigger(response, name)
    return toast(response, text, undo_url=undo)


def _handed_away(request: HttpRequest, ticket: Ticket, text: str) -> HttpResponse:
    """Answer a change by which the ticket went to others: its page is no longer theirs to see."""
    home = reverse("tickets:home")
    if wants_fragment(request) and not is_on_page(request, ticket):
        response = HttpResponse(headers={"HX-Reswap": "none"})
        for name in ("close-dialog", "queue-changed"):
            _trigger(response, name)
        return toast(response, text)
    messages.success(request, text)
    if wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": home})
    target = next_url(request)
    return redirect(home if not target or ticket.reference in target else target)


def _parts(request: HttpRequest, ticket: Ticket) -> dict[str, object]:
    user, now = signed_in(request), clock.now()
    fresh = queries.get_ticket(ticket.reference, visible_to=user)
    here = is_on_page(request, ticket)
    context: dict[str, object] = {
        "ticket": fresh,
        "now": now,
        "views": view_places(request),
        "view": "all",
        "current": ticket.reference if here else "",
        "is_on_page": here,
    }
    if here:
        shown = timeline_context(fresh)
        context |= head_context(fresh, user) | shown | sla_context(fresh, shown["entries"], now)
    return context


def is_on_page(request: HttpRequest, ticket: Ticket) -> bool:
    """Tell whether the page that asks is this ticket's own."""
    return f"/t/{ticket.reference}/" in page_of(request)


def _trigger(response: HttpResponse, name: str) -> None:
    # A JSON object, as common.htmx.toast writes it.
    triggers = json.loads(response.headers.get("HX-Trigger", "{}"))
    triggers[name] = True
    response.headers["HX-Trigger"] = json.dumps(triggers)


def next_url(request: HttpRequest) -> str:
    """Return where a form without scripts goes on, if that is a page of ours."""
    url = request.POST.get("next", "") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()})
    return url if safe else ""
