"""Remember which addresses our mail does not reach."""

from datetime import datetime

from django.db.models import F

from tickets.identity import normal_email
from tickets.models import FailingAddress


def note_failing(*, address: str, why: str, now: datetime) -> None:
    """Remember that mail to this address comes back."""
    value = normal_email(address)
    if not value:
        return
    row, created = FailingAddress.objects.get_or_create(
        address=value, defaults={"since": now, "last_at": now, "why": why[:500]}
    )
    if not created:
        FailingAddress.objects.filter(pk=row.pk).update(
            last_at=now, why=why[:500], count=F("count") + 1
        )


def forget_failing(*, address: str, sent_at: datetime) -> bool:
    """Take an address off the list once a mail that left after its last failure has arrived."""
    rows = FailingAddress.objects.filter(address=normal_email(address), last_at__lt=sent_at)
    return bool(rows.delete()[0])
