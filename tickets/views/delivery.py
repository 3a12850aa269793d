"""What became of a message of ours: shown again while it may change, and tried again."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, requires
from common import clock
from common.errors import DomainError
from common.htmx import wants_fragment
from tickets import queries, services
from tickets.models import Direction, Message, Ticket
from tickets.templatetags.delivery import delivery_context
from tickets.views.changed import changed
from tickets.views.queue import signed_in
from tickets.views.write import refused


@require_safe
@requires(Permission.READ_TICKETS)
def show_delivery(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Show how far a message has come; the page asks for it while that may change."""
    ticket, message = _message_of(request, reference, pk)
    if not wants_fragment(request):
        return redirect(ticket)
    return render(request, "tickets/_delivery.html", delivery_context(request, message))


@require_POST
@requires(Permission.REPLY)
def retry_message(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Send a message that failed again."""
    ticket, message = _message_of(request, reference, pk)
    try:
        services.retry_reply(message=message, by=signed_in(request), now=clock.now())
    except DomainError as error:
        return refused(request, ticket, str(error), error.status, text=message.text)
    return changed(request, ticket, _("The message is sent again"), events="queue-changed")


@require_POST
@requires(Permission.REPLY)
def message_by_email(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Send by e-mail what failed on its own channel."""
    ticket, message = _message_of(request, reference, pk)
    try:
        services.send_by_email(message=message, by=signed_in(request), now=clock.now())
    except DomainError as error:
        return refused(request, ticket, str(error), error.status, text=message.text)
    return changed(request, ticket, _("The message goes by e-mail"), events="queue-changed")


def _message_of(request: HttpRequest, reference: str, pk: int) -> tuple[Ticket, Message]:
    """Return a message of ours in a ticket that the person may see, or in one merged into it."""
    ticket = queries.get_ticket(reference, visible_to=request.user)
    own = Q(ticket=ticket) | Q(ticket__merged_into=ticket)
    ours = Message.objects.select_related("outgoing", "ticket").filter(own)
    return ticket, get_object_or_404(ours, pk=pk, direction=Direction.OUT)
