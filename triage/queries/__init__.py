"""Reads about readings, labels and models."""

from triage.queries.readings import (
    SWEEP_AFTER,
    TextToRead,
    figures_since,
    is_read,
    latest_prediction,
    text_to_read,
    unread_ids,
    waiting_for_a_person,
)
from triage.queries.versions import champion, list_versions, why_no_model

__all__ = [
    "SWEEP_AFTER",
    "TextToRead",
    "champion",
    "figures_since",
    "is_read",
    "latest_prediction",
    "list_versions",
    "text_to_read",
    "unread_ids",
    "waiting_for_a_person",
    "why_no_model",
]
