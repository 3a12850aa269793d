"""An incoming message becomes a ticket, or part of one: nothing lost, nothing twice."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from outbox.models import Outgoing
from tickets import mail_threading, signals, states
from tickets.identity import normal_email
from tickets.models import (
    Customer,
    Direction,
    EventKind,
    LinkKind,
    Message,
    MessageKind,
    Order,
    Ticket,
    TicketLink,
)
from tickets.models.ticket import ActorKind
from tickets.records import ORDER_STATES, ORDER_TRAITS, IncomingMessage, IncomingOrder
from tickets.services.attachments import store_attachments
from tickets.services.clocks import rebuild_clocks
from tickets.services.events import announce, record, touch
from tickets.services.identities import find_or_create_customer, lock_names, lock_names_of
from tickets.services.rounds import begin_round
from tickets.words import document, has_han, is_only_thanks

BACKFILL_AGE = timedelta(hours=24)
OLDEST = timedelta(days=3650)
# A tsvector may have a megabyte; words are up to sixty letters long.
MOST_WORDS = 8000
PREVIEW_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Received:
    """What became of an incoming message; ``why`` says which step decided."""

    ticket: Ticket
    message: Message
    created_ticket: bool
    duplicate: bool
    why: str


@transaction.atomic(savepoint=False)
def receive_message(
    *, incoming: IncomingMessage, now: datetime, into: int | None = None
) -> Received | None:
    """File a message with its person and its ticket, unless it was seen before.

    Safe to call twice, also at the same time: the second call finds what the first one wrote.
    Returns None for automatic mail that belongs to no ticket, and for our own mails that come
    back (a mailbox that forwards to itself); the caller says so in its record.
    """
    if _is_ours(incoming):
        return None
    lock_names(lock_names_of(incoming))
    digest = digest_of(incoming)
    seen = _seen(incoming, digest)
    if seen is not None:
        return Received(seen.ticket, seen, False, True, "seen before")
    customer = find_or_create_customer(incoming, now, answers_id=_answers(incoming))
    ticket, why, link = _find_ticket(incoming, customer)
    if ticket is None and into is not None:
        ticket = _stand_in(into, incoming)
        why = why if ticket is None else "joined the ticket of what could not be read"
    if ticket is None and incoming.is_auto:
        return None
    created = ticket is None
    if ticket is None:
        ticket = _open_ticket(incoming, customer, now)
    message = _add_message(ticket, incoming, customer, digest, now)
    ticket.customer = ticket.customer or customer
    if created:
        _note_opening(ticket, message, incoming, link, now)
    else:
        _note_message(ticket, message, incoming, now)
    return Received(ticket, message, created, False, why)


def _is_ours(incoming: IncomingMessage) -> bool:
    # A provider may have given it another id on its way; the mark in its headers stays.
    tokens = [incoming.external_id, incoming.own_key]
    return incoming.channel == "email" and _keyed_ticket(tokens) is not None


def digest_of(incoming: IncomingMessage) -> str:
    """Return the SHA-256 of the content: the same id with other content is another message."""
    parts = [incoming.subject, incoming.text, incoming.html, *sorted(incoming.emails)]
    parts += [hashlib.sha256(a.content).hexdigest() for a in incoming.attachments]
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


def _seen(incoming: IncomingMessage, digest: str) -> Message | None:
    same = Message.objects.filter(
        external_id=incoming.external_id, digest=digest, direction=Direction.IN
    )
    same = (
        same.filter(channel="email")
        if incoming.channel == "email"
        else same.filter(source=incoming.source)
    )
    return same.select_related("ticket").first()


def _answers(incoming: IncomingMessage) -> int | None:
    """Return the customer to whom we sent the mail that this one answers, by its keyed id."""
    if incoming.is_forged:
        return None
    ticket_id = _keyed_ticket([incoming.reply_key, *incoming.references])
    if ticket_id is None:
        return None
    return Ticket.objects.filter(pk=ticket_id).values_list("customer_id", flat=True).first()


def _find_ticket(
    incoming: IncomingMessage, customer: Customer | None
) -> tuple[Ticket | None, str, tuple[Ticket, str] | None]:
    """Return the ticket to join, the reason, and a ticket to link to when it is not joined."""
    candidate, how = _candidate(incoming, customer)
    if candidate is None:
        return None, "nothing to join", None
    ticket = _lock_survivor(candidate)
    if incoming.is_forged:
        return None, "the sender's address is forged", (ticket, LinkKind.QUOTED)
    if not _belongs(ticket, incoming, customer):
        # Quoting a number or an id proves nothing: a stranger gets a ticket of their own.
        return None, "quotes a ticket of another person", (ticket, LinkKind.QUOTED)
    if ticket.status == states.CLOSED:
        return None, "follow-up of a closed ticket", (ticket, LinkKind.FOLLOW_UP)
    return ticket, how, None


def _lock_survivor(ticket: Ticket) -> Ticket:
    """Hold the ticket that this one is part of, and no other: merge() holds pairs by their keys."""
    while True:
        survivor_id = ticket.merged_into_id
        if survivor_id is None:
            ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
            if ticket.merged_into_id is None:
                return ticket
        else:
            ticket = Ticket.objects.get(pk=survivor_id)


def _belongs(ticket: Ticket, incoming: IncomingMessage, customer: Customer | None) -> bool:
    """Tell whether the writer may add to the ticket; a source vouches for its own threads."""
    if customer is not None and ticket.customer_id is not None:
        return ticket.customer_id == customer.pk or _was_written_to(ticket, incoming)
    in_thread = bool(incoming.thread) and ticket.thread_key == incoming.thread
    return in_thread and ticket.source == incoming.source and incoming.identity_verified


def _was_written_to(ticket: Ticket, incoming: IncomingMessage) -> bool:
    """Tell whether this answers a mail of ours on the ticket, from the address that we sent it to.

    A visitor of the chat may give an address under which we know them from other tickets.
    """
    if _keyed_ticket([incoming.reply_key, *incoming.references]) != ticket.pk:
        return False
    mails = Outgoing.objects.filter(kind="email", ref=ticket.reference)
    written = {normal_email(address) for address in mails.values_list("address", flat=True)}
    given = {normal_email(email) for email in incoming.emails}
    return bool((written & given) - {""})


def _candidate(incoming: IncomingMessage, customer: Customer | None) -> tuple[Ticket | None, str]:
    if incoming.thread:
        rows = Ticket.objects.filter(source=incoming.source, thread_key=incoming.thread)
        own = rows.filter(customer=customer).order_by("-id").first() if customer else None
        ticket = own or rows.order_by("-id").first()
        if ticket:
            return ticket, "joined by the source's thread"
    ticket_id = _keyed_ticket([incoming.reply_key, *incoming.references])
    if ticket_id is not None:
        return Ticket.objects.filter(pk=ticket_id).first(), "joined by our keyed address or id"
    return _by_reference(incoming.references, customer), "joined by an earlier message's id"


def _keyed_ticket(tokens: Sequence[str]) -> int | None:
    found = (mail_threading.ticket_of(token, settings.SECRET_KEY) for token in tokens if token)
    return next((ticket_id for ticket_id in found if ticket_id is not None), None)


def _by_reference(references: Sequence[str], customer: Customer | None) -> Ticket | None:
    if not references:
        return None
    rows = Message.objects.select_related("ticket").filter(external_id__in=list(references[:50]))
    # Somebody else's mail may bear the same id, by accident or to get in between.
    own = rows.filter(ticket__customer=customer).order_by("-id").first() if customer else None
    message = own or rows.order_by("-id").first()
    return message.ticket if message else None


def _open_ticket(incoming: IncomingMessage, customer: Customer | None, now: datetime) -> Ticket:
    opened_at = _came_at(incoming, now)
    order = _order(incoming, incoming.order, customer) if incoming.order else None
    number = next_number()
    return Ticket.objects.create(
        pk=number,
        reference=f"R-{10000 + number}",
        subject=incoming.subject[:300],
        source=incoming.source,
        channel=incoming.channel,
        external_id=incoming.external_id,
        thread_key=incoming.thread,
        is_public=bool(incoming.meta.get("public")),
        customer=customer,
        order=order,
        order_number=incoming.order.number if incoming.order else "",
        language=incoming.language[:8],
        calendar=_calendar(incoming),
        created_at=now,
        opened_at=opened_at,
        changed_at=now,
        is_backfill=incoming.is_history or now - opened_at > BACKFILL_AGE,
        is_test=bool(incoming.meta.get("test")),
    )


def _came_at(incoming: IncomingMessage, now: datetime) -> datetime:
    """Return when the provider took the message, where that can be true; never the future.

    The Date of a mail is its sender's word: a clock that runs from it could be set back.
    """
    said = incoming.received_at if incoming.channel == "email" else incoming.sent_at
    if said is None or now - said > OLDEST:
        # Machines say the year 1 or 1970 when they do not know.
        said = incoming.received_at
    return min(said, now)


def next_number() -> int:
    """Return the next ticket's number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('tickets_ticket', 'id'))")
        return int(cursor.fetchone()[0])


