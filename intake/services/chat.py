"""Live chat: take what visitors say, put replies before them, and mail what they left unread."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import escape

from common.text import storable
from intake.channels.base import secret_named
from intake.channels.chat_files import SentFile, as_json
from intake.channels.chat_identity import Visitor, token_digest
from intake.channels.chat_settings import ChatSettings, normal_origin, read_settings
from intake.errors import OtherVisitor
from intake.models import ChatConversation, ChatLine, Source
from intake.services.accepting import store
from outbox import services as outbox
from tickets import services as tickets
from tickets.identity import normal_email
from tickets.records import IncomingMessage

# How exactly we know when a visitor was last here; each note of it is a write.
SEEN_EVERY = timedelta(seconds=20)
# A browser that asked so recently is there, and has what was put by now or is about to.
IS_HERE_FOR = timedelta(seconds=60)
MOST_HANDED_OVER = 200


@dataclass(frozen=True, slots=True)
class Said:
    """What a visitor sends; ``key`` was given by the browser and stays on a retry."""

    key: str
    text: str
    page: str = ""
    language: str = ""
    files: Sequence[SentFile] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """A stored line; ``duplicate`` when it was there already."""

    conversation: ChatConversation
    number: int
    duplicate: bool


def settings_of(source: Source) -> ChatSettings:
    """Return what a chat source is set to."""
    return read_settings(source.settings)


def may_talk(source: Source, origin: str) -> bool:
    """Tell whether a page of this origin may show the widget; our own may, to try it."""
    own = normal_origin(settings.REDRESS_PUBLIC_URL)
    return normal_origin(origin) == own or settings_of(source).allows(origin)


def snippet(source: Source) -> str:
    """Return what the shop puts into its pages."""
    path = reverse("intake:chat-script", args=[source.slug])
    address = settings.REDRESS_PUBLIC_URL.rstrip("/") + path
    # Plain text: pages escape it like any other.
    return f'<script src="{escape(address)}" async></script>'


def identity_secret(source: Source) -> str:
    """Return the key with which the shop's server signs who a visitor is."""
    return secret_named(source.secret, "identity_secret", alone=True)


def note_stranger(*, source: Source, origin: str, now: datetime) -> None:
    """Note for the health light that a page was turned away; once a minute is enough."""
    if source.last_refused_at and now - source.last_refused_at < timedelta(minutes=1):
        return
    said = f"origin_refused: {storable(origin) or 'no origin'}"
    Source.objects.filter(pk=source.pk).update(last_refused_at=now, last_refusal=said[:200])


@transaction.atomic
def take_line(
    *,
    source: Source,
    token: str,
    said: Said,
    origin: str,
    visitor: Visitor | None,
    now: datetime,
    is_refused: bool = False,
) -> Taken:
    """Store what a visitor says as a delivery, and note its place in the conversation.

    The same key takes one line, however often a browser that lost our answer sends it.
    ``is_refused``: an identity came along that is not believed, so the line is anonymous. Raises
    OtherVisitor when the conversation is another customer's.
    """
    conversation = _conversation(source, token, now)
    earlier = conversation.lines.filter(client_key=said.key).first()
    if earlier is not None:
        return Taken(conversation, earlier.number, True)
    _know(conversation, visitor, said)
    number = conversation.last_number + 1
    stored = store(
        source=source,
        body=_body(conversation, said, is_anonymous=is_refused),
        external_id=f"{conversation.key}:{said.key}",
        verified="chat widget",
        headers={"origin": origin[:200]},
        now=now,
    )
    ChatLine.objects.create(
        conversation=conversation,
        number=number,
        client_key=said.key,
        delivery_id=stored.delivery_id,
        created_at=now,
    )
    conversation.last_number = number
    conversation.version += 1
    conversation.last_seen_at = now
    conversation.save()
    return Taken(conversation, number, False)


def _conversation(source: Source, token: str, now: datetime) -> ChatConversation:
    digest = token_digest(token)
    made = ChatConversation(
        source=source,
        key=uuid.uuid4().hex,
        token_digest=digest,
        last_seen_at=now,
        created_at=now,
    )
    # Two at once make one; the lock below lets the lines follow each other.
    ChatConversation.objects.bulk_create([made], ignore_conflicts=True)
    found = ChatConversation.objects.select_for_update().get(token_digest=digest)
    if found.source_id != source.pk:
        # A token belongs to one source; the widget takes a new one.
        raise OtherVisitor
    return found


def _know(conversation: ChatConversation, visitor: Visitor | None, said: Said) -> None:
    conversation.language = said.language or conversation.language
    if visitor is None:
        return
    if conversation.subject and conversation.subject != visitor.subject:
        raise OtherVisitor
    conversation.subject = visitor.subject
    conversation.name = visitor.name or conversation.name
    conversation.order_number = visitor.order_number or conversation.order_number
    email = normal_email(visitor.email)
    if email:
        conversation.email, conversation.email_is_verified = email, True


def _body(conversation: ChatConversation, said: Said, *, is_anonymous: bool) -> bytes:
    customer = {"id": conversation.subject, "name": conversation.name}
    if is_anonymous:
        customer = {}
    elif conversation.email_is_verified:
        customer["email"] = conversation.email
    value = {
        "id": f"{conversation.key}:{said.key}",
        "thread": conversation.key,
        "text": said.text,
        "language": conversation.language,
        "url": said.page,
        "order": "" if is_anonymous else conversation.order_number,
        "customer": {name: text for name, text in customer.items() if text},
        "attachments": as_json(said.files),
    }
    if conversation.email and not conversation.email_is_verified:
        value["typed_email"] = conversation.email
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()


