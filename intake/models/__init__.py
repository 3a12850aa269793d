"""Where complaints come from, and the raw copies of what was delivered."""

from intake.models.deliveries import DeliveryStatus, RawDelivery
from intake.models.sources import Source, SourceKind

__all__ = ["DeliveryStatus", "RawDelivery", "Source", "SourceKind"]
