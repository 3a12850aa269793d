"""A ticket's past: as moments for the clocks, and as a timeline for people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject

from tickets import states
from tickets.models import Attachment, EventKind, Message, Ticket, TicketEvent
from tickets.sla import Moment, MomentKind

_CLOCK_KINDS = (
    EventKind.OPENED,
    EventKind.CUSTOMER_MESSAGE,
    EventKind.REPLY,
    EventKind.REPLY_FAILED,
    EventKind.STATUS,
    EventKind.PRIORITY,
    EventKind.CATEGORY,
    EventKind.ROUND,
)
# Events that the message itself already shows.
_SHOWN_AS_MESSAGE = frozenset(
    {EventKind.CUSTOMER_MESSAGE, EventKind.REPLY, EventKind.NOTE, EventKind.AUTO_MESSAGE}
)


def moments(ticket_id: int) -> list[Moment]:
    """Return what moves the clocks, in the order in which it was written down.

    A reply that was not delivered is no reply: it is left out as if never sent, and counts from
    then on when it was sent again; so is a message that was moved to another ticket. Times never
    run backwards, because a provider's clock may differ from ours.
    """
    found = (
        TicketEvent.objects.filter(ticket_id=ticket_id, kind__in=_CLOCK_KINDS)
        .order_by("id")
        .values_list("kind", "at", "data", "message_id", "message__ticket_id")
    )
    rows = _without_moved(found, ticket_id)
    rows = _without_undone_ends(_without_failed_replies(rows))
    result: list[Moment] = []
    for kind, at, data, _message_id in rows:
        latest = max(at, result[-1].at) if result else at
        result.append(_moment(kind, latest, data))
    return result


_Row = tuple[str, datetime, dict[str, Any], int | None]


def _without_moved(
    found: Iterable[tuple[str, datetime, dict[str, Any], int | None, int | None]], ticket_id: int
) -> list[_Row]:
    """Leave out what the customer wrote in a message that is in another ticket now.

    Where that message opened the ticket, the next one did.
    """
    rows: list[_Row] = []
    opener: int | None = None
    for kind, at, data, message_id, now_in in found:
        is_gone = now_in not in {None, ticket_id}
        if kind == EventKind.CUSTOMER_MESSAGE and is_gone:
            continue
        if kind == EventKind.CUSTOMER_MESSAGE and opener is not None:
            first = rows[opener]
            rows[opener] = (first[0], at, first[2], message_id)
            opener = None
            continue
        if kind == EventKind.OPENED and is_gone:
            opener = len(rows)
        rows.append((kind, at, data, message_id))
    return rows


def _without_failed_replies(rows: list[_Row]) -> list[_Row]:
    kept: list[_Row] = []
    failed_later: set[int | None] = set()
    for row in reversed(rows):
        kind, _, _, message_id = row
        if kind == EventKind.REPLY_FAILED:
            failed_later.add(message_id)
        elif kind != EventKind.REPLY or message_id not in failed_later:
            kept.append(row)
    return kept[::-1]


def unanswered_since(ticket_id: int) -> datetime | None:
    """Return since when the customer has waited for an answer, None when nothing is open."""
    since: datetime | None = None
    for moment in moments(ticket_id):
        if moment.kind == MomentKind.REPLY:
            since = None
        elif moment.kind in {MomentKind.OPENED, MomentKind.CUSTOMER} and moment.needs_reply:
            since = since or moment.at
    return since


_ENDS = (states.MERGED, states.REJECTED)


def _without_undone_ends(rows: list[_Row]) -> list[_Row]:
    """Leave out merges and rejections that were taken back: to the clocks they never happened.

    The customer has waited all the same, so the clocks run on from where they began.
    """
    kept: list[_Row] = []
    for row in rows:
        kind, _, data, _ = row
        if kind == EventKind.STATUS and data["old"] in _ENDS:
            _drop_last(kept, EventKind.STATUS, "new", data["old"])
            if data["old"] == states.REJECTED:
                kept.append(row)
        elif kind == EventKind.PRIORITY and data.get("reason") == "unmerge":
            _drop_last(kept, EventKind.PRIORITY, "reason", "merge")
        else:
            kept.append(row)
    return kept


def _drop_last(rows: list[_Row], kind: EventKind, name: str, value: str) -> None:
    for index in range(len(rows) - 1, -1, -1):
        if rows[index][0] == kind and rows[index][2].get(name) == value:
            del rows[index]
            return


def _moment(kind: str, at: datetime, data: dict[str, Any]) -> Moment:
    match kind:
        case EventKind.OPENED:
            return Moment(
                MomentKind.OPENED,
                at,
                priority=data.get("priority", 3),
                category=data.get("category", ""),
                needs_reply=data.get("needs_reply", True),
            )
        case EventKind.CUSTOMER_MESSAGE:
            return Moment(MomentKind.CUSTOMER, at, needs_reply=data.get("needs_reply", True))
        case EventKind.REPLY:
            return Moment(MomentKind.REPLY, at)
        case EventKind.STATUS:
            return Moment(MomentKind.STATUS, at, status=data["new"])
        case EventKind.ROUND:
            return Moment(MomentKind.ROUND, at, round=data["round"])
        case _:
            return Moment(
                MomentKind.PRIORITY,
                at,
                priority=data["priority"],
                category=data["category"],
                by_hand=data.get("by_hand", False),
            )


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A message or an event, in the order of the conversation."""

    at: datetime
    message: Message | None = None
    event: TicketEvent | None = None


def timeline(ticket: Ticket) -> list[TimelineEntry]:
    """Return messages and events together, oldest first; two statements.

    The messages of tickets that were merged into this one are among them. Each message carries
    ``files``: dictionaries of id, name and size.
    """
    files = Attachment.objects.filter(message=OuterRef("pk")).order_by("id")
    messages = (
        Message.objects.filter(Q(ticket=ticket) | Q(ticket__merged_into=ticket))
        .select_related("author", "customer", "outgoing", "ticket")
        .annotate(
            files=ArraySubquery(files.values(json=JSONObject(id="id", name="name", size="size")))
        )
        .order_by("id")
    )
    events = ticket.events.exclude(kind__in=_SHOWN_AS_MESSAGE).select_related("actor")
    entries = [TimelineEntry(m.received_at, message=m) for m in messages]
    entries += [TimelineEntry(e.at, event=e) for e in events]
    return sorted(entries, key=lambda entry: entry.at)
