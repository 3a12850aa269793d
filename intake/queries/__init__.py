"""Reads about sources and deliveries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from accounts.models import User
from accounts.permissions import Permission, can
from common.errors import NotFound
from intake.channels.mailbox_account import has_mailbox
from intake.errors import UnknownReceipt, UnknownSource
from intake.models import DeliveryStatus, MediaFile, RawDelivery, Source, SourceKind
from intake.queries.health import (
    RECENT,
    STUCK_AFTER,
    Reason,
    SourceHealth,
    health_of,
    source_health,
)
from tickets.models import Message, Ticket
from tickets.queries import visible_tickets

__all__ = [
    "RECENT",
    "STUCK_AFTER",
    "Reason",
    "Receipt",
    "SourceHealth",
    "alerted_sources",
    "delivery_page",
    "files_of",
    "find_source",
    "get_any_source",
    "get_delivery",
    "get_message_of",
    "get_receipt",
    "get_source",
    "health_of",
    "ledger",
    "list_deliveries",
    "list_mailbox_sources",
    "may_read_body",
    "movable_messages",
    "source_health",
    "tickets_of",
    "waiting_and_dead",
]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What somebody who complained by form may know: no words, no order."""

    received_at: datetime
    reference: str
    is_open: bool


def get_source(slug: str) -> Source:
    """Return an enabled source. Raises UnknownSource."""
    source = find_source(slug)
    if source is None or not source.is_enabled:
        raise UnknownSource
    return source


def get_any_source(slug: str) -> Source:
    """Return a source, also one that is switched off. Raises UnknownSource."""
    source = find_source(slug)
    if source is None:
        raise UnknownSource
    return source


def find_source(slug: str) -> Source | None:
    """Return a source, None where none has this name."""
    return Source.objects.filter(slug=slug).first()


def alerted_sources() -> Sequence[Source]:
    """Return the sources with refusals that nobody has confirmed, the oldest first."""
    return list(Source.objects.exclude(alert_since=None).order_by("alert_since"))


def list_mailbox_sources() -> list[Source]:
    """Return the enabled e-mail sources that have a mailbox to look into."""
    rows = Source.objects.filter(kind=SourceKind.EMAIL, is_enabled=True)
    return [source for source in rows.order_by("pk") if has_mailbox(source.settings)]


def get_delivery(delivery_id: int) -> RawDelivery:
    """Return one delivery with its source. Raises NotFound."""
    delivery = RawDelivery.objects.select_related("source").filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFound
    return delivery


def get_message_of(ticket: Ticket, message_id: int) -> Message:
    """Return a message of a ticket, or of one that was merged into it. Raises NotFound."""
    own = Q(ticket=ticket) | Q(ticket__merged_into=ticket)
    message = Message.objects.filter(own, pk=message_id).first()
    if message is None:
        raise NotFound
    return message


def files_of(message: Message) -> Sequence[MediaFile]:
    """Return the files that a message named, in its order."""
    rows = MediaFile.objects.filter(message=message).select_related("attachment", "source")
    return list(rows.order_by("position"))


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


def get_receipt(delivery_id: int | None) -> Receipt:
    """Return the receipt of a form's delivery. Raises UnknownReceipt."""
    delivery = (
        RawDelivery.objects.defer("body")
        .filter(pk=delivery_id or 0, source__kind=SourceKind.FORM)
        .first()
    )
    if delivery is None:
        raise UnknownReceipt
    message = (
        Message.objects.select_related("ticket__merged_into")
        .filter(pk__in=delivery.message_ids)
        .first()
    )
    ticket = (message.ticket.merged_into or message.ticket) if message else None
    return Receipt(
        received_at=delivery.received_at,
        reference=ticket.reference if ticket else "",
        is_open=ticket is None or ticket.is_open,
    )


def delivery_page(
    *, status: str, source: str, before: int | None, size: int
) -> tuple[Sequence[RawDelivery], int | None]:
    """Return a page of deliveries, newest first, and the id that the next page begins below."""
    rows = list_deliveries(status=status, source=source)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else None


def waiting_and_dead() -> dict[str, int]:
    """Return how many deliveries wait to be read and how many could not be."""
    open_ones = Q(status__in=[DeliveryStatus.RECEIVED, DeliveryStatus.DEAD])
    rows = RawDelivery.objects.filter(open_ones).order_by()
    return dict(rows.values_list("status").annotate(Count("id")))


def tickets_of(delivery: RawDelivery) -> Sequence[Ticket]:
    """Return the tickets that a delivery's messages belong to."""
    ids = delivery.message_ids
    return list(Ticket.objects.filter(messages__in=ids).distinct()) if ids else []


def movable_messages(delivery: RawDelivery, user: User) -> Sequence[Message]:
    """Return the messages of a delivery that the person may move to another ticket."""
    if not delivery.message_ids or not can(user, Permission.MERGE):
        return []
    rows = Message.objects.filter(pk__in=delivery.message_ids, ticket__in=visible_tickets(user))
    return list(rows.select_related("ticket").order_by("id"))


def may_read_body(user: User, delivery: RawDelivery) -> bool:
    """Tell whether the person may read the customer's own words in a delivery.

    Who keeps the channels running does not read them (domain guide, section 9); a team lead reads
    what no ticket was made of, and what is of a ticket that the lead may open.
    """
    if not can(user, Permission.READ_TICKETS):
        return False
    if not delivery.message_ids or can(user, Permission.READ_ALL_TICKETS):
        return True
    return visible_tickets(user).filter(messages__in=delivery.message_ids).exists()
