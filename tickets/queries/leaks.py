"""Whether data has leaked: customers who report it on one day (domain guide, section 8, red)."""

from datetime import datetime, timedelta

from django.db.models import Count, F
from django.db.models.functions import Coalesce

from tickets.models import Ticket

LEAK_FLAG = "privacy"
LEAK_WINDOW = timedelta(hours=24)
# With the third customer it is no single case any more.
RED_CUSTOMERS = 3


def customers_with_leak(now: datetime) -> int:
    """Return how many customers' tickets of the last day carry the flag; nobody's count singly."""
    recent = (
        Ticket.objects.all()
        .real()
        .filter(opened_at__gt=now - LEAK_WINDOW, opened_at__lte=now, flags__contains=[LEAK_FLAG])
    )
    who = Coalesce(F("customer_id"), -F("pk"))
    return int(recent.order_by().aggregate(n=Count(who, distinct=True))["n"])
