"""Two tickets about the same thing become one, and can be parted again."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, require
from common.errors import NotFound
from tickets import queries, states
from tickets.errors import CannotUndoMerge, NotTheSameCustomer, TicketClosed
from tickets.models import EventKind, Ticket, TicketEvent
from tickets.services.clocks import rebuild_clocks
from tickets.services.events import record, touch
from tickets.services.status import move


@transaction.atomic
def merge(*, survivor_id: int, merged_id: int, by: User, now: datetime) -> Ticket:
    """Merge a ticket into another one of the same customer; the oldest survives.

    The survivor takes the higher priority and the union of flags; messages stay where they came
    and are shown together, so that undoing is exact. Raises NotTheSameCustomer, TicketClosed.
    """
    require(by, Permission.MERGE)
    first, second = (queries.lock_ticket(pk) for pk in sorted({survivor_id, merged_id}))
    survivor, merged = sorted((first, second), key=lambda t: (t.opened_at, t.pk))
    if survivor.customer_id is None or survivor.customer_id != merged.customer_id:
        raise NotTheSameCustomer
    for ticket in (survivor, merged):
        if not states.is_open(ticket.status):
            raise TicketClosed(reference=ticket.reference)
    before = {"priority": survivor.priority, "flags": survivor.flags, "status": merged.status}
    survivor.priority = min(survivor.priority, merged.priority)
    survivor.flags = sorted({*survivor.flags, *merged.flags})
    move(merged, states.MERGED, by=by, now=now)
    merged.merged_into = survivor
    data = {"merged": merged.reference, "merged_id": merged.pk, **before}
    record(survivor, EventKind.MERGED, at=now, by=by, data=data)
    _note_priority(survivor, before["priority"], by, now)
    for ticket in (survivor, merged):
        rebuild_clocks(ticket)
    touch(survivor, now, "priority", "flags")
    touch(merged, now, "status", "merged_into")
    return survivor


def _note_priority(
    survivor: Ticket, old: object, by: User, now: datetime, *, reason: str = "merge"
) -> None:
    if survivor.priority == old:
        return
    data = {
        "old": old,
        "new": survivor.priority,
        "priority": survivor.priority,
        "category": survivor.category,
        "by_hand": True,
        "reason": reason,
    }
    record(survivor, EventKind.PRIORITY, at=now, by=by, data=data)


@transaction.atomic
def undo_merge(*, merged_id: int, by: User, now: datetime) -> Ticket:
    """Part a merged ticket again. Raises CannotUndoMerge when the survivor has moved on."""
    require(by, Permission.UNDO_MERGE)
    survivor, merged = _lock_pair(merged_id)
    event = survivor.events.filter(kind=EventKind.MERGED, data__merged_id=merged.pk).last()
    if event is None or not states.is_open(survivor.status) or _moved_on(survivor, event):
        raise CannotUndoMerge(reference=merged.reference)
    raised = survivor.priority
    _restore(survivor, merged, event.data)
    _note_priority(survivor, raised, by, now, reason="unmerge")
    data = {"old": states.MERGED, "new": merged.status}
    record(merged, EventKind.STATUS, at=now, by=by, data=data)
    # The clocks that ended with the merge start again where the customer first waited.
    record(
        merged,
        EventKind.UNMERGED,
        at=now,
        by=by,
        data={"survivor": survivor.reference},
    )
    record(survivor, EventKind.UNMERGED, at=now, by=by, data={"merged": merged.reference})
    for ticket in (survivor, merged):
        rebuild_clocks(ticket, forget=True)
    touch(survivor, now, "priority", "flags")
    touch(merged, now, "status", "merged_into")
    return merged


def _lock_pair(merged_id: int) -> tuple[Ticket, Ticket]:
    """Hold survivor and merged ticket, by their keys like merge(). Raises CannotUndoMerge."""
    seen = Ticket.objects.filter(pk=merged_id).first()
    if seen is None:
        raise NotFound
    if seen.merged_into_id is None:
        raise CannotUndoMerge(reference=seen.reference)
    held = {pk: queries.lock_ticket(pk) for pk in sorted({merged_id, seen.merged_into_id})}
    merged = held[merged_id]
    if merged.status != states.MERGED or merged.merged_into_id != seen.merged_into_id:
        raise CannotUndoMerge(reference=merged.reference)
    return held[seen.merged_into_id], merged


def _moved_on(survivor: Ticket, merge_event: TicketEvent) -> bool:
    """Tell whether priority or flags changed since: putting the old ones back would lose that."""
    later = survivor.events.filter(
        pk__gt=merge_event.pk, kind__in=[EventKind.PRIORITY, EventKind.FLAGS]
    )
    return later.exclude(kind=EventKind.PRIORITY, data__reason="merge").exists()


def _restore(survivor: Ticket, merged: Ticket, before: dict[str, object]) -> None:
    survivor.priority = int(str(before["priority"]))
    flags = before["flags"]
    survivor.flags = list(flags) if isinstance(flags, list) else []
    merged.status = str(before["status"])
    merged.merged_into = None
