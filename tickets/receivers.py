"""What the hub does when the outbox has news."""

from typing import Any

from django.dispatch import receiver

from common import clock
from outbox.signals import outgoing_changed
from tickets import services


@receiver(outgoing_changed)
def take_notice(outgoing_id: int, **_kwargs: Any) -> None:
    """Let the clock run on when a reply failed: it was none."""
    services.note_delivery(outgoing_id=outgoing_id, now=clock.now())
