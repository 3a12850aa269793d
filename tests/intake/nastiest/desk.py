"""The real way in: the door, the raw row, the worker's reading, the ticket and its page."""

import hashlib
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.test import Client

from common import clock
from intake import services
from intake.channels.base import sign
from intake.mail import read_mail
from intake.models import DeliveryStatus, RawDelivery, Source
from outbox import services as outbox
from outbox.models import Outgoing
from tests.factories import make_source, make_user
from tickets.models import Attachment, Message, MessageKind, Ticket
from tickets.services.replies import write_out

SECRET = "a secret for tests"


def mailbox(**values: Any) -> Source:
    """Return a place where mails are piped in."""
    return make_source(**({"kind": "email"} | values))


def post_mail(source: Source, raw: bytes, *, key: str = SECRET) -> Any:
    """Pipe a mail into the door; nothing is read yet."""
    return Client(raise_request_exception=False).post(
        f"/intake/{source.slug}/",
        raw,
        content_type="message/rfc822",
        headers={"Authorization": f"Bearer {key}"},
    )


def post_json(source: Source, body: Any, **headers: str) -> Any:
    """Deliver signed JSON, or bytes that call themselves JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    seconds = str(int(time.time()))
    signed = {"X-Redress-Timestamp": seconds, "X-Redress-Signature": sign(SECRET, seconds, raw)}
    return Client(raise_request_exception=False).post(
        f"/intake/{source.slug}/", raw, content_type="application/json", headers=signed | headers
    )


def read_all(*, later: timedelta = timedelta(0)) -> None:
    """Let the worker read whatever waits, as if that much time had passed."""
    now = clock.now() + later
    for delivery_id in services.waiting_ids(now=now):
        services.process_delivery(delivery_id=delivery_id, now=now)


def read_until_the_end() -> None:
    """Let the worker try until every delivery has its end."""
    for hours in range(48):
        if not RawDelivery.objects.filter(status=DeliveryStatus.RECEIVED).exists():
            return
        read_all(later=timedelta(hours=hours))
    raise AssertionError("a delivery waits for ever")


@dataclass(frozen=True)
class Filed:
    """What one delivery became."""

    delivery: RawDelivery
    message: Message

    @property
    def ticket(self) -> Ticket:
        return self.message.ticket

    @property
    def files(self) -> list[Attachment]:
        return list(self.message.attachments.order_by("pk"))

    @property
    def names(self) -> list[str]:
        return [file.name for file in self.files]

    @property
    def address(self) -> str:
        """Whom the desk takes for the sender; "" for an unknown one."""
        customer = self.message.customer
        found = customer.identities.filter(kind="email").first() if customer else None
        return found.value if found else ""


def stored(source: Source, raw: bytes) -> RawDelivery:
    """Pipe a mail in, read it, and return its raw row as it ended."""
    response = post_mail(source, raw)
    assert response.status_code in {200, 202}, (response.status_code, response.content)
    read_until_the_end()
    digest = hashlib.sha256(raw).hexdigest()
    row: RawDelivery = RawDelivery.objects.get(source=source, digest=digest)
    assert bytes(row.body) == raw
    return row


def filed(source: Source, raw: bytes) -> Filed:
    """Pipe a mail in and return the message that it became."""
    row = stored(source, raw)
    assert row.status == DeliveryStatus.DONE, (row.status, row.reason, row.trail)
    return Filed(row, Message.objects.get(pk=row.message_ids[-1]))


def supervisor() -> Client:
    """Return somebody who may see every ticket, logged in."""
    client = Client()
    client.force_login(make_user(role="supervisor"))
    return client


def frame_of(client: Client, message: Message) -> Any:
    """Return the page that shows the message's HTML, as the sandboxed frame gets it."""
    return client.get(f"/t/{message.ticket.reference}/messages/{message.pk}/html/")


def mail(
    body: bytes = b"The lamp is broken.",
    headers: Mapping[str, str | bytes] | None = None,
    *,
    leave_out: str = "",
) -> bytes:
    """Return a mail; headers given replace the usual ones."""
    usual: dict[str, str | bytes] = {
        "From": "Ann <ann@example.org>",
        "To": "care@shop.example",
        "Subject": "Broken lamp",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
    }
    lines = []
    for name, value in (usual | dict(headers or {})).items():
        if name != leave_out:
            raw = value if isinstance(value, bytes) else value.encode()
            lines.append(name.encode() + b": " + raw)
    return b"\r\n".join([*lines, b"", body])


def multipart(subtype: str, *parts: bytes) -> bytes:
    """Return a mail of several parts, each with its own headers."""
    inner = b"".join(b"--frontier\r\n" + part + b"\r\n" for part in parts)
    kind = f"multipart/{subtype}; boundary=frontier"
    return mail(inner + b"--frontier--\r\n", {"Content-Type": kind})


def text_part(text: str, subtype: str = "plain") -> bytes:
    return f"Content-Type: text/{subtype}; charset=utf-8\r\n\r\n{text}".encode()


def file_part(
    name: str, content: str = "QUJD", kind: str = "application/pdf", more: str = ""
) -> bytes:
    return (
        f'Content-Type: {kind}\r\nContent-Disposition: attachment; filename="{name}"\r\n{more}'
        f"Content-Transfer-Encoding: base64\r\n\r\n{content}"
    ).encode()


def automatic_mails() -> int:
    """Return how many mails the desk has written by itself."""
    return Outgoing.objects.filter(automatic=True).count()


def send_all() -> None:
    """Let the worker send whatever is due."""
    for outgoing_id in outbox.due_ids(now=clock.now()):
        outbox.send_one(outgoing_id=outgoing_id, now=clock.now())


def remind(ticket: Ticket) -> None:
    """Let the desk write to the customer by itself, as it does to remind or to ask."""
    with transaction.atomic():
        locked = Ticket.objects.select_for_update().get(pk=ticket.pk)
        write_out(locked, "Are you still there?", by=None, now=clock.now(), kind=MessageKind.AUTO)


def steps_of(raw: bytes) -> int:
    """Return how many lines of Python are run to read a mail."""
    count = 0

    def trace(frame: Any, event: str, arg: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        read_mail(raw)
    finally:
        sys.settrace(before)
    return count
