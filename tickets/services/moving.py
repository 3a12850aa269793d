"""A message that was filed in the wrong ticket goes to another one, or to a new one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, require
from common.errors import NotFound
from tickets import queries, signals, states
from tickets.errors import CannotMove, CannotUndoMove, TicketClosed
from tickets.models import (
    Direction,
    EventKind,
    LinkKind,
    Message,
    MessageKind,
    Ticket,
    TicketEvent,
    TicketLink,
    TicketSearch,
)
from tickets.models.ticket import ActorKind
from tickets.services.clocks import rebuild_clocks
from tickets.services.events import announce, record, touch
from tickets.services.receiving import BACKFILL_AGE, index_words, next_number

_RECOUNTED = (
    "status",
    "merged_into",
    "opened_at",
    "message_count",
    "last_message_preview",
    "last_customer_message_id",
    "last_customer_at",
    "unanswered_since",
    "unread",
)
PREVIEW_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a message was and where it is now."""

    message: Message
    source: Ticket
    target: Ticket
    is_new: bool


@transaction.atomic
def move_message(*, message_id: int, to: int | None, by: User, now: datetime) -> Moved:
    """Move a customer's message to the open ticket ``to``, or to a new one.

    Both histories say so and both sets of clocks are worked out as if it had come there: in the
    new place the customer has waited since it came. A ticket that is left without any message is
    merged into the one that has them, so that the thread follows. Raises CannotMove, TicketClosed.
    """
    require(by, Permission.MERGE)
    message, source, target = _hold(message_id, to)
    if message.direction != Direction.IN or target == source:
        raise CannotMove
    is_new = target is None
    if target is None:
        target = _new_ticket(source, message, now)
    elif not states.is_open(target.status):
        raise TicketClosed(reference=target.reference)
    Message.objects.filter(pk=message.pk).update(ticket=target, round=target.round)
    woke = _note_arrival(target, message, by, now, is_new=is_new)
    closed_from = _merge_if_empty(source, target, by, now)
    shared = {"message_id": message.pk, "is_new": is_new}
    data = {"to": target.reference, "to_id": target.pk, "closed_from": closed_from, "woke": woke}
    record(source, EventKind.MOVED, at=now, by=by, message=message, data=data | shared)
    came = {"from": source.reference, "from_id": source.pk}
    record(target, EventKind.MOVED, at=now, by=by, message=message, data=came | shared)
    _work_out([source, target], now)
    target.unread = True
    Ticket.objects.filter(pk=target.pk).update(unread=True)
    signal = signals.ticket_opened if is_new else signals.customer_wrote
    announce(signal, ticket_id=target.pk, message_id=message.pk)
    message.ticket = target
    return Moved(message, source, target, is_new)


@transaction.atomic
def undo_move(*, message_id: int, by: User, now: datetime) -> Moved:
    """Put a message back where it was moved from. Raises CannotUndoMove."""
    require(by, Permission.MERGE)
    event = (
        TicketEvent.objects.filter(
            kind=EventKind.MOVED, message_id=message_id, data__has_key="to_id"
        )
        .order_by("-id")
        .first()
    )
    if event is None:
        raise CannotUndoMove
    message, target, source = _hold(message_id, event.ticket_id)
    if source is None or target.pk != event.data["to_id"] or source.pk == target.pk:
        raise CannotUndoMove
    Message.objects.filter(pk=message.pk).update(ticket=source, round=source.round)
    _reopen(source, target, str(event.data["closed_from"]), by, now)
    _reopen(target, None, str(event.data["woke"]), by, now)
    closed_from = _merge_if_empty(target, source, by, now)
    data = {"to": source.reference, "to_id": source.pk, "closed_from": closed_from, "woke": ""}
    record(target, EventKind.MOVED, at=now, by=by, message=message, data=data)
    came = {"from": target.reference, "from_id": target.pk}
    record(source, EventKind.MOVED, at=now, by=by, message=message, data=came)
    _work_out([source, target], now)
    message.ticket = source
    return Moved(message, target, source, False)


def _hold(message_id: int, to: int | None) -> tuple[Message, Ticket, Ticket | None]:
    """Hold message, its ticket and the other one, by their keys as merge() does."""
    seen = Message.objects.filter(pk=message_id).values_list("ticket_id", flat=True).first()
    if seen is None:
        raise NotFound
    held = {pk: queries.lock_ticket(pk) for pk in sorted({seen, to or seen})}
    message = Message.objects.select_for_update().get(pk=message_id)
    if message.ticket_id != seen:
        # Somebody else was quicker.
        raise CannotMove
    return message, held[seen], held[to] if to is not None else None


