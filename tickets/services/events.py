"""Writing down what happened, and telling others once it is committed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import Signal

from accounts.models import User
from tickets import signals
from tickets.models import EventKind, Message, Ticket, TicketEvent
from tickets.models.ticket import ActorKind


def record(
    ticket: Ticket,
    kind: EventKind,
    *,
    at: datetime,
    by: User | None = None,
    actor_kind: str = "",
    message: Message | None = None,
    data: Mapping[str, Any] | None = None,
) -> TicketEvent:
    """Write one event of a ticket whose row the caller has locked."""
    who = actor_kind or (ActorKind.PERSON if by else ActorKind.SYSTEM)
    return TicketEvent.objects.create(
        ticket=ticket,
        kind=kind,
        at=at,
        actor=by,
        actor_kind=who,
        message=message,
        data=dict(data or {}),
    )


def record_all(events: Sequence[TicketEvent]) -> None:
    """Write several events of one ticket at once, in this order."""
    TicketEvent.objects.bulk_create(events)


def announce(signal: Signal, **ids: Any) -> None:
    """Send a signal when the transaction is in; a receiver's fault harms nobody else."""
    transaction.on_commit(partial(signal.send_robust, sender=Ticket, **ids), robust=True)


# What every change may move; the clocks are computed before the row is saved.
_ALWAYS = ("version", "changed_at", "due_at", "due_metric", "gross_seconds", "net_seconds")


def touch(ticket: Ticket, now: datetime, *fields: str) -> None:
    """Save the named fields with version, time and clocks, and announce the change."""
    ticket.version += 1
    ticket.changed_at = now
    ticket.save(update_fields=[*_ALWAYS, *fields])
    announce(signals.ticket_changed, ticket_id=ticket.pk)
