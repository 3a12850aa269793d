"""Asking for a remedy above one's limit, and the list of those who decide."""

from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Permission, requires
from common import clock
from common.errors import DomainError
from tickets import queries, services
from tickets.forms.actions import ApprovalForm
from tickets.models import Approval, ApprovalState
from tickets.views.actions import show_form
from tickets.views.changed import changed, next_url
from tickets.views.queue import signed_in


@requires(Permission.RESOLVE)
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for the approval of a remedy on a ticket."""
    user = signed_in(request)
    ticket = queries.get_ticket(reference, visible_to=user)
    form = ApprovalForm(request.POST or None, initial=_asked_before(request))
    error: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            services.request_approval(
                ticket_id=ticket.pk, by=user, now=clock.now(), **form.cleaned_data
            )
        except DomainError as refused:
            error = refused
        else:
            text = _("%(reference)s: approval asked for") % {"reference": ticket.reference}
            return changed(request, ticket, text)
    context = {"title": _("Ask for approval"), "submit": _("Ask"), "form": form}
    return show_form(request, ticket, context, error)


def _asked_before(request: HttpRequest) -> dict[str, Any]:
    """Take over what was typed into the form that was refused."""
    initial: dict[str, Any] = {"remedy": request.GET.get("remedy", "")}
    with suppress(InvalidOperation):
        initial["amount"] = Decimal(request.GET.get("amount", ""))
    return initial


@requires(Permission.APPROVE_REMEDY)
def list_waiting(request: HttpRequest) -> HttpResponse:
    """Everything that waits for this person's word."""
    waiting = queries.waiting_approvals(signed_in(request))
    return render(request, "tickets/approvals.html", {"approvals": waiting, "now": clock.now()})


@require_POST
@requires(Permission.APPROVE_REMEDY)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or decline, with a note."""
    user = signed_in(request)
    approval = _find(request, pk)
    approve = request.POST.get("verdict") == "approve"
    note = request.POST.get("note", "")[:500]
    try:
        decided = services.decide_approval(
            approval_id=approval.pk, approve=approve, by=user, now=clock.now(), note=note
        )
    except DomainError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _said(decided))
    return redirect(next_url(request) or "tickets:approvals")


@require_POST
@requires(Permission.RESOLVE)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    approval = _find(request, pk)
    try:
        services.withdraw_approval(approval_id=approval.pk, by=signed_in(request), now=clock.now())
    except DomainError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The request is taken back"))
    return redirect(approval.ticket)


def _find(request: HttpRequest, pk: int) -> Approval:
    approval = queries.approval_to_decide(pk, signed_in(request))
    if approval is None:
        raise Http404
    return approval


def _said(approval: Approval) -> str:
    named = {"reference": approval.ticket.reference, "amount": approval.amount}
    if approval.state == ApprovalState.APPROVED:
        return _("%(reference)s: ¥%(amount)s approved") % named
    if approval.state == ApprovalState.DECLINED:
        return _("%(reference)s: ¥%(amount)s declined") % named
    return _("%(reference)s: noted; a second supervisor has to agree to ¥%(amount)s") % named
