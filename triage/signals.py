"""What triage tells others."""

from django.dispatch import Signal

# Sent on commit with ticket_id: the ticket has been read.
ticket_triaged = Signal()

# Sent on commit with replay_id: a replay waits for a worker.
replay_due = Signal()
