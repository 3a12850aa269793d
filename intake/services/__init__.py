"""Take deliveries in, turn them into messages, and keep the ledger straight."""

from intake.services.accepting import Accepted, accept, answer_to, shake_hands, store
from intake.services.filing import (
    FIRST_PAUSE,
    MAX_ATTEMPTS,
    process_delivery,
    retry_all_dead,
    retry_dead,
    waiting_ids,
)
from intake.services.mailboxes import (
    hold_mailboxes,
    note_failure,
    note_progress,
    note_success,
    open_state,
    take_mail,
)
from intake.services.media import expect_files, fetch_media, retry_media, waiting_media
from intake.services.sources import create_source, door_of

__all__ = [
    "FIRST_PAUSE",
    "MAX_ATTEMPTS",
    "Accepted",
    "accept",
    "answer_to",
    "create_source",
    "door_of",
    "expect_files",
    "fetch_media",
    "hold_mailboxes",
    "note_failure",
    "note_progress",
    "note_success",
    "open_state",
    "process_delivery",
    "retry_all_dead",
    "retry_dead",
    "retry_media",
    "shake_hands",
    "store",
    "take_mail",
    "waiting_ids",
    "waiting_media",
]
