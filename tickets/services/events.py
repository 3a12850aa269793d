"""Writing down what happened, and telling others once it is committed."""

from collections.abc import Mapping
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


def announce(signal: Signal, **ids: Any) -> None:
    """Send a signal when the transaction is in; a receiver's fault harms nobody else."""
    transaction.on_commit(partial(signal.send_robust, sender=Ticket, **ids), robust=True)


def touch(ticket: Ticket, now: datetime, *fields: str) -> None:
    """Save the named fields together with version and time, and announce the change."""
    ticket.version += 1
    ticket.changed_at = now
    ticket.save(update_fields=["version", "changed_at", *fields])
    announce(signals.ticket_changed, ticket_id=ticket.pk)
