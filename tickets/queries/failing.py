"""Which addresses our mail does not reach."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tickets.identity import normal_email
from tickets.models import Direction, FailingAddress, Message, Ticket

# After a bounce no automatic mail goes to the address for this long.
FAILS_FOR = timedelta(days=60)


def find_failing(addresses: Iterable[str], *, now: datetime) -> FailingAddress | None:
    """Return the failing one of these addresses, the latest; None when none is known to fail."""
    values = {value for address in addresses if (value := normal_email(address))}
    if not values:
        return None
    rows = FailingAddress.objects.filter(address__in=values, last_at__gt=now - FAILS_FOR)
    return rows.order_by("-last_at").first()


def failing_of_ticket(ticket: Ticket, *, now: datetime) -> FailingAddress | None:
    """Return the failing address among those that this ticket's mails went to or came from."""
    if not FailingAddress.objects.exists():
        return None
    rows = Message.objects.filter(ticket=ticket)
    sent = rows.filter(direction=Direction.OUT, outgoing__kind="email")
    written = rows.filter(direction=Direction.IN, meta__has_key="from_address")
    found = list(sent.order_by("-id").values_list("outgoing__address", flat=True)[:5])
    found += written.order_by("-id").values_list("meta__from_address", flat=True)[:5]
    return find_failing([str(address) for address in found], now=now)
