"""Read tickets, keep what was said of the readings, and decide which model is in use."""

from triage.services.labels import note_confirmation, note_correction
from triage.services.reading import SURE_OF_SPAM, triage_ticket
from triage.services.versions import add_version, promote

__all__ = [
    "SURE_OF_SPAM",
    "add_version",
    "note_confirmation",
    "note_correction",
    "promote",
    "triage_ticket",
]
