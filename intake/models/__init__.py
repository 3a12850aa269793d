"""Where complaints come from, and the raw copies of what was delivered."""

from intake.models.chat import ChatConversation, ChatLine
from intake.models.deliveries import DeliveryStatus, RawDelivery
from intake.models.imports import (
    FileImport,
    ImportRow,
    ImportState,
    RowFate,
    SavedMapping,
)
from intake.models.mailbox import MailboxState
from intake.models.media import MediaFile, MediaProblem, MediaStatus
from intake.models.sources import MAIL_KINDS, Source, SourceKind

__all__ = [
    "MAIL_KINDS",
    "ChatConversation",
    "ChatLine",
    "DeliveryStatus",
    "FileImport",
    "ImportRow",
    "ImportState",
    "MailboxState",
    "MediaFile",
    "MediaProblem",
    "MediaStatus",
    "RawDelivery",
    "RowFate",
    "SavedMapping",
    "Source",
    "SourceKind",
]
