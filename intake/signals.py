"""What intake tells others."""

from django.dispatch import Signal

# Sent on commit with delivery_id: there is something to read.
delivery_stored = Signal()
