"""A ticket that an agent types in: a phone call, a visit, a letter."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.permissions import Permission, requires
from common import clock
from common.htmx import render_page, wants_fragment
from tickets import services
from tickets.forms.writing import NewTicketForm
from tickets.records import IncomingMessage, IncomingOrder
from tickets.views.queue import signed_in

SOURCE = "desk"


@requires(Permission.REPLY)
def new_ticket(request: HttpRequest) -> HttpResponse:
    """Show the form, or open the ticket the way every other channel does."""
    form = NewTicketForm(request.POST if request.method == "POST" else None)
    key = request.POST.get("key", "")
    if request.method == "POST" and form.is_valid():
        incoming = _incoming(form, key or f"{clock.now().timestamp()}", clock.now())
        received = services.receive_message(incoming=incoming, now=clock.now())
        assert received is not None  # only automatic mail is turned away
        ticket = received.ticket
        if ticket.owner_id is None:
            services.assign(
                ticket_id=ticket.pk, to=signed_in(request), by=signed_in(request), now=clock.now()
            )
        if wants_fragment(request):
            return HttpResponse(headers={"HX-Redirect": ticket.get_absolute_url()})
        messages.success(request, _("%(reference)s is open") % {"reference": ticket.reference})
        return redirect(ticket)
    context = {"form": form, "key": key or uuid.uuid4().hex, "title": _("New ticket")}
    status = 422 if form.errors else 200
    return render_page(
        request, "tickets/new.html", "tickets/_new_form.html", context, status=status
    )


def _incoming(form: NewTicketForm, key: str, now: datetime) -> IncomingMessage:
    data = form.cleaned_data
    return IncomingMessage(
        source=SOURCE,
        channel=data["channel"],
        external_id=key,
        text=data["text"],
        subject=data["subject"],
        received_at=now,
        from_name=data["customer_name"],
        emails=(data["email"],) if data["email"] else (),
        phones=(data["phone"],) if data["phone"] else (),
        order=IncomingOrder(number=data["order_number"]) if data["order_number"] else None,
    )
