"""Which addresses our mail does not reach."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tickets.identity import normal_email
from tickets.models import FailingAddress

# After a bounce no automatic mail goes to the address for this long.
FAILS_FOR = timedelta(days=60)


def find_failing(addresses: Iterable[str], *, now: datetime) -> FailingAddress | None:
    """Return the failing one of these addresses, the latest; None when none is known to fail."""
    values = {value for address in addresses if (value := normal_email(address))}
    if not values:
        return None
    rows = FailingAddress.objects.filter(address__in=values, last_at__gt=now - FAILS_FOR)
    return rows.order_by("-last_at").first()
