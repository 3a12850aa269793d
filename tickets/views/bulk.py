"""The same action on many ticked tickets: each succeeds or fails for itself."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.permissions import Permission, require, requires
from common import clock
from common.htmx import render_page, toast, wants_fragment
from tickets import queries, services
from tickets.forms.actions import ResolveForm
from tickets.models import Ticket
from tickets.rail import forget_counts
from tickets.services.bulk import BulkResult, bulk
from tickets.views.action_table import ACTIONS
from tickets.views.changed import next_url
from tickets.views.queue import signed_in

MOST_TICKETS = 200
PAGE, FRAGMENT = "tickets/bulk.html", "tickets/_bulk.html"


@requires(Permission.REPLY)
def act_on_many(request: HttpRequest, action: str) -> HttpResponse:
    """Show the form of an action for the ticked tickets, or do it to each."""
    user = signed_in(request)
    tickets = _ticked(request, user)
    if action != "resolve" and (action not in ACTIONS or not ACTIONS[action].in_bulk):
        raise Http404
    form = _form(request, action, user)
    context: dict[str, Any] = {
        "title": _("Resolve") if action == "resolve" else ACTIONS[action].title,
        "submit": _("Resolve") if action == "resolve" else ACTIONS[action].submit,
        "form": form,
        "tickets": tickets,
        "next": next_url(request),
        "action_url": request.path,
    }
    if request.method != "POST" or not tickets or not form.is_valid():
        status = 422 if form.errors else 200
        return render_page(request, PAGE, FRAGMENT, context, status=status)
    results = bulk(tickets, lambda pk: _do(action, pk, form, user))
    forget_counts(user)
    return _report(request, context, results)


def _ticked(request: HttpRequest, user: User) -> list[Ticket]:
    chosen = (request.POST or request.GET).getlist("ids")[:MOST_TICKETS]
    tickets = queries.visible_tickets(user).filter(reference__in=chosen)
    return list(tickets.select_related("owner").order_by("id"))


def _form(request: HttpRequest, action: str, user: User) -> forms.Form:
    data = request.POST if request.method == "POST" else None
    if action == "resolve":
        require(user, Permission.RESOLVE)
        form = ResolveForm(data, by=user, root_cause_needed=False, initial={"remedy": "none"})
        # Each ticket keeps its own category; one for all would be a guess.
        del form.fields["category"]
        return form
    require(user, ACTIONS[action].permission)
    initial = {"to": user.pk} if action == "assign" else {}
    return ACTIONS[action].form(data, initial=initial)


def _do(action: str, ticket_id: int, form: forms.Form, user: User) -> object:
    now = clock.now()
    if action != "resolve":
        return ACTIONS[action].apply(ticket_id, form, user, now)
    data = form.cleaned_data
    return services.resolve(
        ticket_id=ticket_id,
        by=user,
        now=now,
        reason=data["reason"],
        remedy=data["remedy"],
        remedy_amount=data["remedy_amount"],
        responsible_party=data["responsible_party"],
        root_cause=data["root_cause"],
        message=data["message"],
    )


def _report(
    request: HttpRequest, context: dict[str, Any], results: list[BulkResult]
) -> HttpResponse:
    failed = [result for result in results if result.error is not None]
    done = len(results) - len(failed)
    text = ngettext("%(count)s ticket done", "%(count)s tickets done", done) % {"count": done}
    if failed:
        context |= {"results": failed, "done": text}
        response = render_page(request, PAGE, FRAGMENT, context, status=200)
        response.headers["HX-Trigger"] = '{"queue-changed": true}'
        return response
    if not wants_fragment(request):
        messages.success(request, text)
        return redirect(next_url(request) or "tickets:home")
    response = HttpResponse()
    response.headers["HX-Trigger"] = '{"queue-changed": true, "close-dialog": true}'
    response.headers["HX-Reswap"] = "none"
    return toast(response, text)
