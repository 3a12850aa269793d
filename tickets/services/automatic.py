"""May a machine write to this address now? What stops loops, floods and mail to dead addresses.

People may always write. What is held back is kept in the conversation with the reason, so that an
agent sees that the customer never got it.
"""

from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings

from outbox import queries as outbox
from tickets import queries
from tickets.held import (
    ADDRESS_CAP,
    ADDRESS_FAILS,
    MACHINE,
    OWN_ADDRESS,
    TICKET_CAP,
    TOTAL_CAP,
)
from tickets.identity import normal_email
from tickets.models import Direction, Message, MessageKind, Ticket
from tickets.services.identities import lock_names

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def why_held_back(*, ticket: Ticket, address: str, now: datetime) -> str:
    """Return why no automatic mail may go to the address now, "" if it may.

    Holds the address until the transaction ends, so that two at once are counted one by one.
    """
    if _is_our_own(address):
        return OWN_ADDRESS
    if _is_machine(ticket):
        return MACHINE
    lock_names([f"automatic mail:{normal_email(address)}"])
    if queries.find_failing([address], now=now) is not None:
        return ADDRESS_FAILS
    return _full_cap(ticket, address, now)


def _full_cap(ticket: Ticket, address: str, now: datetime) -> str:
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


def _is_our_own(address: str) -> bool:
    """Tell whether a mail to the address would come back to us."""
    return _mailbox(address) == _mailbox(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])


def _mailbox(address: str) -> str:
    local, _, domain = normal_email(address).rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _is_machine(ticket: Ticket) -> bool:
    """Tell whether the last mail in the ticket said that it wants no automatic answer."""
    judged = ticket.messages.filter(direction=Direction.IN, meta__has_key="may_acknowledge")
    last = judged.order_by("-id").first()
    return last is not None and last.meta["may_acknowledge"] is False
