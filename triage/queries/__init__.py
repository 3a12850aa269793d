"""Reads about readings, labels and models."""

from triage.queries.desk import CLAIM_TIME, is_check, waiting_at_desk
from triage.queries.learning import (
    CHECK_ONE_IN,
    MOST_LABELS,
    LabelledTicket,
    checks_since,
    has_labels_since,
    labelled_tickets,
    latest_training,
    steering,
    trusted_labellers,
)
from triage.queries.readings import (
    SWEEP_AFTER,
    TextToRead,
    figures_since,
    is_read,
    latest_prediction,
    text_to_read,
    unread_ids,
)
from triage.queries.versions import champion, list_versions, why_no_model

__all__ = [
    "CHECK_ONE_IN",
    "CLAIM_TIME",
    "MOST_LABELS",
    "SWEEP_AFTER",
    "LabelledTicket",
    "TextToRead",
    "champion",
    "checks_since",
    "figures_since",
    "has_labels_since",
    "is_check",
    "is_read",
    "labelled_tickets",
    "latest_prediction",
    "latest_training",
    "list_versions",
    "steering",
    "text_to_read",
    "trusted_labellers",
    "unread_ids",
    "waiting_at_desk",
    "why_no_model",
]