def _calendar(incoming: IncomingMessage) -> str:
    if incoming.language:
        return "cn-service" if incoming.language.startswith("zh") else "intl-service"
    chinese = has_han(f"{incoming.subject} {incoming.text[:2000]}")
    return "cn-service" if chinese else "intl-service"


def _stand_in(ticket_id: int, incoming: IncomingMessage) -> Ticket | None:
    """Make the ticket of what could not be read that of the message; the caller saves the rest."""
    ticket = _lock_survivor(Ticket.objects.get(pk=ticket_id))
    if ticket.pk != ticket_id or not states.is_open(ticket.status):
        return None
    if ticket.customer_id is None:
        ticket.thread_key, ticket.external_id = incoming.thread, incoming.external_id
        ticket.subject, ticket.language = incoming.subject[:300], incoming.language[:8]
        ticket.channel = incoming.channel
        ticket.save(update_fields=["thread_key", "external_id", "subject", "language", "channel"])
    return ticket


def _order(
    incoming: IncomingMessage, about: IncomingOrder, customer: Customer | None
) -> Order | None:
    """Return the order if it is the writer's; its number alone gives nobody anything of it.

    What a stranger typed makes no order either, or it would keep out whose it is.
    """
    number = about.number[:64]
    told = _told(about)
    # Its name is locked (lock_names_of), so nobody else makes the same row meanwhile.
    order = Order.objects.filter(number=number).first()
    if not incoming.identity_verified:
        is_own = order is not None and customer is not None and order.customer_id == customer.pk
        return order if is_own else None
    if order is None:
        return Order.objects.create(number=number, customer=customer, **told)
    if order.customer_id is not None and order.customer != customer:
        return None
    order.customer = order.customer or customer
    for name, value in told.items():
        setattr(order, name, value)
    order.save()
    return order


