"""What customers sent: files as downloads, HTML in a frame that can do nothing."""

import nh3
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.permissions import Permission, requires
from tickets import queries
from tickets.models import Attachment, Message

# Only these keep their type; anything else might be run by whoever opens it.
HARMLESS_TYPES = frozenset(
    {"image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf", "text/plain"}
)
# The frame may show text to our own pages and nothing else; the site's policy gives way to this.
FRAME_POLICY = "default-src 'none'; frame-ancestors 'self'; sandbox"
# No pictures: a remote one tells the sender who read the message, when and where.
TAGS = nh3.ALLOWED_TAGS - {"img", "map", "area"}


@requires(Permission.READ_TICKETS)
def download(request: HttpRequest, reference: str, pk: int) -> FileResponse:
    """Hand out a file, always as a download, never as a page."""
    ticket = queries.get_ticket(reference, visible_to=request.user)
    attachment = get_object_or_404(Attachment, pk=pk, message__ticket=ticket)
    kind = attachment.content_type
    response = FileResponse(
        attachment.file.open("rb"),
        as_attachment=True,
        filename=attachment.name,
        content_type=kind if kind in HARMLESS_TYPES else "application/octet-stream",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


@requires(Permission.READ_TICKETS)
def message_html(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Show a message's HTML, sanitised, for the sandboxed frame."""
    ticket = queries.get_ticket(reference, visible_to=request.user)
    message = get_object_or_404(Message, pk=pk, ticket=ticket)
    clean = nh3.clean(message.html, tags=TAGS, link_rel="noopener noreferrer nofollow")
    response = render(request, "tickets/message_html.html", {"body": clean, "message": message})
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    return response
