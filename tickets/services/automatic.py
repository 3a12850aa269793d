"""May a machine write to this address now? What stops loops, floods and mail to dead addresses.

People may always write. What is held back is kept in the conversation with the reason, so that an
agent sees that the customer never got it.
"""

from datetime import datetime, timedelta

from django.conf import settings

from outbox import queries as outbox
from tickets import queries
from tickets.identity import normal_email
from tickets.models import Message, MessageKind, Ticket
from tickets.services.identities import lock_names

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

ADDRESS_FAILS = "address_fails"
TICKET_CAP = "ticket_cap"
ADDRESS_CAP = "address_cap"
TOTAL_CAP = "total_cap"


def why_held_back(*, ticket: Ticket, address: str, now: datetime) -> str:
    """Return why no automatic mail may go to the address now, "" if it may.

    Holds the address until the transaction ends, so that two at once are counted one by one.
    """
    lock_names([f"automatic mail:{normal_email(address)}"])
    if queries.find_failing([address], now=now) is not None:
        return ADDRESS_FAILS
    of_ticket = Message.objects.filter(
        ticket=ticket, kind=MessageKind.AUTO, outgoing__isnull=False, created_at__gt=now - DAY
    )
    if of_ticket.count() >= settings.REDRESS_AUTO_MAILS_PER_TICKET:
        return TICKET_CAP
    to_address = outbox.count_automatic(since=now - HOUR, address=address)
    if to_address >= settings.REDRESS_AUTO_MAILS_PER_ADDRESS:
        return ADDRESS_CAP
    if outbox.count_automatic(since=now - HOUR) >= settings.REDRESS_AUTO_MAILS_PER_HOUR:
        return TOTAL_CAP
    return ""