@transaction.atomic
def give_email(*, conversation: ChatConversation, email: str) -> ChatConversation:
    """Note where to answer when the visitor has gone; "" takes a typed address back."""
    conversation = ChatConversation.objects.select_for_update().get(pk=conversation.pk)
    if conversation.email_is_verified:
        return conversation
    conversation.email = normal_email(email)
    conversation.version += 1
    conversation.save(update_fields=["email", "version"])
    return conversation


def note_presence(
    *, conversation: ChatConversation, fetched: int, read: int, now: datetime
) -> None:
    """Note that the browser is there, and which lines it has and has shown.

    Writes at most every ``SEEN_EVERY`` unless there is news.
    """
    fetched = min(fetched, conversation.last_number)
    read = min(read, fetched)
    if fetched > conversation.fetched_number or read > conversation.read_number:
        _note_fetched(conversation.pk, fetched, read, now)
    elif now - conversation.last_seen_at >= SEEN_EVERY:
        ChatConversation.objects.filter(pk=conversation.pk).update(last_seen_at=now)


@transaction.atomic
def _note_fetched(conversation_id: int, fetched: int, read: int, now: datetime) -> None:
    conversation = ChatConversation.objects.select_for_update().get(pk=conversation_id)
    for state, old, new in (
        ("delivered", conversation.fetched_number, fetched),
        ("read", conversation.read_number, read),
    ):
        ours = conversation.lines.filter(
            number__gt=old, number__lte=new, message__isnull=False, mailed_at=None
        )
        for number in ours.values_list("number", flat=True):
            outbox.record_receipt(
                scope=conversation.source.slug,
                external_id=external_id(conversation, number),
                state=state,
                now=now,
            )
    conversation.fetched_number = max(conversation.fetched_number, fetched)
    conversation.read_number = max(conversation.read_number, read)
    conversation.last_seen_at = now
    left = _unfetched(conversation).first()
    conversation.unfetched_since = left.created_at if left else None
    fields = ["fetched_number", "read_number", "last_seen_at", "unfetched_since"]
    conversation.save(update_fields=fields)


def external_id(conversation: ChatConversation, number: int) -> str:
    """Return how the outbox knows a line of ours."""
    return f"{conversation.key}:{number}"


def _unfetched(conversation: ChatConversation) -> QuerySet[ChatLine]:
    return conversation.lines.filter(
        number__gt=conversation.fetched_number, message__isnull=False, mailed_at=None
    ).order_by("number")


@transaction.atomic
def put_reply(*, source: Source, key: str, message_id: int, now: datetime) -> str:
    """Put a reply before the visitor and return the line's id; the same message once."""
    conversation = ChatConversation.objects.select_for_update().get(key=key, source=source)
    line = conversation.lines.filter(message_id=message_id).first()
    if line is None:
        number = conversation.last_number + 1
        line = ChatLine.objects.create(
            conversation=conversation, number=number, message_id=message_id, created_at=now
        )
        conversation.last_number = number
        conversation.version += 1
        conversation.unfetched_since = conversation.unfetched_since or now
        conversation.save(update_fields=["last_number", "version", "unfetched_since"])
    return external_id(conversation, line.number)


def to_hand_over(*, now: datetime) -> list[int]:
    """Return the conversations whose visitor has left an address and unfetched replies."""
    waiting = (
        ChatConversation.objects.filter(
            unfetched_since__lte=now - timedelta(minutes=1),
            last_seen_at__lte=now - IS_HERE_FOR,
        )
        .exclude(email="")
        .select_related("source")
        .order_by("unfetched_since")[:MOST_HANDED_OVER]
    )
    return [found.pk for found in waiting if _has_left(found, now)]


def _has_left(conversation: ChatConversation, now: datetime) -> bool:
    since, pause = conversation.unfetched_since, settings_of(conversation.source).email_after
    is_late = since is not None and now - since >= pause
    return is_late and now - conversation.last_seen_at >= IS_HERE_FOR


@transaction.atomic
def hand_over(*, conversation_id: int, now: datetime) -> int:
    """Send by e-mail what the visitor left unfetched; return how many replies went.

    Decided under the conversation's lock, as is what a browser fetches: a reply goes one way.
    """
    conversation = ChatConversation.objects.select_for_update().get(pk=conversation_id)
    lines = list(_unfetched(conversation).select_related("message"))
    if not lines:
        # What waited was removed; it must not stand in the way of those that wait.
        ChatConversation.objects.filter(pk=conversation.pk).update(unfetched_since=None)
        return 0
    if not (conversation.email and _has_left(conversation, now)):
        return 0
    _tell_address(conversation, now)
    for ticket_id, group in groupby(lines, key=_ticket_id):
        some = list(group)
        tickets.hand_over_to_mail(
            message_ids=[line.message_id for line in some if line.message_id is not None],
            address=conversation.email,
            dedupe_key=f"chat {conversation.key} line {some[0].number} of {ticket_id} by mail",
            now=now,
        )
    conversation.lines.filter(pk__in=[line.pk for line in lines]).update(mailed_at=now)
    conversation.unfetched_since = None
    conversation.version += 1
    conversation.save(update_fields=["unfetched_since", "version"])
    return len(lines)


def _ticket_id(line: ChatLine) -> int:
    return line.message.ticket_id if line.message is not None else 0


def _tell_address(conversation: ChatConversation, now: datetime) -> None:
    """Let the customer be known by the address, so that an answer from there finds the ticket.

    Only beside the visitor's own key, which is known since the first line was filed: the address
    alone never leads to somebody else's record.
    """
    if conversation.email_is_verified:
        return
    tickets.know_customer(
        incoming=IncomingMessage(
            source=conversation.source.slug,
            channel="chat",
            external_id=conversation.key,
            text="",
            received_at=now,
            emails=(conversation.email,),
            external_ids=(f"visitor {conversation.key}",),
        ),
        now=now,
    )
