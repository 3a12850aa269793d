"""Reads about sources and deliveries."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from common.errors import NotFound
from intake.errors import UnknownSource
from intake.models import DeliveryStatus, RawDelivery, Source


def get_source(slug: str) -> Source:
    """Return an enabled source. Raises UnknownSource."""
    source = Source.objects.filter(slug=slug, is_enabled=True).first()
    if source is None:
        raise UnknownSource
    return source


def get_delivery(delivery_id: int) -> RawDelivery:
    """Return one delivery with its source. Raises NotFound."""
    delivery = RawDelivery.objects.select_related("source").filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFound
    return delivery


def list_deliveries(*, status: str = "", source: str = "") -> QuerySet[RawDelivery]:
    """Return deliveries without their bodies, newest first."""
    rows = RawDelivery.objects.select_related("source").defer("body").order_by("-id")
    if status in DeliveryStatus.values:
        rows = rows.filter(status=status)
    return rows.filter(source__slug=source) if source else rows


def ledger(now: datetime, *, window: timedelta = timedelta(days=1)) -> dict[str, Any]:
    """Return how the deliveries of a window ended; the parts add up to the whole."""
    rows = RawDelivery.objects.filter(received_at__gte=now - window)
    counted = {status: Count("id", filter=Q(status=status)) for status in DeliveryStatus.values}
    return dict(rows.aggregate(total=Count("id"), latest=Max("received_at"), **counted))
