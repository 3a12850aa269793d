"""Mail of ours that came back: which message it was, and what follows from it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from outbox import services as outbox
from outbox.models import Outgoing
from tickets import mail_threading
from tickets.identity import normal_email
from tickets.models import Direction, IdentityKind, Message
from tickets.records import BouncedMail
from tickets.services.failing import note_failing
from tickets.services.outcomes import revoke_replies

# A report that names nothing but the address is believed about mail of the last days alone.
BY_ADDRESS_FOR = timedelta(days=7)


@transaction.atomic
def record_bounce(*, bounced: BouncedMail, now: datetime) -> Message | None:
    """Mark the message of ours that came back, and its address; None when it is none of ours.

    Nothing is reopened and nobody is greeted. A survey's invitation has not been delivered
    either; only a reply stopped a clock, though. Who marked our mail as spam gets nothing
    automatic either.
    """
    message = _find(bounced, now)
    if message is None:
        return None
    why = bounced.why[:500]
    outgoing = message.outgoing
    if bounced.is_complaint:
        if outgoing is not None:
            note_failing(address=outgoing.address, why=why, now=now)
        return message
    if outgoing is None:
        revoke_replies([message], why, now)
        return message
    outbox.mark_bounced(outgoing_id=outgoing.pk, why=why, now=now)
    # Several replies may have left as one mail.
    revoke_replies(Message.objects.filter(outgoing=outgoing), why, now)
    note_failing(address=outgoing.address, why=why, now=now)
    return message


def _find(bounced: BouncedMail, now: datetime) -> Message | None:
    """Return the message by the surest of what the report names."""
    secret = settings.SECRET_KEY
    tokens = [*bounced.ids, *bounced.keys]
    parts = [p for token in tokens if (p := mail_threading.part_of(token, secret)) is not None]
    ours = Message.objects.select_related("outgoing").filter(direction=Direction.OUT)
    found = ours.filter(pk__in=parts).order_by("-id").first()
    if found is None and bounced.ids:
        found = ours.filter(external_id__in=bounced.ids).order_by("-id").first()
    if found is None and bounced.ids:
        # Some providers give the mail an id of their own.
        bracketed = [*bounced.ids, *(f"<{one}>" for one in bounced.ids)]
        sent = Outgoing.objects.filter(scope="", external_id__in=bracketed)
        found = ours.filter(outgoing__in=sent).order_by("-id").first()
    tickets = [t for token in tokens if (t := mail_threading.ticket_of(token, secret)) is not None]
    mailed = ours.filter(outgoing__kind="email").order_by("-id")
    if found is None and tickets:
        found = _to_one_of(mailed.filter(ticket_id__in=tickets), bounced.recipients)
    if found is None:
        found = _by_address(mailed, bounced.recipients, now)
    return found


def _to_one_of(rows: QuerySet[Message], recipients: Sequence[str]) -> Message | None:
    """Return the latest message to one of the recipients; the latest of all if none is named."""
    wanted = {normal_email(one) for one in recipients}
    latest = list(rows[:20])
    named = (m for m in latest if m.outgoing and normal_email(m.outgoing.address) in wanted)
    return next(named, latest[0] if latest and not wanted else None)


def _by_address(
    rows: QuerySet[Message], recipients: Sequence[str], now: datetime
) -> Message | None:
    values = [value for one in recipients if (value := normal_email(one))]
    if not values:
        return None
    recent = rows.filter(
        created_at__gt=now - BY_ADDRESS_FOR,
        ticket__customer__identities__kind=IdentityKind.EMAIL,
        ticket__customer__identities__value__in=values,
    )
    return _to_one_of(recent, values)