def _told(incoming: IncomingOrder) -> dict[str, Any]:
    """Return what the source said of the order; silence never wipes out what is known."""
    values = {
        "amount": incoming.amount,
        "currency": incoming.currency,
        "placed_at": incoming.placed_at,
        "product_name": incoming.product_name[:200],
        "sku": incoming.sku[:64],
        "carrier": incoming.carrier[:80],
        "tracking_no": incoming.tracking_no[:80],
        "promised_date": incoming.promised_date,
        "state": incoming.state if incoming.state in ORDER_STATES else "",
        "delivered_at": incoming.delivered_at,
        "traits": [trait for trait in incoming.traits if trait in ORDER_TRAITS],
    }
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _add_message(
    ticket: Ticket,
    incoming: IncomingMessage,
    customer: Customer | None,
    digest: str,
    now: datetime,
) -> Message:
    message = Message.objects.create(
        ticket=ticket,
        direction=Direction.IN,
        kind=MessageKind.AUTO if incoming.is_auto else MessageKind.CUSTOMER,
        round=ticket.round,
        customer=customer,
        source=incoming.source,
        channel=incoming.channel,
        external_id=incoming.external_id,
        digest=digest,
        subject=incoming.subject[:300],
        text=incoming.text,
        reply_text=incoming.reply_text,
        html=incoming.html,
        language=incoming.language[:8],
        rating=incoming.rating,
        sent_at=incoming.sent_at,
        received_at=_came_at(incoming, now),
        created_at=now,
        meta=_meta(incoming),
    )
    store_attachments(message, incoming.attachments)
    return message


