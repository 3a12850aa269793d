"""The way back: replies leave on the platform that the customer wrote on."""

from intake.models import Source
from intake.sending import PLATFORMS
from intake.sending.wire import Reply
from outbox.errors import PermanentFailure
from outbox.models import Outgoing
from tickets.models import Message, Ticket
from tickets.routes import Route

KIND = "platform"


def platform_route(ticket: Ticket, message: Message) -> Route | None:
    """Answer where the customer wrote last on the ticket's source; None where we cannot."""
    source = Source.objects.filter(slug=ticket.source, kind__in=PLATFORMS).first()
    if source is None:
        return None
    last = (
        ticket.messages.filter(direction="in", source=source.slug)
        .order_by("-id")
        .values_list("meta", flat=True)
        .first()
    )
    to = str((last or {}).get("reply_to", ""))
    if not to:
        return None
    payload = {"source": source.slug, "to": to}
    return Route(kind=KIND, scope=source.slug, address=to[:320], payload=payload)


def send_reply(outgoing: Outgoing) -> str:
    """Send and return the platform's id. Raises TemporaryFailure, PermanentFailure."""
    source = Source.objects.filter(slug=outgoing.payload.get("source", "")).first()
    platform = PLATFORMS.get(source.kind) if source else None
    if source is None or platform is None:
        raise PermanentFailure("The source that this came from is not there any more.")
    reply = Reply(
        to=str(outgoing.payload.get("to", "")),
        text=outgoing.body,
        secret=source.secret,
        settings=source.settings,
        key=outgoing.dedupe_key,
    )
    return platform.send(reply)
