"""Taking back what was just done, where it can be taken back whole."""

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.permissions import Permission, requires
from common import clock
from common.errors import DomainError
from common.htmx import is_htmx
from tickets import queries, services
from tickets.models import Ticket
from tickets.views.queue import signed_in

UNDO_SECONDS = 120
SALT = "tickets.undo"


class TooLate(DomainError):
    """The undo link is old or forged."""

    code = "too_late"
    message = gettext_lazy("It is too late to undo this. Change it by hand.")


def undo_url(verb: str, ticket: Ticket, user: User, old: Any) -> str:
    """Return the address that puts the old value back; good for this person and two minutes."""
    token = signing.dumps([verb, ticket.reference, user.pk, ticket.version, old], salt=SALT)
    return reverse("tickets:undo", args=[token])


@require_POST
@requires(Permission.REPLY)
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Put the old value back, unless somebody changed the ticket since."""
    user = signed_in(request)
    try:
        verb, reference, user_id, version, old = signing.loads(
            token, salt=SALT, max_age=UNDO_SECONDS
        )
    except signing.BadSignature as error:
        raise TooLate from error
    ticket = queries.get_ticket(reference, visible_to=user)
    if user_id != user.pk or ticket.version != version:
        raise TooLate
    _put_back(verb, ticket, old, user)
    return HttpResponse(status=204) if is_htmx(request) else redirect(ticket)


def _put_back(verb: str, ticket: Ticket, old: Any, user: User) -> None:
    now = clock.now()
    match verb:
        case "assign":
            to = User.objects.filter(pk=old).first() if old else None
            note = _("Taken back")
            services.assign(ticket_id=ticket.pk, to=to, by=user, now=now, note=note)
        case "status":
            services.change_status(ticket_id=ticket.pk, status=old, by=user, now=now)
        case "snooze":
            services.snooze(ticket_id=ticket.pk, until=None, by=user, now=now)
        case "merge":
            services.undo_merge(merged_id=old, by=user, now=now)
        case "move":
            services.undo_move(message_id=old, by=user, now=now)
        case "category":
            services.correct_triage(ticket_id=ticket.pk, category=old, by=user, now=now)
        case "emotion":
            services.correct_triage(ticket_id=ticket.pk, emotion=old, by=user, now=now)
        case _:
            raise TooLate
