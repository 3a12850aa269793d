"""What the outbox tells others."""

from django.dispatch import Signal

# Sent on commit with outgoing_id: the status changed.
outgoing_changed = Signal()
