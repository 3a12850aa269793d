"""A mail that was taken by the next server, and came back later."""

from datetime import datetime

from django.db import transaction

from common.text import storable
from outbox.models import Outgoing, OutgoingStatus
from outbox.services.queueing import announce

# A mail that waits for its next try may have left at an earlier one; what was taken back has not.
_LEFT = (
    OutgoingStatus.QUEUED,
    OutgoingStatus.SENDING,
    OutgoingStatus.SENT,
    OutgoingStatus.DELIVERED,
    OutgoingStatus.READ,
)


@transaction.atomic
def mark_bounced(*, outgoing_id: int, why: str, now: datetime) -> bool:
    """Mark a mail as failed; return whether that is news.

    The report comes from the last server on the way, so it goes above "delivered", which an
    earlier one may have said.
    """
    marked = Outgoing.objects.filter(pk=outgoing_id, status__in=_LEFT).update(
        status=OutgoingStatus.FAILED,
        status_at=now,
        error_code="bounced",
        last_error=storable(why)[:2000],
    )
    if marked:
        announce(outgoing_id)
    return bool(marked)
