"""What intake tells others."""

from django.dispatch import Signal

# Sent on commit with delivery_id: there is something to read.
delivery_stored = Signal()

# Sent on commit with message_id: a message names files that are to be fetched.
files_expected = Signal()
