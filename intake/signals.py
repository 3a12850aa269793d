"""What intake tells others."""

from django.dispatch import Signal

# Sent on commit with delivery_id: there is something to read.
delivery_stored = Signal()

# Sent on commit with message_id: a message names files that are to be fetched.
files_expected = Signal()

# Sent on commit with import_id: a file is to be read on, or taken back.
import_due = Signal()
