"""The files that a message named: fetched, on their way, or why not."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission, can, requires
from common import clock
from common.errors import NotFound
from common.htmx import render_page, wants_fragment
from intake import queries, services
from intake.models import MediaFile, MediaStatus
from tickets.models import Message, Ticket
from tickets.queries import get_ticket

# A page that waits looks again this often, while something may change soon.
SOON = timedelta(minutes=1)


@require_safe
@requires(Permission.READ_TICKETS)
def show_files(request: HttpRequest, reference: str, message_id: int) -> HttpResponse:
    """Show what became of the files of one message; for the ticket page, and by itself."""
    ticket = get_ticket(reference, visible_to=_person(request))
    return _shown(request, ticket, queries.get_message_of(ticket, message_id))


@require_POST
@requires(Permission.REPLY)
def retry_file(request: HttpRequest, reference: str, media_id: int) -> HttpResponse:
    """Try again to fetch a file that failed."""
    person = _person(request)
    ticket = get_ticket(reference, visible_to=person)
    media = MediaFile.objects.select_related("message").filter(pk=media_id).first()
    if media is None:
        raise NotFound
    message = queries.get_message_of(ticket, media.message_id)
    services.retry_media(media_id=media.pk, by=person, now=clock.now())
    if wants_fragment(request):
        return _shown(request, ticket, message)
    messages.success(request, _("It is being fetched again."))
    return redirect(ticket)


def _shown(request: HttpRequest, ticket: Ticket, message: Message) -> HttpResponse:
    now = clock.now()
    files = queries.files_of(message)
    waiting = [file for file in files if file.status == MediaStatus.WAITING]
    fetched = {file.attachment_id for file in files}
    context = {
        "ticket": ticket,
        "message": message,
        "own_files": [file for file in message.attachments.all() if file.pk not in fetched],
        "files": [(file, file.has_run_out(now)) for file in files],
        "looks_again": any(file.next_attempt_at <= now + SOON for file in waiting),
        "may_retry": can(request.user, Permission.REPLY),
    }
    return render_page(request, "intake/media.html", "intake/_media.html", context)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
