"""Replies that wait for a visitor who has left go by e-mail instead."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from outbox import services as outbox
from outbox.models import Outgoing
from tickets.models import Direction, Message
from tickets.services.replies import mail_route


@transaction.atomic
def hand_over_to_mail(
    *, message_ids: Sequence[int], address: str, dedupe_key: str, now: datetime
) -> Outgoing | None:
    """Queue replies as one mail to this address; from now on it says what became of them.

    The mail bears our keyed id, so its answer joins the ticket. None when there is nothing.
    """
    messages = list(
        Message.objects.select_for_update(of=("self",))
        .filter(pk__in=message_ids, direction=Direction.OUT)
        .select_related("ticket")
        .order_by("id")
    )
    if not messages:
        return None
    last = messages[-1]
    route = mail_route(last.ticket, last, address)
    files = [
        {"path": file.file.name, "name": file.name, "type": file.content_type}
        for message in messages
        for file in message.attachments.all()
    ]
    outgoing = outbox.queue(
        kind=route.kind,
        scope=route.scope,
        address=route.address,
        subject=route.subject,
        body="\n\n".join(message.text for message in messages),
        headers=route.headers,
        payload=route.payload | ({"files": files} if files else {}),
        ref=last.ticket.reference,
        conversation=f"ticket {last.ticket_id}",
        dedupe_key=dedupe_key,
        now=now,
    )
    for message in messages:
        message.outgoing = outgoing
        # All but the last keep their place; a bounce of the mail names the last one's id.
        message.external_id = route.external_id if message is last else message.external_id
        message.save(update_fields=["outgoing", "external_id"])
    return outgoing
