"""Phone calls that an agent writes down: stored and read like any other delivery, at once."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import User
from intake.channels.base import body_digest
from intake.models import RawDelivery, Source, SourceKind
from intake.services.accepting import store
from intake.services.filing import process_delivery
from tickets import mail_threading
from tickets import services as tickets
from tickets.models import Ticket

CALLS_SLUG = "calls"
VERIFIED = "typed in at the desk"


@dataclass(frozen=True, slots=True)
class Call:
    """What was filled in, checked. ``key`` was given to the form when it was shown.

    ``is_known``: the agent says that this is the person whom we know by the number; ``joins`` is
    the ticket of that person that the call is about.
    """

    key: str
    number: str
    name: str
    is_out: bool
    started_at: datetime
    minutes: int
    summary: str
    transcript: str = ""
    recording_url: str = ""
    order_number: str = ""
    is_known: bool = False
    joins: Ticket | None = None


def calls_source() -> Source:
    """Return the source of calls that are typed in, made when it is first needed."""
    source, _ = Source.objects.get_or_create(
        slug=CALLS_SLUG, defaults={"kind": SourceKind.PHONE, "name": "Calls at the desk"}
    )
    return source


def take_call(*, call: Call, by: User, now: datetime) -> Ticket | None:
    """Store a call and read it; None while another worker is at it. The same form is one call.

    Sent again with other words (by way of "back") it is filed too: nothing that was typed is
    dropped. A ticket that the call opened goes to whoever took it.
    """
    accepted = store(
        source=calls_source(),
        body=_body(call, by),
        external_id=f"call:{call.key}:{_digest_of_words(call)}",
        verified=VERIFIED,
        now=now,
    )
    process_delivery(delivery_id=accepted.delivery_id, now=now)
    delivery = RawDelivery.objects.get(pk=accepted.delivery_id)
    ticket = Ticket.objects.filter(messages__in=delivery.message_ids).first()
    if ticket is not None and ticket.owner_id is None and call.joins is None:
        tickets.assign(ticket_id=ticket.pk, to=by, by=by, now=now)
    return ticket


def _digest_of_words(call: Call) -> str:
    """Return what tells two forms apart by what was typed; not by what was known meanwhile."""
    typed = [call.number, call.name, call.is_out, call.minutes, call.summary]
    typed += [call.transcript, call.recording_url, call.order_number]
    return body_digest(json.dumps(typed).encode())[:16]


def _body(call: Call, by: User) -> bytes:
    ended = call.started_at + timedelta(minutes=call.minutes)
    joins = call.joins
    value = {
        "call_id": call.key,
        "direction": "out" if call.is_out else "in",
        "status": "answered",
        "callee" if call.is_out else "caller": call.number,
        "started_at": call.started_at.isoformat(),
        "ended_at": ended.isoformat() if call.minutes else "",
        "agent": by.label,
        "summary": call.summary,
        "transcript": call.transcript,
        "recording_url": call.recording_url,
        "order": call.order_number,
        "customer": {"name": call.name, "confirmed": call.is_known},
        "ticket_key": mail_threading.keyed(joins.pk, 0, settings.SECRET_KEY) if joins else "",
    }
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
