"""Keep what people said of the readings: the material that the model learns from."""

from datetime import datetime
from typing import Any

from tickets.models import Ticket
from triage.models import Label, LabelKind, Prediction


def note_correction(
    *, ticket_id: int, field: str, new: Any, by_id: int | None, now: datetime
) -> None:
    """Keep what a person set instead of what was predicted: a label to learn from."""
    _label(ticket_id, field, LabelKind.CHANGED, new, by_id, now)


def note_confirmation(*, ticket_id: int, by_id: int | None, now: datetime) -> None:
    """Keep that a person found the category right."""
    category = Ticket.objects.values_list("category", flat=True).get(pk=ticket_id)
    _label(ticket_id, "category", LabelKind.CONFIRMED, category, by_id, now)


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
