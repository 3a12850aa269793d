"""Answering: replies to the customer, notes to colleagues, and what became of a reply."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, require
from outbox import services as outbox
from tickets import guards, mail_threading, queries, routes, signals, states
from tickets.errors import EmptyText, TicketClosed
from tickets.identity import normal_email
from tickets.models import (
    Direction,
    Draft,
    EventKind,
    IdentityKind,
    Message,
    MessageKind,
    Ticket,
)
from tickets.records import IncomingAttachment
from tickets.routes import Route
from tickets.services.assignment import set_owner
from tickets.services.attachments import store_attachments
from tickets.services.automatic import why_held_back
from tickets.services.clocks import rebuild_clocks
from tickets.services.events import announce, record, touch
from tickets.services.reach import AS_USUAL, Chosen, check_reply_leaves, open_route
from tickets.services.status import move


@transaction.atomic
def reply(
    *,
    ticket_id: int,
    text: str,
    by: User,
    now: datetime,
    then_status: str = "",
    template_slug: str = "",
    attachments: Sequence[IncomingAttachment] = (),
    idempotency_key: str = "",
    chosen: Chosen = AS_USUAL,
) -> Message:
    """Write to the customer: the message and its outgoing row commit together.

    The same ``idempotency_key`` writes once and returns the first message. ``chosen`` is another
    way than the channel's own, or a message that the platform has approved. Raises EmptyText,
    TicketClosed, what a reply guard objects to, or what keeps it from leaving.
    """
    require(by, Permission.REPLY)
    ticket = queries.lock_ticket(ticket_id)
    idempotency_key = _own_key(ticket_id, MessageKind.REPLY, idempotency_key)
    earlier = _earlier(idempotency_key)
    if earlier is not None:
        return earlier
    if not text.strip() and not chosen.template:
        raise EmptyText
    if not states.is_open(ticket.status):
        raise TicketClosed(reference=ticket.reference)
    text, meta = check_reply_leaves(
        ticket, text, chosen=chosen, has_files=bool(attachments), now=now
    )
    guards.check_reply(ticket, text, by)
    message = write_out(
        ticket,
        text,
        by=by,
        now=now,
        template_slug=template_slug,
        attachments=attachments,
        idempotency_key=idempotency_key,
        meta=meta,
    )
    _after_reply(ticket, then_status, by, now)
    announce(signals.agent_replied, ticket_id=ticket.pk, message_id=message.pk)
    return message


def _earlier(idempotency_key: str) -> Message | None:
    if not idempotency_key:
        return None
    return Message.objects.filter(idempotency_key=idempotency_key).first()


def _own_key(ticket_id: int, kind: str, key: str) -> str:
    """Return a key for this ticket and kind of message alone, of any length and characters.

    A page has one key for its reply and its note; a machine may use one for two tickets.
    """
    if not key:
        return ""
    return hashlib.sha256(f"{ticket_id} {kind} {key}".encode("utf-8", "replace")).hexdigest()


def write_out(
    ticket: Ticket,
    text: str,
    *,
    by: User | None,
    now: datetime,
    kind: str = MessageKind.REPLY,
    template_slug: str = "",
    attachments: Sequence[IncomingAttachment] = (),
    idempotency_key: str = "",
    meta: Mapping[str, Any] | None = None,
) -> Message:
    """Add an outgoing message to a locked ticket and queue it; the caller saves the ticket."""
    message = Message.objects.create(
        ticket=ticket,
        direction=Direction.OUT,
        kind=kind,
        round=ticket.round,
        author=by,
        customer=ticket.customer,
        source=ticket.source,
        channel=ticket.channel,
        subject=ticket.subject,
        text=text.strip(),
        received_at=now,
        sent_at=now,
        created_at=now,
        template_slug=template_slug,
        idempotency_key=idempotency_key or None,
        meta=dict(meta or {}),
    )
    store_attachments(message, attachments)
    _queue(ticket, message, now)
    if kind == MessageKind.REPLY:
        record(ticket, EventKind.REPLY, at=now, by=by, message=message)
    else:
        record(ticket, EventKind.AUTO_MESSAGE, at=now, by=by, message=message)
    ticket.message_count += 1
    ticket.last_message_preview = " ".join(message.text.split())[:200]
    return message


def _queue(ticket: Ticket, message: Message, now: datetime) -> None:
    route = open_route(ticket, message, now)
    if route is None:
        message.meta = message.meta | {"delivery": "fetch"}
        message.save(update_fields=["meta"])
        return
    if message.kind == MessageKind.AUTO and route.kind == "email":
        why = why_held_back(ticket=ticket, address=route.address, now=now)
        if why:
            message.meta = message.meta | {"delivery": "held", "why": why}
            message.save(update_fields=["meta"])
            return
    message.external_id = route.external_id
    message.outgoing = outbox.queue(
        kind=route.kind,
        scope=route.scope,
        address=route.address,
        subject=route.subject,
        body=message.text,
        headers=route.headers,
        payload=_with_files(route, message),
        ref=ticket.reference,
        conversation=f"ticket {ticket.pk}",
        automatic=message.kind == MessageKind.AUTO,
        dedupe_key=f"message {message.pk}",
        now=now,
    )
    message.save(update_fields=["external_id", "outgoing"])


_KINDS_WITH_FILES = frozenset({"email", "callback"})


def _with_files(route: Route, message: Message) -> dict[str, Any]:
    if route.kind not in _KINDS_WITH_FILES:
        return route.payload
    files = [
        {"path": file.file.name, "name": file.name, "type": file.content_type}
        for file in message.attachments.all()
    ]
    return route.payload | ({"files": files} if files else {})


def _after_reply(ticket: Ticket, then_status: str, by: User, now: datetime) -> None:
    ticket.first_replied_at = ticket.first_replied_at or now
    ticket.unanswered_since = None
    ticket.unread = False
    if ticket.owner_id is None:
        set_owner(ticket, by, by=by, now=now)
    if ticket.status == states.NEW and then_status in {"", states.OPEN}:
        then_status = states.OPEN
    if then_status and then_status != ticket.status and then_status in states.OPEN_STATES:
        move(ticket, then_status, by=by, now=now)
    rebuild_clocks(ticket)
    touch(
        ticket,
        now,
        "first_replied_at",
        "unanswered_since",
        "unread",
        "owner",
        "status",
        "message_count",
        "last_message_preview",
    )
    Draft.objects.filter(ticket=ticket, user=by, kind=MessageKind.REPLY).delete()


@transaction.atomic
def add_note(
    *, ticket_id: int, text: str, by: User, now: datetime, idempotency_key: str = ""
) -> Message:
    """Write an internal note; it never leaves the desk. Raises EmptyText."""
    require(by, Permission.REPLY)
    ticket = queries.lock_ticket(ticket_id)
    idempotency_key = _own_key(ticket_id, MessageKind.NOTE, idempotency_key)
    earlier = _earlier(idempotency_key)
    if earlier is not None:
        return earlier
    if not text.strip():
        raise EmptyText
    message = Message.objects.create(
        ticket=ticket,
        direction=Direction.OUT,
        kind=MessageKind.NOTE,
        round=ticket.round,
        author=by,
        text=text.strip(),
        received_at=now,
        created_at=now,
        idempotency_key=idempotency_key or None,
    )
    record(ticket, EventKind.NOTE, at=now, by=by, message=message)
    Draft.objects.filter(ticket=ticket, user=by, kind=MessageKind.NOTE).delete()
    touch(ticket, now)
    return message


def email_route(ticket: Ticket, message: Message) -> Route | None:
    """Answer by e-mail to the address the customer last wrote from, in the same thread."""
    address = _email_address(ticket)
    return mail_route(ticket, message, address) if address else None


def mail_route(ticket: Ticket, message: Message, address: str) -> Route:
    """Return the way of a message by e-mail to this address, in the ticket's thread."""
    secret, sender = settings.SECRET_KEY, settings.DEFAULT_FROM_EMAIL
    bare = sender.rpartition("<")[2].strip("> ")
    domain = bare.rpartition("@")[2]
    message_id = mail_threading.message_id(ticket.pk, message.pk, secret=secret, domain=domain)
    earlier = list(
        ticket.messages.filter(channel="email", direction=Direction.IN)
        .exclude(external_id="")
        .order_by("id")
        .values_list("external_id", flat=True)
    )
    headers = {
        "Message-ID": message_id,
        "Reply-To": mail_threading.reply_address(bare, ticket.pk, secret),
        mail_threading.LOOP_HEADER: mail_threading.keyed(ticket.pk, message.pk, secret),
    }
    # Other systems may file mails too, with ids that no header can hold.
    references = [f"<{value}>" for value in earlier if _HEADER_ID.fullmatch(value)][-10:]
    if references:
        headers |= {"In-Reply-To": references[-1], "References": " ".join(references)}
    subject = ticket.subject or ticket.reference
    subject = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    return Route(
        kind="email",
        address=address,
        subject=f"{subject} [{ticket.reference}]",
        headers=headers,
        external_id=message_id.strip("<>"),
    )


_HEADER_ID = re.compile(r"[\x21-\x3b\x3d\x3f-\x7e]+")


def _email_address(ticket: Ticket) -> str:
    written = ticket.messages.filter(direction=Direction.IN, meta__has_key="from_address")
    last = written.order_by("-id").first()
    address = str(last.meta["from_address"]) if last else ""
    if normal_email(address):
        return address
    if ticket.customer is None:
        return ""
    identity = ticket.customer.identities.filter(kind=IdentityKind.EMAIL).order_by(
        "-verified", "-id"
    )
    first = identity.first()
    return first.value if first else ""


routes.register("email", email_route)
