"""Replies in the live chat: put before the visitor, where their browser fetches them."""

from common import clock
from intake.models import ChatConversation, Source, SourceKind
from intake.services import chat
from outbox.errors import PermanentFailure
from outbox.models import Outgoing
from tickets.models import Direction, Message, MessageKind, Ticket
from tickets.routes import Route
from tickets.services import mail_route

KIND = "chat"


def chat_route(ticket: Ticket, message: Message) -> Route | None:
    """Answer in the chat that the customer wrote in last; by mail who answered by mail since."""
    last = (
        Message.objects.filter(
            ticket__in=[ticket.pk, *ticket.merged_tickets.values_list("pk", flat=True)],
            direction=Direction.IN,
            kind=MessageKind.CUSTOMER,
        )
        .order_by("-id")
        .first()
    )
    if last is None:
        return None
    if last.channel == "email":
        return _route_by_mail(ticket, message)
    key = str(last.meta.get("chat", ""))
    source = Source.objects.filter(slug=last.source, kind=SourceKind.CHAT).first()
    if source is None or not source.conversations.filter(key=key).exists():
        return None
    payload = {"source": source.slug, "message": message.pk}
    return Route(kind=KIND, scope=source.slug, address=key, payload=payload)


def _route_by_mail(ticket: Ticket, message: Message) -> Route | None:
    """Write to the address that was given in the chat, since the answer came from there."""
    conversation = (
        ChatConversation.objects.filter(source__slug=ticket.source, key=ticket.thread_key)
        .exclude(email="")
        .first()
    )
    return mail_route(ticket, message, conversation.email) if conversation else None


def send_chat(outgoing: Outgoing) -> str:
    """Put the reply before the visitor. Raises PermanentFailure where there is no chat any more."""
    source = Source.objects.filter(slug=outgoing.payload.get("source", "")).first()
    if source is None:
        raise PermanentFailure("The source that this came from is not there any more.")
    try:
        return chat.put_reply(
            source=source,
            key=outgoing.address,
            message_id=int(outgoing.payload["message"]),
            now=clock.now(),
        )
    except ChatConversation.DoesNotExist:
        raise PermanentFailure("The conversation is not there any more.") from None
