"""What the parts of the ticket page need."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse

from accounts.models import User
from accounts.permissions import Permission, can
from tickets import queries, services, states
from tickets.forms.writing import after_reply_choices
from tickets.models import (
    EventKind,
    IdentityKind,
    Message,
    MessageKind,
    Ticket,
    TicketEvent,
)
from tickets.queries import TicketPage
from tickets.queries.history import TimelineEntry
from tickets.routes import EMAIL
from tickets.services.reach import NONE
from tickets.sla_story import story

HISTORY_SHOWN = 8
IDENTITIES_SHOWN = 8


# What one reading by triage writes; shown as one line that opens.
READING = frozenset(
    {
        EventKind.TEAM,
        EventKind.CATEGORY,
        EventKind.PRIORITY,
        EventKind.EMOTION,
        EventKind.FLAGS,
        EventKind.TRIAGED,
    }
)


@dataclass(slots=True)
class Shown:
    """An entry of the timeline.

    ``switched_from`` is the channel before, where it changed; ``folded`` are the changes that
    this reading by triage brought.
    """

    entry: TimelineEntry
    switched_from: str = ""
    folded: list[TicketEvent] = field(default_factory=list)


def timeline_context(ticket: Ticket) -> dict[str, Any]:
    """Return messages and events, folded, with a mark where the conversation changed channel."""
    entries = queries.timeline(ticket)
    # Few tickets have any: the history tells whether to look.
    asked = any(each.event and each.event.kind == EventKind.APPROVAL for each in entries)
    return {
        "timeline": shown_timeline(entries),
        "entries": entries,
        "approvals": queries.approvals_of(ticket) if asked else [],
    }


def shown_timeline(entries: Iterable[TimelineEntry]) -> list[Shown]:
    """Put the changes of one reading under its line and mark changes of channel."""
    shown: list[Shown] = []
    waiting: list[Shown] = []
    channel = ""
    for entry in entries:
        if _is_said_twice(entry):
            continue
        item = Shown(entry)
        if entry.message is not None and entry.message.kind == MessageKind.CUSTOMER:
            here = entry.message.channel
            item.switched_from = channel if channel and here != channel else ""
            channel = here
        if _is_reading(entry):
            waiting.append(item)
            if entry.event is not None and entry.event.kind == EventKind.TRIAGED:
                item.folded = [each.entry.event for each in waiting[:-1] if each.entry.event]
                shown.append(item)
                waiting = []
            continue
        shown += [*waiting, item]
        waiting = []
    return shown + waiting


def _is_said_twice(entry: TimelineEntry) -> bool:
    # Resolving and merging write an event of their own beside the change of state.
    event = entry.event
    ends = {states.RESOLVED, states.MERGED}
    return event is not None and event.kind == EventKind.STATUS and event.data.get("new") in ends


def _is_reading(entry: TimelineEntry) -> bool:
    event = entry.event
    return event is not None and event.actor_id is None and event.kind in READING


def head_context(ticket: Ticket, user: User) -> dict[str, Any]:
    """Return what the head of the conversation and its menus need."""
    may_write = can(user, Permission.REPLY)
    return {
        "ticket": ticket,
        "may_write": may_write,
        "may_resolve": can(user, Permission.RESOLVE) and ticket.is_open,
        "may_approve": can(user, Permission.APPROVE_REMEDY),
        "may_merge": can(user, Permission.MERGE) and ticket.is_open and ticket.customer_id,
        "may_reopen": _may_reopen(ticket, user),
        "is_open": ticket.is_open,
    }


def _may_reopen(ticket: Ticket, user: User) -> bool:
    if ticket.status == states.CLOSED:
        return can(user, Permission.REOPEN_CLOSED)
    return ticket.status == states.RESOLVED and can(user, Permission.RESOLVE)


def composer_context(page: TicketPage, key: str) -> dict[str, Any]:
    """Return what the composer needs; ``key`` makes sending twice harmless."""
    drafts = {
        draft["kind"]: {**draft, "saved_at": datetime.fromisoformat(draft["saved_at"])}
        for draft in page.drafts
    }
    reply, note = drafts.get(MessageKind.REPLY), drafts.get(MessageKind.NOTE)
    return {
        "draft": reply or note,
        "note_draft": note,
        "kind": MessageKind.NOTE if note and not reply else MessageKind.REPLY,
        "idempotency_key": key,
        "then_choices": after_reply_choices(),
        "check_url": _url("knowledgebase:check", page.ticket.reference),
        "then_status": states.WAITING_CUSTOMER,
        "failing": _failing(page),
    }


def _failing(page: TicketPage) -> dict[str, Any] | None:
    """Return the customer's address that mail does not reach, None for none."""
    for each in page.identities:
        if each["kind"] == IdentityKind.EMAIL and each["fails_since"]:
            since = datetime.fromisoformat(each["fails_since"])
            return {"address": each["value"], "since": since, "why": each["fails_why"]}
    return None


def _url(name: str, reference: str) -> str:
    # The spokes' fragments; a desk without that room shows nothing in their place.
    try:
        return reverse(name, args=[reference])
    except NoReverseMatch:
        return ""


# A connected system fetches replies or is called, our own pages have theirs, mail always can.
_NOTHING_TO_SAY = frozenset({EMAIL, "generic", "api", "chat", "form", "manual"})


def reach_context(
    ticket: Ticket, user: User, now: datetime, last: Message | None
) -> dict[str, Any]:
    """Return how a reply would leave, for who may write one; one statement in most cases."""
    is_quiet = ticket.channel in _NOTHING_TO_SAY
    if is_quiet or not ticket.is_open or not can(user, Permission.REPLY):
        return {"reach": None}
    reach = services.reach_of(ticket, now, last=last)
    phone = ""
    if reach.way == NONE and ticket.customer is not None:
        found = ticket.customer.identities.filter(kind=IdentityKind.PHONE).order_by("-id")
        phone = found.values_list("value", flat=True).first() or ""
    return {"reach": reach, "phone": phone}


def customer_context(page: TicketPage) -> dict[str, Any]:
    """Return the person, their identities and their other tickets; one statement."""
    customer, ticket = page.ticket.customer, page.ticket
    if customer is None:
        return {"customer": None}
    history = list(queries.customer_history(customer))
    others = [each for each in history if each.pk != ticket.pk]
    icons = {IdentityKind.EMAIL: "mail", IdentityKind.PHONE: "phone"}
    return {
        "customer": customer,
        "identities": [
            (icons.get(IdentityKind(each["kind"]), "user"), each)
            for each in page.identities[:IDENTITIES_SHOWN]
        ],
        "history": others[:HISTORY_SHOWN],
        "history_count": len(others),
    }


def sla_context(ticket: Ticket, entries: Iterable[TimelineEntry], now: datetime) -> dict[str, Any]:
    """Return how the due time came about; one statement."""
    events = [entry.event for entry in entries if entry.event is not None]
    return {"story": story(ticket, list(ticket.clocks.all()), events, now)}


def last_customer_message(entries: Iterable[TimelineEntry]) -> Message | None:
    """Return the newest message of the customer."""
    found = [e.message for e in entries if e.message and e.message.kind == MessageKind.CUSTOMER]
    return found[-1] if found else None
