"""Reads about what is to be read, what was read, and what waits for a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from tickets import states
from tickets.models import Direction, MessageKind, Ticket
from triage.models import Label, LabelKind, Prediction, Steering

LONGEST_TEXT = 20_000
# A job has this long before the sweep takes its ticket.
SWEEP_AFTER = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class TextToRead:
    """What triage reads of a ticket.

    ``offset`` is where the latest message begins in the text; reasons before it belong to
    earlier messages of the same run.
    """

    text: str
    subject: str
    language: str
    message_id: int
    offset: int = 0


def is_read(ticket_id: int, message_id: int) -> bool:
    """Tell whether the message has been read."""
    return Prediction.objects.filter(ticket_id=ticket_id, message_id=message_id).exists()


def text_to_read(ticket: Ticket) -> TextToRead:
    """Return the latest run: what the customer wrote since somebody last answered.

    The latest message comes last; quotes of earlier mails are left out.
    """
    messages = ticket.messages.filter(kind__in=[MessageKind.CUSTOMER, MessageKind.REPLY])
    run: list[str] = []
    latest_id = 0
    for message in messages.order_by("-id")[:10]:
        if message.direction == Direction.OUT:
            break
        latest_id = latest_id or message.pk
        run.insert(0, message.shown_text)
    text = "\n".join(run)[-LONGEST_TEXT:]
    offset = len(text) - len(run[-1][-LONGEST_TEXT:]) if run else 0
    subject = ticket.subject if ticket.subject not in text else ""
    return TextToRead(text, subject, ticket.language, latest_id, offset)


def unread_ids(now: datetime, *, limit: int = 500) -> list[int]:
    """Return open tickets whose latest message nobody has read, what a lost job left."""
    read = Prediction.objects.filter(
        ticket_id=OuterRef("pk"), message_id=OuterRef("last_customer_message_id")
    )
    rows = Ticket.objects.filter(
        ~Exists(read),
        status__in=sorted(states.OPEN_STATES),
        changed_at__lte=now - SWEEP_AFTER,
        last_customer_message_id__isnull=False,
    )
    return list(
        rows.order_by(F("due_at").asc(nulls_last=True)).values_list("pk", flat=True)[:limit]
    )


def latest_prediction(ticket: Ticket) -> Prediction | None:
    """Return the last reading of a ticket; its ``allowed_error`` is the line that was set."""
    line = Steering.objects.filter(pk=1).values("allowed_error")
    readings = ticket.predictions.select_related("model").annotate(allowed_error=Subquery(line))
    return readings.order_by("-id").first()


def figures_since(since: datetime) -> dict[str, int]:
    """Return how many readings were filed alone, how many waited, and what people changed."""
    readings = Prediction.objects.filter(created_at__gte=since).aggregate(
        read=Count("id"), asked=Count("id", filter=Q(abstained=True))
    )
    labels = Label.objects.filter(at__gte=since, field="category").aggregate(
        confirmed=Count("id", filter=Q(kind=LabelKind.CONFIRMED)),
        changed=Count("id", filter=Q(kind=LabelKind.CHANGED)),
    )
    return {**readings, **labels}
