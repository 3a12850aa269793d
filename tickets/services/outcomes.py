"""What became of a reply: it failed, it is late, or it arrived after all; and trying it again."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery

from accounts.models import User
from accounts.permissions import Permission, require
from outbox import services as outbox
from outbox.models import Outgoing, OutgoingStatus
from tickets import queries, routes, states
from tickets.errors import NoOtherWay, WindowClosed
from tickets.models import EventKind, Message, MessageKind, Ticket, TicketEvent
from tickets.services.clocks import rebuild_clocks
from tickets.services.events import record, touch
from tickets.services.failing import forget_failing, note_failing
from tickets.services.replies import mail_route
from tickets.services.status import move

# With the pauses of the outbox this is some ten minutes after the first try.
LATE_AFTER_ATTEMPTS = 6
SWEPT_FOR = timedelta(days=7)
MOST_SWEPT = 500
_LEFT = (OutgoingStatus.SENT, OutgoingStatus.DELIVERED, OutgoingStatus.READ)
_TRYING = (OutgoingStatus.QUEUED, OutgoingStatus.SENDING)
_ENDS = (EventKind.REPLY, EventKind.REPLY_FAILED)
# As senders and receipts name it; a bounce report notes the address itself.
_ADDRESS_IS_BAD = frozenset({"unknown_recipient"})


@transaction.atomic
def note_delivery(*, outgoing_id: int, now: datetime) -> None:
    """Take notice of what became of an outgoing message.

    A reply that failed is none; one that is late is told to its handler; one that was sent after
    it had failed counts from then on.
    """
    outgoing = Outgoing.objects.filter(pk=outgoing_id).first()
    if outgoing is None:
        return
    if outgoing.kind == "email":
        _note_address(outgoing, now)
    messages = Message.objects.filter(outgoing=outgoing)
    if outgoing.status == OutgoingStatus.FAILED:
        revoke_replies(messages, outgoing.last_error, now, code=outgoing.error_code)
    elif outgoing.status in _LEFT:
        _count_again(messages, outgoing.sent_at or now, now)
    elif outgoing.status in _TRYING and outgoing.attempts >= LATE_AFTER_ATTEMPTS:
        _say_late(messages, outgoing, now)


def _note_address(outgoing: Outgoing, now: datetime) -> None:
    if outgoing.status == OutgoingStatus.FAILED and outgoing.error_code in _ADDRESS_IS_BAD:
        note_failing(address=outgoing.address, why=outgoing.last_error, now=now)
    elif outgoing.status in {OutgoingStatus.DELIVERED, OutgoingStatus.READ} and outgoing.sent_at:
        forget_failing(address=outgoing.address, sent_at=outgoing.sent_at)


def revoke_replies(messages: Iterable[Message], why: str, now: datetime, *, code: str = "") -> None:
    """Take back what replies among these messages stopped: the customer never got them."""
    for message in messages:
        if message.kind == MessageKind.REPLY:
            _revoke(message, {"why": why[:500], "code": code}, now)


def _revoke(message: Message, data: dict[str, Any], now: datetime) -> None:
    ticket = queries.lock_ticket(message.ticket_id)
    if _last_end(ticket, message) != EventKind.REPLY:
        return
    record(ticket, EventKind.REPLY_FAILED, at=now, message=message, data=data)
    ticket.first_replied_at = _first_reply_at(ticket)
    ticket.unanswered_since = queries.unanswered_since(ticket.pk)
    _show_again(ticket, now)
    rebuild_clocks(ticket, forget=True)
    touch(
        ticket,
        now,
        "first_replied_at",
        "unanswered_since",
        "unread",
        "status",
        "snoozed_until",
    )


def _show_again(ticket: Ticket, now: datetime) -> None:
    """Put an open ticket back before its handler: nobody can answer what they never got."""
    ticket.unread = True
    ticket.snoozed_until = None
    if ticket.status == states.WAITING_CUSTOMER:
        move(ticket, states.OPEN, by=None, now=now)


def _count_again(messages: Iterable[Message], sent_at: datetime, now: datetime) -> None:
    for message in messages:
        if message.kind != MessageKind.REPLY:
            continue
        ticket = queries.lock_ticket(message.ticket_id)
        if _last_end(ticket, message) != EventKind.REPLY_FAILED:
            continue
        record(ticket, EventKind.REPLY, at=sent_at, by=message.author, message=message)
        ticket.first_replied_at = _first_reply_at(ticket)
        ticket.unanswered_since = queries.unanswered_since(ticket.pk)
        ticket.unread = ticket.unread and ticket.unanswered_since is not None
        rebuild_clocks(ticket, forget=True)
        touch(ticket, now, "first_replied_at", "unanswered_since", "unread")


def _say_late(messages: Iterable[Message], outgoing: Outgoing, now: datetime) -> None:
    data = {"why": outgoing.last_error[:500], "code": outgoing.error_code}
    for message in messages:
        ticket = queries.lock_ticket(message.ticket_id)
        said = ticket.events.filter(kind=EventKind.REPLY_DELAYED, message=message)
        if message.kind != MessageKind.REPLY or said.exists():
            continue
        record(ticket, EventKind.REPLY_DELAYED, at=now, message=message, data=data)
        ticket.unread = True
        touch(ticket, now, "unread")


def _last_end(ticket: Ticket, message: Message) -> str:
    """Return how the story of a reply stands: it counts, or it failed."""
    ends = ticket.events.filter(kind__in=_ENDS, message=message).order_by("-id")
    return ends.values_list("kind", flat=True).first() or ""


def _first_reply_at(ticket: Ticket) -> datetime | None:
    failed_later = TicketEvent.objects.filter(
        ticket=ticket,
        kind=EventKind.REPLY_FAILED,
        message=OuterRef("message"),
        id__gt=OuterRef("id"),
    )
    replies = ticket.events.filter(~Exists(failed_later), kind=EventKind.REPLY)
    return replies.order_by("id").values_list("at", flat=True).first()


@transaction.atomic
def retry_reply(*, message: Message, by: User, now: datetime) -> None:
    """Send a message that failed again, on its own channel.

    Raises NothingToRetry, WindowClosed.
    """
    require(by, Permission.REPLY)
    ticket = queries.lock_ticket(message.ticket_id)
    means = routes.means_for(ticket) if message.meta.get("via") != routes.EMAIL else None
    if means is not None and means.is_closed(now) and not message.meta.get("template"):
        raise WindowClosed(platform=means.platform)
    _again(ticket, message, _own_way(ticket, message), now)


def _own_way(ticket: Ticket, message: Message) -> routes.Route | None:
    """Return the way that the message takes; a mail that took over for a chat stays one.

    The line of the chat has been taken back by then: sent there, nobody would see it.
    """
    route = routes.route_for(ticket, message)
    went = message.outgoing
    if route is None or went is None or went.kind != routes.EMAIL or route.kind == routes.EMAIL:
        return route
    return mail_route(ticket, message, went.address)


@transaction.atomic
def send_by_email(*, message: Message, by: User, now: datetime) -> None:
    """Send by e-mail what failed on its own channel. Raises NothingToRetry, NoOtherWay."""
    require(by, Permission.REPLY)
    ticket = queries.lock_ticket(message.ticket_id)
    message.meta = message.meta | {"via": routes.EMAIL}
    route = routes.route_for(ticket, message)
    if route is None:
        raise NoOtherWay
    message.external_id = route.external_id
    message.save(update_fields=["meta", "external_id"])
    _again(ticket, message, route, now)


def _again(ticket: Ticket, message: Message, route: routes.Route | None, now: datetime) -> None:
    if message.outgoing_id is None or route is None:
        raise NoOtherWay
    files = (message.outgoing.payload if message.outgoing else {}).get("files")
    payload = route.payload | ({"files": files} if files else {})
    outbox.retry(
        outgoing_id=message.outgoing_id,
        now=now,
        kind=route.kind,
        scope=route.scope,
        address=route.address,
        subject=route.subject,
        headers=route.headers,
        payload=payload,
    )
    touch(ticket, now)


def unnoticed_outcomes(*, now: datetime) -> list[int]:
    """Return outgoing messages whose end their ticket does not know: a signal was lost."""
    last_end = TicketEvent.objects.filter(message=OuterRef("pk"), kind__in=_ENDS)
    replies = Message.objects.filter(kind=MessageKind.REPLY).annotate(
        last_end=Subquery(last_end.order_by("-id").values("kind")[:1])
    )
    since = now - SWEPT_FOR
    failed = replies.filter(
        outgoing__status=OutgoingStatus.FAILED,
        outgoing__status_at__gte=since,
        last_end=EventKind.REPLY,
    )
    revoked = TicketEvent.objects.filter(kind=EventKind.REPLY_FAILED, at__gte=since)
    arrived = replies.filter(
        pk__in=revoked.values("message"),
        outgoing__status__in=_LEFT,
        last_end=EventKind.REPLY_FAILED,
    )
    return [
        *failed.values_list("outgoing", flat=True)[:MOST_SWEPT],
        *arrived.values_list("outgoing", flat=True)[:MOST_SWEPT],
    ]
