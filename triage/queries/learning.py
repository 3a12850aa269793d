"""Reads for learning: what people said of tickets, and whose labels count."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from tickets.models import Message
from tickets.taxonomy import SUBS
from triage.ml.keywords import LANGUAGES
from triage.ml.language import detect
from triage.models import Label, LabelKind, ModelVersion, Prediction, Steering, TrustedLabeller

# More corrections than these teach little and cost minutes; the newest know the shop of today.
MOST_LABELS = 20_000
# One in so many tickets that were filed without asking is looked at by a person.
CHECK_ONE_IN = 50
_AT_ONCE = 500
# Begin and end of a long mail tell what it is about; whole ones would fill the memory.
_KEPT_HEAD, _KEPT_TAIL = 4_000, 1_000


@dataclass(frozen=True, slots=True)
class LabelledTicket:
    """What a person said a ticket is about, and what had been shown.

    ``weight`` is how many tickets it stands for when error is measured: 0 where it was only
    labelled because somebody saw a mistake.
    """

    ticket_id: int
    text: str
    subject: str
    language: str
    category: str
    emotion: int
    distressed: bool
    flags: tuple[str, ...]
    also: tuple[str, ...]
    by_id: int
    at: datetime
    changed: bool
    shown_probability: float
    weight: int


def labelled_tickets(*, limit: int = MOST_LABELS) -> Iterator[LabelledTicket]:
    """Yield the last word of people on each ticket's category, the newest first.

    Walks back from today and ends at the limit, however many labels there are.
    """
    later = Label.objects.filter(
        ticket_id=OuterRef("ticket_id"), field="category", pk__gt=OuterRef("pk")
    )
    read_before = Prediction.objects.filter(
        ticket_id=OuterRef("ticket_id"), created_at__lte=OuterRef("at")
    ).order_by("-id")
    labels = (
        Label.objects.filter(~Exists(later), field="category", by__isnull=False)
        .select_related("ticket")
        .annotate(message_id=Subquery(read_before.values("message_id")[:1]))
        .order_by("-at", "-id")[:limit]
    )
    chunk: list[Label] = []
    for label in labels.iterator(chunk_size=_AT_ONCE):
        chunk.append(label)
        if len(chunk) == _AT_ONCE:
            yield from _with_texts(chunk)
            chunk = []
    yield from _with_texts(chunk)


def _with_texts(labels: Sequence[Label]) -> Iterator[LabelledTicket]:
    # `message_id` is annotated; the message may be gone by a person's wish.
    keys = [getattr(label, "message_id", 0) or 0 for label in labels]
    messages = Message.objects.defer("html").in_bulk(keys)
    for label in labels:
        message = messages.get(getattr(label, "message_id", 0) or 0)
        if message is None or label.value not in SUBS:
            continue
        ticket, text = label.ticket, _clipped(message.shown_text)
        yield LabelledTicket(
            ticket_id=label.ticket_id,
            text=text,
            subject=ticket.subject if ticket.subject not in text else "",
            language=_language(message.language or ticket.language, text),
            category=label.value,
            emotion=ticket.emotion,
            distressed=ticket.distressed,
            flags=tuple(ticket.flags),
            also=tuple(slug for slug in ticket.also if slug in SUBS),
            by_id=label.by_id or 0,
            at=label.at,
            changed=label.kind == LabelKind.CHANGED,
            shown_probability=label.shown_probability or 0.0,
            weight=_weight(label),
        )


def _clipped(text: str) -> str:
    if len(text) <= _KEPT_HEAD + _KEPT_TAIL:
        return text
    return f"{text[:_KEPT_HEAD]}\n{text[-_KEPT_TAIL:]}"


def _language(known: str, text: str) -> str:
    return known if known in LANGUAGES else detect(text)


def _weight(label: Label) -> int:
    if label.was_asked:
        return 1
    return CHECK_ONE_IN if label.is_check else 0


def trusted_labellers() -> set[int]:
    """Return the people whose labels count whatever they look like."""
    return set(TrustedLabeller.objects.values_list("user_id", flat=True))


def steering() -> Steering:
    """Return what supervisors set; the defaults when they set nothing."""
    return Steering.objects.filter(pk=1).first() or Steering(pk=1)


def checks_since(since: datetime) -> tuple[int, int]:
    """Return how many tickets filed alone were checked, and how many of them were wrong."""
    checks: QuerySet[Label] = Label.objects.filter(field="category", is_check=True, at__gte=since)
    return checks.count(), checks.filter(kind=LabelKind.CHANGED).count()


def latest_training() -> datetime | None:
    """Return when the newest version was made."""
    return ModelVersion.objects.order_by("-number").values_list("created_at", flat=True).first()


def has_labels_since(moment: datetime | None) -> bool:
    """Tell whether anybody labelled a category after this."""
    labels = Label.objects.filter(field="category")
    return (labels.filter(at__gt=moment) if moment else labels).exists()
