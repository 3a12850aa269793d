"""A delivery that could not be read becomes a ticket with the raw copy, once.

When it can be read later, its messages land in that ticket.
"""

from datetime import datetime

from intake import reasons
from intake.channels.kinds import channel_of
from intake.models import RawDelivery
from tickets import services as tickets
from tickets.records import IncomingAttachment, IncomingMessage

NOTED = "noted"
# A message is shown as it was written, in no language of the interface; so both are here.
TEXT = (
    "This could not be read. It is attached as it came.\n"
    "The delivery's page says why; when it can be read later, the message appears here.\n\n"
    "这条消息无法读取，原始内容见附件。\n"
    "投递页面说明了原因；之后能读取时，消息会出现在这里。"
)
SUBJECT = "Could not be read · 无法读取"


def note(delivery: RawDelivery, now: datetime) -> None:
    """File the ticket and put the step into the trail of a locked delivery, which is saved after.

    The same delivery that dies again finds the ticket of the first time.
    """
    source = delivery.source
    channel = channel_of(source.kind)
    is_mail = channel == "email"
    raw = IncomingAttachment(
        name=f"delivery-{delivery.pk}.{'eml' if is_mail else 'txt'}",
        content_type="message/rfc822" if is_mail else "application/octet-stream",
        content=bytes(delivery.body),
    )
    meta = {"unreadable": delivery.pk} | ({"test": True} if delivery.is_test else {})
    incoming = IncomingMessage(
        source=source.slug,
        channel=channel,
        external_id=f"unreadable:{delivery.pk}",
        text=TEXT,
        received_at=delivery.received_at,
        subject=SUBJECT,
        thread=f"unreadable:{delivery.pk}",
        attachments=(raw,),
        meta=meta,
    )
    received = tickets.receive_message(incoming=incoming, now=now)
    if received is None or received.duplicate:
        return
    found = {"ticket": received.ticket.reference, "message": received.message.pk}
    why = "a ticket with the raw copy, so that somebody looks at it"
    delivery.trail = [
        *delivery.trail,
        reasons.step(NOTED, why, ticket_id=received.ticket.pk, **found),
    ]
    delivery.message_ids = [*delivery.message_ids, received.message.pk]


def noted_ticket(delivery: RawDelivery) -> int | None:
    """Return the ticket that was made when the delivery could not be read."""
    found = (step.get("ticket_id") for step in delivery.trail if step.get("step") == NOTED)
    return next((int(one) for one in found if one), None)