def _meta(incoming: IncomingMessage) -> dict[str, Any]:
    more: dict[str, Any] = {"url": incoming.url} if incoming.url else {}
    if incoming.emails and not incoming.identity_verified:
        # Answers go to what was typed here, also when somebody else proves to have the address.
        more["from_address"] = incoming.emails[0]
    return incoming.meta | more


def _note_opening(
    ticket: Ticket,
    message: Message,
    incoming: IncomingMessage,
    link: tuple[Ticket, str] | None,
    now: datetime,
) -> None:
    _count_message(ticket, message)
    quiet = {"needs_reply": False} if incoming.is_history else {}
    if incoming.is_history:
        ticket.unanswered_since = None
    record(
        ticket,
        EventKind.OPENED,
        at=ticket.opened_at,
        actor_kind=ActorKind.CUSTOMER,
        message=message,
        data={"priority": ticket.priority, "category": ticket.category} | quiet,
    )
    if link is not None:
        TicketLink.objects.create(ticket=ticket, other=link[0], kind=link[1], created_at=now)
    rebuild_clocks(ticket)
    touch(ticket, now, *_COUNTED)
    index_words(ticket, message)
    announce(signals.ticket_opened, ticket_id=ticket.pk, message_id=message.pk)


_COUNTED = (
    "customer",
    "last_customer_message_id",
    "last_customer_at",
    "last_message_preview",
    "message_count",
    "unanswered_since",
    "unread",
)


def _count_message(ticket: Ticket, message: Message) -> None:
    ticket.last_customer_message_id = message.pk
    ticket.last_customer_at = message.received_at
    ticket.last_message_preview = " ".join(message.shown_text.split())[:PREVIEW_LENGTH]
    ticket.message_count += 1
    ticket.unanswered_since = ticket.unanswered_since or message.received_at
    ticket.unread = True


def _note_message(
    ticket: Ticket, message: Message, incoming: IncomingMessage, now: datetime
) -> None:
    if incoming.is_auto:
        record(ticket, EventKind.AUTO_MESSAGE, at=message.received_at, message=message)
        touch(ticket, now)
        return
    thanks = incoming.is_history or (
        is_only_thanks(message.shown_text) and not message.attachments.exists()
    )
    record(
        ticket,
        EventKind.CUSTOMER_MESSAGE,
        at=message.received_at,
        actor_kind=ActorKind.CUSTOMER,
        message=message,
        data={"needs_reply": not thanks},
    )
    unanswered = ticket.unanswered_since
    _count_message(ticket, message)
    if thanks:
        ticket.unanswered_since = unanswered
    # A bare thank-you reopens nothing, but whoever waited for the customer waits no longer.
    wakes = not thanks or (ticket.status in states.WAITS and not incoming.is_history)
    changed = _wake(ticket, now) if wakes else ()
    rebuild_clocks(ticket)
    touch(ticket, now, *_COUNTED, *changed)
    index_words(ticket, message)
    announce(signals.customer_wrote, ticket_id=ticket.pk, message_id=message.pk)


def _wake(ticket: Ticket, now: datetime) -> tuple[str, ...]:
    """Bring a waiting, resolved or rejected ticket back to those who handle it."""
    if ticket.status == states.RESOLVED:
        begin_round(ticket, now=now, cause="customer_wrote", keep_owner=True)
        return ("status", "round", "resolved_at", "snoozed_until")
    old = ticket.status
    new = states.NEW if old == states.REJECTED else states.OPEN
    if old in states.WAITS or old == states.REJECTED:
        ticket.status = new
        record(
            ticket,
            EventKind.STATUS,
            at=now,
            actor_kind=ActorKind.CUSTOMER,
            data={"old": old, "new": new},
        )
    ticket.snoozed_until = None
    return ("status", "snoozed_until")


def index_words(ticket: Ticket, message: Message) -> None:
    """Add a message's words to what the ticket is found by."""
    name = ticket.customer.name if ticket.customer else ""
    texts = [ticket.reference, ticket.subject, ticket.order_number, name, message.text]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tickets_ticketsearch AS s (ticket_id, document)"
            " VALUES (%s, array_to_tsvector(%s)) ON CONFLICT (ticket_id)"
            " DO UPDATE SET document = s.document || excluded.document"
            " WHERE length(s.document) + length(excluded.document) <= %s",
            [ticket.pk, document(*texts), MOST_WORDS],
        )
