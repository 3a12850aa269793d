"""What surveys do when the hub has news."""

from typing import Any

from django.dispatch import receiver

from common import clock
from surveys import services
from tickets.signals import round_started, ticket_resolved


@receiver(ticket_resolved)
def schedule(ticket_id: int, round: int, **_kwargs: Any) -> None:  # noqa: A002
    """Schedule the round's survey; the sweep schedules what was missed here."""
    services.schedule_survey(ticket_id=ticket_id, round_=round, now=clock.now())


@receiver(round_started)
def cancel(ticket_id: int, round: int, **_kwargs: Any) -> None:  # noqa: A002
    """Do not ask about a round that turned out not to be the last one."""
    services.cancel_unsent(ticket_id=ticket_id, before_round=round)
