"""Queue, send, cancel and retry outgoing messages, and note what became of them."""

from outbox.services.bounces import mark_bounced
from outbox.services.queueing import announce, cancel, queue, retry
from outbox.services.receipts import forget_held, record_receipt
from outbox.services.sending import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    MAX_ATTEMPTS,
    SENDING_LEASE,
    due_ids,
    send_one,
)
from outbox.services.tokens import Fetched, get_token, renew_token

__all__ = [
    "FIRST_PAUSE",
    "LONGEST_PAUSE",
    "MAX_ATTEMPTS",
    "SENDING_LEASE",
    "Fetched",
    "announce",
    "cancel",
    "due_ids",
    "forget_held",
    "get_token",
    "mark_bounced",
    "queue",
    "record_receipt",
    "renew_token",
    "retry",
    "send_one",
]
