"""Periodic work of the hub. Every task is safe to run twice and at the same time."""

from celery import shared_task

from common import clock
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
    for clock_id in soon.order_by("due_at").values_list("pk", flat=True)[: BATCH * 10]:
        services.note_clock(clock_id=clock_id, now=now)


@shared_task(name="tickets.tasks.close_resolved", queue="sla")
def close_resolved() -> None:
    """Close what has been resolved for seven days."""
    now = clock.now()
    ripe = Ticket.objects.filter(status="resolved", resolved_at__lte=now - CLOSE_AFTER)
    for ticket_id in ripe.order_by("resolved_at").values_list("pk", flat=True)[:BATCH]:
        services.close_resolved(ticket_id=ticket_id, now=now)
