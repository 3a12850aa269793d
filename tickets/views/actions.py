"""Actions on one ticket: a page without scripts, a dialog with them."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Permission, can, require, requires
from common import clock
from common.errors import DomainError
from common.htmx import render_page
from tickets import queries, services
from tickets.errors import ApprovalNeeded
from tickets.forms.actions import MergeForm, ResolveForm
from tickets.models import Ticket, TriageState
from tickets.views.action_table import ACTIONS, Action
from tickets.views.changed import changed, next_url
from tickets.views.queue import signed_in
from tickets.views.undo import undo_url

PAGE, FRAGMENT = "tickets/action.html", "tickets/_action.html"


@requires(Permission.REPLY)
def act(request: HttpRequest, reference: str, action: str) -> HttpResponse:
    """Show the form of an action, or do it."""
    user = signed_in(request)
    ticket = queries.get_ticket(reference, visible_to=user)
    if action == "merge":
        return _merge(request, ticket)
    if action not in ACTIONS:
        raise Http404
    chosen = ACTIONS[action]
    require(user, chosen.permission)
    form = chosen.form(
        request.POST if request.method == "POST" else None, initial=chosen.initial(ticket, user)
    )
    error: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            chosen.apply(ticket.pk, form, user, clock.now())
        except DomainError as refused:
            error = refused
        else:
            return _done(request, ticket, chosen, form)
    context = {"title": chosen.title, "submit": chosen.submit, "form": form}
    return show_form(request, ticket, context, error)


def _done(request: HttpRequest, ticket: Ticket, action: Action, form: forms.Form) -> HttpResponse:
    user = signed_in(request)
    undo = ""
    # By the change it may have gone to others; then it is not this person's to take back.
    fresh = queries.visible_tickets(user).filter(pk=ticket.pk).first()
    if action.undo and fresh is not None:
        verb, field = action.undo
        old = getattr(ticket, field)
        undo = (
            undo_url(verb, fresh, user, old)
            if verb != "snooze"
            else undo_url(verb, fresh, user, None)
        )
    text = _("%(reference)s: %(what)s") % {"reference": ticket.reference, "what": action.said(form)}
    return changed(request, ticket, text, undo=undo)


def show_form(
    request: HttpRequest,
    ticket: Ticket,
    context: dict[str, Any],
    error: DomainError | None,
    *,
    page: str = PAGE,
    fragment: str = FRAGMENT,
) -> HttpResponse:
    """Show a form, with what is wrong beside it; what was typed is kept."""
    form = context["form"]
    status = error.status if error else 422 if form.errors else 200
    full = {
        "ticket": ticket,
        "error": error,
        "next": next_url(request),
        "action_url": request.path,
        **context,
    }
    return render_page(request, page, fragment, full, status=status)


def _merge(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    user = signed_in(request)
    require(user, Permission.MERGE)
    open_ones = queries.open_tickets_of(ticket.customer) if ticket.customer else []
    others = [each for each in open_ones if each.pk != ticket.pk]
    choices = [
        (each.reference, f"{each.reference} · {each.subject or each.last_message_preview}")
        for each in others
    ]
    form = MergeForm(request.POST if request.method == "POST" else None, others=choices)
    error: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        other = queries.get_ticket(form.cleaned_data["other"], visible_to=user)
        try:
            survivor = services.merge(
                survivor_id=ticket.pk, merged_id=other.pk, by=user, now=clock.now()
            )
        except DomainError as refused:
            error = refused
        else:
            gone = other if survivor.pk == ticket.pk else ticket
            text = _("%(merged)s is now part of %(survivor)s") % {
                "merged": gone.reference,
                "survivor": survivor.reference,
            }
            may_undo = can(user, Permission.UNDO_MERGE)
            undo = undo_url("merge", survivor, user, gone.pk) if may_undo else ""
            return changed(request, survivor, text, undo=undo, events="queue-changed", reload=True)
    context = {
        "title": _("Merge"),
        "submit": _("Merge"),
        "form": form,
        "nothing": "" if choices else _("This customer has no other open ticket."),
    }
    return show_form(request, ticket, context, error)


@requires(Permission.RESOLVE)
def resolve_ticket(request: HttpRequest, reference: str) -> HttpResponse:
    """Resolve: reason, category confirmed by a person, remedy, responsible party, last words."""
    user = signed_in(request)
    ticket = queries.get_ticket(reference, visible_to=user)
    initial = {"category": ticket.category, "remedy": "none", "reason": "remedied"}
    form = ResolveForm(
        request.POST if request.method == "POST" else None,
        by=user,
        root_cause_needed=ticket.priority == 1 or ticket.round > 1,
        initial=initial,
    )
    error: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            _resolve(request, ticket, form.cleaned_data)
        except DomainError as refused:
            error = refused
        else:
            text = _("%(reference)s is resolved") % {"reference": ticket.reference}
            return changed(request, ticket, text, events="queue-changed", reload=True)
    context = {
        "title": _("Resolve"),
        "submit": _("Resolve"),
        "form": form,
        "is_resolve": True,
        "ask_approval": isinstance(error, ApprovalNeeded),
    }
    return show_form(request, ticket, context, error)


@transaction.atomic
def _resolve(request: HttpRequest, ticket: Ticket, data: dict[str, Any]) -> None:
    user, now = signed_in(request), clock.now()
    is_other = data["category"] != ticket.category
    if is_other or ticket.triage_state != TriageState.CONFIRMED:
        services.correct_triage(ticket_id=ticket.pk, by=user, now=now, category=data["category"])
    services.resolve(
        ticket_id=ticket.pk,
        by=user,
        now=now,
        reason=data["reason"],
        remedy=data["remedy"],
        remedy_amount=data["remedy_amount"],
        responsible_party=data["responsible_party"],
        root_cause=data["root_cause"],
        message=data["message"],
    )


@require_POST
@requires(Permission.RAISE_PRIORITY)
def confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that the reading of a ticket is right."""
    user = signed_in(request)
    ticket = queries.get_ticket(reference, visible_to=user)
    services.confirm_triage(ticket_id=ticket.pk, by=user, now=clock.now())
    text = _("%(reference)s: category confirmed") % {"reference": ticket.reference}
    return changed(request, ticket, text)


@require_POST
@requires(Permission.RESOLVE)
def reopen(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a resolution back."""
    user = signed_in(request)
    ticket = queries.get_ticket(reference, visible_to=user)
    services.reopen(ticket_id=ticket.pk, by=user, now=clock.now())
    text = _("%(reference)s is open again") % {"reference": ticket.reference}
    return changed(request, ticket, text, events="queue-changed", reload=True)
