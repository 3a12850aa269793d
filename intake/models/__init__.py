"""Where complaints come from, and the raw copies of what was delivered."""

from intake.models.deliveries import DeliveryStatus, RawDelivery
from intake.models.media import MediaFile, MediaProblem, MediaStatus
from intake.models.sources import Source, SourceKind

__all__ = [
    "DeliveryStatus",
    "MediaFile",
    "MediaProblem",
    "MediaStatus",
    "RawDelivery",
    "Source",
    "SourceKind",
]
