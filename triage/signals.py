"""What triage tells others."""

from django.dispatch import Signal

# Sent on commit with ticket_id: the ticket has been read.
ticket_triaged = Signal()
