"""What customers sent: files as downloads, HTML in a frame that can do nothing."""

import base64
from urllib.parse import unquote

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.permissions import Permission, requires
from common import safe_html
from common.file_types import sniff
from tickets import queries
from tickets.models import Attachment, Message

# Only these keep their type; anything else might be run by whoever opens it.
HARMLESS_TYPES = frozenset(
    {"image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf", "text/plain"}
)
# The frame may show text and pictures to our own pages and nothing else; the site's policy gives
# way to this. Remote pictures tell the sender who read the message, when and where: only on demand.
FRAME_POLICY = "default-src 'none'; frame-ancestors 'self'; sandbox; img-src data:"
REMOTE = ("http://", "https://")
PICTURE_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
MOST_PICTURE_BYTES = 5_000_000


@requires(Permission.READ_TICKETS)
def download(request: HttpRequest, reference: str, pk: int) -> FileResponse:
    """Hand out a file, always as a download, never as a page."""
    ticket = queries.get_ticket(reference, visible_to=request.user)
    attachment = get_object_or_404(Attachment, pk=pk, message__ticket=ticket)
    stored = attachment.file.open("rb")
    # By its bytes: what the sender called it may be a lie.
    kind = sniff(stored.read(4096))
    stored.seek(0)
    response = FileResponse(
        stored,
        as_attachment=True,
        filename=attachment.name,
        content_type=kind if kind in HARMLESS_TYPES else "application/octet-stream",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


@requires(Permission.READ_TICKETS)
def message_html(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Show a message's HTML, sanitised, for the sandboxed frame; ``?remote`` with far pictures.

    Pictures that came with the message are part of the page: a sandboxed frame is not logged in
    and could not fetch them.
    """
    ticket = queries.get_ticket(reference, visible_to=request.user)
    message = get_object_or_404(Message, pk=pk, ticket=ticket)
    is_remote = "remote" in request.GET
    why = safe_html.too_much(message.html)
    body = "" if why else safe_html.clean(message.html, _Pictures(message, is_remote).place_of)
    context = {"body": body, "message": message, "why": why}
    response = render(request, "tickets/message_html.html", context)
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Referrer-Policy"] = "no-referrer"
    policy = f"{FRAME_POLICY} http: https:" if is_remote else FRAME_POLICY
    response.headers["Content-Security-Policy"] = policy
    return response


class _Pictures:
    """Where the pictures of one page are taken from."""

    def __init__(self, message: Message, is_remote: bool) -> None:
        self.is_remote, self.room = is_remote, MOST_PICTURE_BYTES
        self.files = {
            file.content_id.strip("<>"): file
            for file in message.attachments.all()
            if file.content_id
        }

    def place_of(self, src: str) -> str | None:
        """Return a picture's address in the page, None to leave it out."""
        if src[:4].lower() == "cid:":
            return self._stored(unquote(src[4:]))
        if src[:5].lower() == "data:":
            return src
        return src if self.is_remote and src.lower().startswith(REMOTE) else None

    def _stored(self, content_id: str) -> str | None:
        file = self.files.get(content_id)
        if file is None or file.size > self.room:
            return None
        self.room -= file.size
        with file.file.open("rb") as stored:
            content = stored.read()
        kind = sniff(content)
        encoded = base64.b64encode(content).decode("ascii")
        return f"data:{kind};base64,{encoded}" if kind in PICTURE_TYPES else None
