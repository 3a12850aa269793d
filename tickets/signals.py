"""What the hub tells others. All are sent on commit and carry ids only."""

from django.dispatch import Signal

ticket_opened = Signal()  # ticket_id, message_id
customer_wrote = Signal()  # ticket_id, message_id
agent_replied = Signal()  # ticket_id, message_id
ticket_resolved = Signal()  # ticket_id, round
ticket_reopened = Signal()  # ticket_id
round_started = Signal()  # ticket_id, round
triage_corrected = Signal()  # ticket_id, field, old, new, by_id
triage_confirmed = Signal()  # ticket_id, by_id
ticket_changed = Signal()  # ticket_id
