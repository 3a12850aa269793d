"""What triage does when the hub has news."""

from typing import Any

from django.dispatch import receiver

from common import clock
from common.queueing import send
from tickets import signals as pool
from triage import services, signals, tasks


@receiver(pool.ticket_opened)
@receiver(pool.customer_wrote)
def read_soon(ticket_id: int, **_kwargs: Any) -> None:
    """Enqueue the reading; the sweep takes what a lost job leaves."""
    send(tasks.triage_ticket, ticket_id=ticket_id)


@receiver(pool.triage_corrected)
def keep_label(ticket_id: int, field: str, new: Any, by_id: int | None, **_kwargs: Any) -> None:
    """Keep what the person set."""
    services.note_correction(
        ticket_id=ticket_id, field=field, new=new, by_id=by_id, now=clock.now()
    )


@receiver(pool.triage_confirmed)
def keep_confirmation(ticket_id: int, by_id: int | None, **_kwargs: Any) -> None:
    """Keep that the person found it right."""
    services.note_confirmation(ticket_id=ticket_id, by_id=by_id, now=clock.now())


@receiver(signals.replay_due)
def replay_soon(**_kwargs: Any) -> None:
    """Wake a worker; the sweep takes what a lost wake-up leaves."""
    send(tasks.run_replays)


@receiver(signals.ticket_triaged)
@receiver(pool.ticket_resolved)
@receiver(pool.ticket_reopened)
@receiver(pool.round_started)
def keep_fingerprint(ticket_id: int, **_kwargs: Any) -> None:
    """Keep what the ticket is known by; the sweep takes what a lost job leaves."""
    send(tasks.keep_fingerprint, ticket_id=ticket_id)


@receiver(pool.triage_corrected)
def keep_fingerprint_of_category(ticket_id: int, field: str, **_kwargs: Any) -> None:
    """Keep a solved ticket found under what it was really about."""
    if field == "category":
        send(tasks.keep_fingerprint, ticket_id=ticket_id)
