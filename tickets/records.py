"""Plain records that other rooms hand to the hub, and get from it. No Django here."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class IncomingAttachment:
    """A file that came with a message; ``content`` is the decoded bytes."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""
    inline: bool = False


ORDER_STATES = ("placed", "shipped", "delivered", "returned", "cancelled")
# What may take goods out of a rule, such as the seven days.
ORDER_TRAITS = (
    "custom-made",
    "perishable",
    "opened-digital",
    "intimate",
    "newspapers",
    "confirmed",
)


@dataclass(frozen=True, slots=True)
class IncomingOrder:
    """What a source said about the order; anything it did not say is None or ""."""

    number: str
    amount: Decimal | None = None
    currency: str = "CNY"
    placed_at: datetime | None = None
    product_name: str = ""
    sku: str = ""
    carrier: str = ""
    tracking_no: str = ""
    promised_date: datetime | None = None
    state: str = ""
    delivered_at: datetime | None = None
    traits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """One thing a customer said, on any channel, as an adapter read it.

    ``external_id`` is unique within ``source`` together with the content; ``external_ids`` are
    the writer's ids on the platform; ``identity_verified`` says that the platform vouches for
    the writer; ``thread`` is the source's own conversation key; ``references`` are external ids
    of earlier messages that this one answers (mail threading), newest first. ``is_forged``: our
    own server says that the writer is somebody else, so it joins nothing; ``own_key`` is the mark
    that our own mails bear, on one that came back. ``is_history``: an old message that is kept for
    the record and starts no clock.
    """

    source: str
    channel: str
    external_id: str
    text: str
    received_at: datetime
    reply_text: str = ""
    html: str = ""
    subject: str = ""
    language: str = ""
    sent_at: datetime | None = None
    thread: str = ""
    references: tuple[str, ...] = ()
    reply_key: str = ""
    from_name: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    external_ids: tuple[str, ...] = ()
    identity_verified: bool = False
    vip: bool | None = None
    order: IncomingOrder | None = None
    attachments: tuple[IncomingAttachment, ...] = ()
    rating: int | None = None
    url: str = ""
    is_auto: bool = False
    is_history: bool = False
    is_forged: bool = False
    own_key: str = ""
    meta: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BouncedMail:
    """A report that a mail did not arrive: all that can name the mail, and the server's reason.

    ``ids`` are Message-IDs without brackets, ``keys`` keyed parts of our addresses and ids,
    ``recipients`` the addresses that could not be reached. ``is_complaint``: it did arrive, and
    was marked as spam.
    """

    ids: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    why: str = ""
    source: str = ""
    is_complaint: bool = False


@dataclass(frozen=True, slots=True)
class TriageDecision:
    """What model and rules say of a ticket; probabilities and scores lie in 0..1.

    ``decided_by`` names for each field whether "model" or "rule" set it. ``points`` are the
    lines of the priority table that counted: (code, points). ``repeats`` are the ids of the
    complaints that this one repeats, the newest first.
    """

    category: str
    category_probability: float
    priority: int
    emotion: int
    language: str
    confidence: float
    abstained: bool
    model_version: int
    also: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()
    points: tuple[tuple[str, int], ...] = ()
    emotion_probability: float = 0.0
    distressed: bool = False
    flags: tuple[str, ...] = ()
    decided_by: dict[str, str] = field(default_factory=dict)
    forced_p1: bool = False
    repeats: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PriorityFacts:
    """What the pool knows beyond the words, for the points table."""

    round: int
    earlier_complaints: int
    order_amount: Decimal | None
    order_currency: str
    vip: bool
    oldest_unanswered_hours: float
    is_public: bool
    author_followers: int
    repeats: tuple[int, ...] = ()
