"""Replies, notes and drafts."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Permission, requires
from common import clock
from common.errors import DomainError
from common.htmx import wants_fragment
from tickets import queries, services
from tickets.forms.writing import DraftForm, WriteForm
from tickets.models import MessageKind, Ticket
from tickets.views.changed import changed
from tickets.views.queue import signed_in


@require_POST
@requires(Permission.REPLY)
def write(request: HttpRequest, reference: str) -> HttpResponse:
    """Send a reply or keep a note; sending the same form twice writes once."""
    ticket = queries.get_ticket(reference, visible_to=request.user)
    form = WriteForm(request.POST, request.FILES)
    if not form.is_valid():
        lines = [str(line) for lines in form.errors.values() for line in lines]
        return refused(request, ticket, " ".join(lines), 422)
    try:
        text = _write(request, ticket, form)
    except DomainError as error:
        return refused(request, ticket, str(error), error.status)
    return changed(request, ticket, text, events="written queue-changed")


def _write(request: HttpRequest, ticket: Ticket, form: WriteForm) -> str:
    data, user, now = form.cleaned_data, signed_in(request), clock.now()
    named = {"reference": ticket.reference}
    if data["kind"] == MessageKind.NOTE:
        services.add_note(
            ticket_id=ticket.pk,
            text=data["text"],
            by=user,
            now=now,
            idempotency_key=data["idempotency_key"],
        )
        return _("Note added to %(reference)s") % named
    services.reply(
        ticket_id=ticket.pk,
        text=data["text"],
        by=user,
        now=now,
        then_status=data["then_status"],
        template_slug=data["template_slug"],
        attachments=form.attachments(),
        idempotency_key=data["idempotency_key"],
        chosen=form.chosen(),
    )
    return _("Reply to %(reference)s is on its way") % named


def refused(
    request: HttpRequest, ticket: Ticket, error: str, status: int, *, text: str = ""
) -> HttpResponse:
    """Say what is wrong beside the composer; without scripts on a page that keeps the text."""
    context = {"ticket": ticket, "error": error, "text": text or request.POST.get("text", "")}
    if wants_fragment(request):
        return render(request, "tickets/_composer_error.html", context, status=status)
    user = signed_in(request)
    draft = DraftForm(request.POST)
    if draft.is_valid():
        services.save_draft(
            ticket_id=ticket.pk,
            user=user,
            kind=draft.cleaned_data["kind"],
            text=draft.cleaned_data["text"],
            template_slug=draft.cleaned_data["template_slug"],
            now=clock.now(),
        )
    return render(request, "tickets/refused.html", context, status=status)


@require_POST
@requires(Permission.REPLY)
def save_draft(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep what somebody has begun to write."""
    user, now = signed_in(request), clock.now()
    ticket = queries.get_ticket(reference, visible_to=user)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    services.save_draft(
        ticket_id=ticket.pk,
        user=user,
        kind=form.cleaned_data["kind"],
        text=form.cleaned_data["text"],
        template_slug=form.cleaned_data["template_slug"],
        now=now,
    )
    if "back" in request.POST:
        return redirect(ticket)
    said = _("Draft saved %(time)s") % {"time": f"{timezone.localtime(now):%H:%M}"}
    return JsonResponse({"said": said})
