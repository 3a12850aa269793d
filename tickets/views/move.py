"""Wrong ticket: a customer's message goes to another one, or to a new one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, requires
from common import clock
from common.errors import DomainError
from common.text import storable
from tickets import queries, services, states
from tickets.forms.moving import NEW, MoveForm
from tickets.models import Direction, Message, Ticket
from tickets.views.actions import show_form
from tickets.views.changed import changed
from tickets.views.queue import signed_in
from tickets.views.undo import undo_url

PAGE, FRAGMENT = "tickets/move.html", "tickets/_move.html"
MOST_FOUND = 8


@requires(Permission.MERGE)
def move(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Offer a new ticket, the customer's other ones and a search; then move the message."""
    user = signed_in(request)
    ticket = queries.get_ticket(reference, visible_to=user)
    message = get_object_or_404(
        Message.objects.select_related("ticket", "customer"),
        pk=pk,
        ticket=ticket,
        direction=Direction.IN,
    )
    given = request.POST if request.method == "POST" else request.GET
    words = storable(given.get("q", ""))[:200].strip()
    others = _others(ticket, words, user)
    is_move = request.method == "POST" and "find" not in request.POST
    if is_move:
        others += _named(request.POST.get("to", ""), others, user)
    form = MoveForm(request.POST if is_move else None, others=others, initial={"to": NEW})
    error: DomainError | None = None
    if is_move and form.is_valid():
        try:
            return _moved(request, message, form.cleaned_data["to"])
        except DomainError as refused:
            error = refused
    context = {
        "title": _("Wrong ticket? Move this message"),
        "submit": _("Move"),
        "form": form,
        "message": message,
        "words": words,
        "nothing_found": bool(words) and not others,
    }
    return show_form(request, ticket, context, error, page=PAGE, fragment=FRAGMENT)


def _others(ticket: Ticket, words: str, user: User) -> list[Ticket]:
    if words:
        found = queries.search(words, visible_to=user, limit=MOST_FOUND * 3)
    elif ticket.customer:
        found = list(queries.open_tickets_of(ticket.customer))
    else:
        found = []
    fit = [one for one in found if one.pk != ticket.pk and states.is_open(one.status)]
    return fit[:MOST_FOUND]


def _named(reference: str, offered: list[Ticket], user: User) -> list[Ticket]:
    """Return the chosen ticket if it was not offered this time; the search may have changed."""
    if reference in {one.reference for one in offered}:
        return []
    return list(queries.visible_tickets(user).filter(reference=storable(reference)[:16]))


def _moved(request: HttpRequest, message: Message, to: str) -> HttpResponse:
    user = signed_in(request)
    target = None if to == NEW else queries.get_ticket(to, visible_to=user).pk
    done = services.move_message(message_id=message.pk, to=target, by=user, now=clock.now())
    fresh = queries.get_ticket(done.source.reference, visible_to=user)
    text = _("The message is in %(reference)s now") % {"reference": done.target.reference}
    undo = undo_url("move", fresh, user, message.pk)
    return changed(request, fresh, text, undo=undo, events="queue-changed")
