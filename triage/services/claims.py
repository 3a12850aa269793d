"""Who looks at which ticket at the triage desk."""

from datetime import datetime

from django.db import connection

from accounts.models import User
from triage.models import Claim
from triage.queries import CLAIM_TIME

# One statement, so that of two who open the desk at once only one gets the ticket.
_CLAIM = """
INSERT INTO triage_claim (ticket_id, by_id, until) VALUES (%s, %s, %s)
ON CONFLICT (ticket_id) DO UPDATE SET by_id = excluded.by_id, until = excluded.until
WHERE triage_claim.until <= %s OR triage_claim.by_id = excluded.by_id
"""


def claim(*, ticket_id: int, by: User, now: datetime) -> bool:
    """Take a ticket for a few minutes; False when a colleague was quicker."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [ticket_id, by.pk, now + CLAIM_TIME, now])
        return bool(cursor.rowcount == 1)


def release(*, by: User, except_ticket_id: int = 0) -> None:
    """Give back what the person looked at before."""
    Claim.objects.filter(by=by).exclude(ticket_id=except_ticket_id).delete()
