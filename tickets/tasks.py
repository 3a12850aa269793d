"""Periodic work of the hub. Every task is safe to run twice and at the same time."""

from datetime import datetime
from functools import partial

from celery import shared_task

from common import clock
from common.sweeping import each
from tickets import services
from tickets.models import SlaClock, Ticket
from tickets.services.clocks import LONGEST_WARN
from tickets.services.resolution import CLOSE_AFTER

BATCH = 500


@shared_task(name="tickets.tasks.sweep_clocks", queue="sla")
def sweep_clocks() -> None:
    """Write warnings and misses of running clocks into the tickets' history."""
    now = clock.now()
    soon = SlaClock.objects.filter(state="running", due_at__lte=now + LONGEST_WARN).exclude(
        noted="sla_missed"
    )
    ids = soon.order_by("due_at").values_list("pk", flat=True)[: BATCH * 10]
    each(ids, lambda clock_id: services.note_clock(clock_id=clock_id, now=now))


@shared_task(name="tickets.tasks.escalate_clocks", queue="sla")
def escalate_clocks() -> None:
    """Tell those above the owner of what is overdue, or urgent and nobody's."""
    now = clock.now()
    for ticket_id, to, cause in services.due_escalations(now=now):
        each([ticket_id], partial(_escalate, to=to, cause=cause, now=now))


def _escalate(ticket_id: int, *, to: str, cause: str, now: datetime) -> None:
    services.escalate(ticket_id=ticket_id, to=to, cause=cause, now=now)


@shared_task(name="tickets.tasks.care_for_waiting", queue="sla")
def care_for_waiting() -> None:
    """Remind customers who do not answer, and close what stays unanswered."""
    now = clock.now()
    ids = services.waiting_ids(now=now)
    each(ids, lambda ticket_id: services.care_for_waiting(ticket_id=ticket_id, now=now))


@shared_task(name="tickets.tasks.sweep_outcomes", queue="outbox")
def sweep_outcomes() -> None:
    """Tell tickets what became of their replies where a worker died before it could."""
    now = clock.now()
    ids = services.unnoticed_outcomes(now=now)
    each(ids, lambda outgoing_id: services.note_delivery(outgoing_id=outgoing_id, now=now))


@shared_task(name="tickets.tasks.close_resolved", queue="sla")
def close_resolved() -> None:
    """Close what has been resolved for seven days."""
    now = clock.now()
    ripe = Ticket.objects.filter(status="resolved", resolved_at__lte=now - CLOSE_AFTER)
    ids = ripe.order_by("resolved_at").values_list("pk", flat=True)[:BATCH]
    each(ids, lambda ticket_id: services.close_resolved(ticket_id=ticket_id, now=now))