def _new_ticket(source: Ticket, message: Message, now: datetime) -> Ticket:
    number = next_number()
    ticket = Ticket.objects.create(
        pk=number,
        reference=f"R-{10000 + number}",
        subject=message.subject or " ".join(message.shown_text.split())[:80],
        source=message.source,
        channel=message.channel,
        external_id=message.external_id,
        customer=message.customer,
        language=message.language,
        calendar=source.calendar,
        created_at=now,
        opened_at=message.received_at,
        changed_at=now,
        is_public=source.is_public,
        is_backfill=now - message.received_at > BACKFILL_AGE,
        is_test=source.is_test,
    )
    TicketLink.objects.create(ticket=ticket, other=source, kind=LinkKind.SPLIT, created_at=now)
    return ticket


def _note_arrival(
    target: Ticket, message: Message, by: User, now: datetime, *, is_new: bool
) -> str:
    """Write that the customer wrote here; return the state that the ticket was woken from."""
    if is_new:
        data = {"priority": target.priority, "category": target.category}
        record(
            target,
            EventKind.OPENED,
            at=message.received_at,
            actor_kind=ActorKind.CUSTOMER,
            message=message,
            data=data,
        )
        return ""
    if message.kind != MessageKind.CUSTOMER:
        return ""
    if not target.events.filter(kind=EventKind.CUSTOMER_MESSAGE, message=message).exists():
        record(
            target,
            EventKind.CUSTOMER_MESSAGE,
            at=message.received_at,
            actor_kind=ActorKind.CUSTOMER,
            message=message,
            data={"needs_reply": True},
        )
    if target.status not in states.WAITS:
        return ""
    was = target.status
    _set_status(target, states.OPEN, by, now)
    return was


def _set_status(ticket: Ticket, new: str, by: User, now: datetime) -> None:
    old, ticket.status = ticket.status, new
    record(ticket, EventKind.STATUS, at=now, by=by, data={"old": old, "new": new})


def _merge_if_empty(ticket: Ticket, other: Ticket, by: User, now: datetime) -> str:
    """Merge a ticket that has lost its last message; return the state that it had."""
    spoken = ticket.messages.exclude(kind__in=[MessageKind.NOTE, MessageKind.AUTO])
    if spoken.exists() or not states.is_open(ticket.status):
        return ""
    was = ticket.status
    _set_status(ticket, states.MERGED, by, now)
    ticket.merged_into = other
    return was


def _reopen(ticket: Ticket, merged_into: Ticket | None, was: str, by: User, now: datetime) -> None:
    """Put back the state that the move ended, unless somebody has changed it since."""
    if not was:
        return
    ended = states.MERGED if merged_into is not None else states.OPEN
    if ticket.status != ended or (merged_into and ticket.merged_into_id != merged_into.pk):
        raise CannotUndoMove
    _set_status(ticket, was, by, now)
    ticket.merged_into = None


def _work_out(tickets: Sequence[Ticket], now: datetime) -> None:
    """Bring clocks, counts and words of both tickets in line with the messages they have now."""
    for ticket in tickets:
        _recount(ticket)
        rebuild_clocks(ticket, forget=True)
        touch(ticket, now, *_RECOUNTED)
        TicketSearch.objects.filter(ticket=ticket).delete()
        for message in ticket.messages.exclude(kind=MessageKind.NOTE).order_by("id"):
            index_words(ticket, message)


def _recount(ticket: Ticket) -> None:
    shown = ticket.messages.exclude(kind=MessageKind.NOTE)
    shown = shown.exclude(kind=MessageKind.AUTO, direction=Direction.IN)
    theirs = shown.filter(direction=Direction.IN)
    first, last = theirs.order_by("received_at", "id").first(), theirs.order_by("id").last()
    newest = shown.order_by("id").last()
    ticket.message_count = shown.count()
    text = newest.shown_text if newest else ""
    ticket.last_message_preview = " ".join(text.split())[:PREVIEW_LENGTH]
    ticket.last_customer_message_id = last.pk if last else None
    ticket.last_customer_at = last.received_at if last else None
    opening = ticket.events.filter(kind=EventKind.OPENED).order_by("id").first()
    opened_by = opening.message if opening else None
    if opening and opened_by and opened_by.ticket_id == ticket.pk:
        ticket.opened_at = opening.at
    elif first is not None:
        ticket.opened_at = first.received_at
    ticket.unanswered_since = queries.unanswered_since(ticket.pk)
    ticket.unread = ticket.unread and ticket.unanswered_since is not None
