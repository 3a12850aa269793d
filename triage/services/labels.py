"""Keep what people said of the readings: the material that the model learns from."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from tickets import queries as pool
from tickets import services as tickets
from tickets.models import Ticket
from triage.errors import CannotTakeBack
from triage.models import Label, LabelKind, Prediction

TAKE_BACK_TIME = timedelta(minutes=2)
# Category, priority and emotion of one answer are kept one after the other.
ONE_ANSWER = timedelta(seconds=5)


def note_correction(
    *, ticket_id: int, field: str, new: Any, by_id: int | None, now: datetime
) -> None:
    """Keep what a person set instead of what was predicted: a label to learn from."""
    _label(ticket_id, field, LabelKind.CHANGED, new, by_id, now)


def note_confirmation(*, ticket_id: int, by_id: int | None, now: datetime) -> None:
    """Keep that a person found the category right."""
    category = Ticket.objects.values_list("category", flat=True).get(pk=ticket_id)
    _label(ticket_id, "category", LabelKind.CONFIRMED, category, by_id, now)


@transaction.atomic
def take_back(*, ticket_id: int, by: User, now: datetime) -> Ticket:
    """Take one's last answer at the desk back: its labels go, and the ticket waits there again.

    Raises CannotTakeBack when it is older than two minutes, not the last word on the ticket, or
    when the ticket was worked on since.
    """
    ticket = pool.lock_ticket(ticket_id)
    last = Label.objects.filter(ticket=ticket).order_by("-id").first()
    reading = Prediction.objects.filter(ticket=ticket).order_by("-id").first()
    if last is None or reading is None or last.by_id != by.pk or now - last.at > TAKE_BACK_TIME:
        raise CannotTakeBack
    begun = last.at - ONE_ANSWER
    mine = Label.objects.filter(ticket=ticket, by=by, at__gte=begun)
    earlier = Label.objects.filter(ticket=ticket, at__lt=begun).exists()
    if earlier or not reading.abstained or ticket.message_count > _read_messages(ticket, reading):
        raise CannotTakeBack
    mine.delete()
    return tickets.ask_again(
        ticket_id=ticket_id,
        category=reading.category,
        priority=reading.priority,
        emotion=reading.emotion,
        by=by,
        now=now,
    )


def _read_messages(ticket: Ticket, reading: Prediction) -> int:
    """How many messages there were when the ticket was read."""
    return ticket.messages.filter(pk__lte=reading.message_id or 0).count()


def _label(
    ticket_id: int, field: str, kind: LabelKind, value: Any, by_id: int | None, now: datetime
) -> None:
    prediction = Prediction.objects.filter(ticket_id=ticket_id).order_by("-id").first()
    Label.objects.create(
        ticket_id=ticket_id,
        field=field,
        kind=kind,
        predicted=_predicted(prediction, field),
        value=value,
        shown_probability=prediction.probability if prediction else None,
        model_id=prediction.model_id if prediction else None,
        by_id=by_id,
        at=now,
        is_check=prediction.is_check if prediction else False,
        was_asked=prediction.abstained if prediction else False,
    )


def _predicted(prediction: Prediction | None, field: str) -> Any:
    if prediction is None:
        return None
    if field == "flags":
        return prediction.decision.get("flags", [])
    return getattr(prediction, field, None)
