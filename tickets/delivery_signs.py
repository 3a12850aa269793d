"""How the way of an outgoing message looks on the page: a word, a reason, what can be done."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from outbox.models import Outgoing, OutgoingStatus
from outbox.words import FOR_ADMINISTRATORS, reason
from tickets.held import words_for
from tickets.models import Direction, Message, MessageKind

# While a message is on its way the page asks often; for receipts it asks now and then, for a while.
ASK_SECONDS, ASK_FOR_RECEIPTS_SECONDS = 3, 15
RECEIPTS_WITHIN = timedelta(minutes=15)
FETCH, HELD = "fetch", "held"
# These systems read replies by the API.
_FETCHING = frozenset({"generic", "api"})


@dataclass(frozen=True, slots=True)
class DeliverySign:
    """What the page says of an outgoing message.

    ``state`` is queued, trying, sent, delivered, read, failed, cancelled, fetch, kept or held;
    ``why`` the reason in the reader's language, ``said`` the platform's own words;
    ``ask_seconds`` how soon to ask again, 0 for never.
    """

    state: str
    word: str
    at: datetime | None = None
    why: str = ""
    said: str = ""
    next_try: datetime | None = None
    for_administrator: bool = False
    ask_seconds: int = 0


def delivery_sign(message: Message, now: datetime) -> DeliverySign | None:
    """Return the sign of a message of ours, None for what does not leave."""
    if message.direction != Direction.OUT or message.kind == MessageKind.NOTE:
        return None
    outgoing = message.outgoing
    if outgoing is None:
        return _unsent(message)
    if outgoing.status in {OutgoingStatus.QUEUED, OutgoingStatus.SENDING}:
        return _leaving(outgoing)
    if outgoing.status == OutgoingStatus.FAILED:
        return _failed(outgoing)
    return _arrived(outgoing, now)


def _leaving(outgoing: Outgoing) -> DeliverySign:
    if not outgoing.attempts or not outgoing.last_error:
        return DeliverySign("queued", _("On its way"), ask_seconds=ASK_SECONDS)
    return DeliverySign(
        "trying",
        _("Not sent yet"),
        why=reason(outgoing.error_code),
        said=outgoing.last_error,
        next_try=outgoing.next_attempt_at,
        ask_seconds=ASK_FOR_RECEIPTS_SECONDS,
    )


def _failed(outgoing: Outgoing) -> DeliverySign:
    code = outgoing.error_code
    return DeliverySign(
        "failed",
        _("Not delivered"),
        at=outgoing.status_at,
        why=reason(code) if code else "",
        said=outgoing.last_error,
        for_administrator=code in FOR_ADMINISTRATORS,
    )


def _unsent(message: Message) -> DeliverySign | None:
    found = message.meta.get("delivery")
    if found == FETCH and message.channel in _FETCHING:
        return DeliverySign("kept", _("Kept for the connected system"))
    if found == FETCH:
        why = _("Redress cannot send on this channel: copy the text and answer there.")
        return DeliverySign(FETCH, _("Not sent by Redress"), why=why)
    if found == HELD:
        return DeliverySign(HELD, _("Held back"), why=words_for(str(message.meta.get("why", ""))))
    return None


def _arrived(outgoing: Outgoing, now: datetime) -> DeliverySign:
    words = {
        OutgoingStatus.SENT: _("Sent"),
        OutgoingStatus.DELIVERED: _("Delivered"),
        OutgoingStatus.READ: _("Read"),
        OutgoingStatus.CANCELLED: _("Cancelled"),
    }
    status = OutgoingStatus(outgoing.status)
    is_new = outgoing.sent_at is not None and now - outgoing.sent_at < RECEIPTS_WITHIN
    may_change = is_new and status in {OutgoingStatus.SENT, OutgoingStatus.DELIVERED}
    return DeliverySign(
        status.value,
        words[status],
        at=outgoing.status_at or outgoing.sent_at,
        ask_seconds=ASK_FOR_RECEIPTS_SECONDS if may_change else 0,
    )
