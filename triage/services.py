"""Read tickets, keep what was said of the readings, and decide which model is in use."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.permissions import Permission, require
from tickets import queries as pool
from tickets import services as tickets
from tickets.models import Ticket
from tickets.services.resolution import resolve_alone
from tickets.taxonomy import MAY_END_ALONE, SPAM
from triage import queries, runtime, signals
from triage.errors import NoSuchVersion
from triage.models import Label, LabelKind, ModelArtefact, ModelVersion, Prediction, VersionState
from triage.queries import TextToRead
from triage.reading import Reading, read

log = structlog.get_logger(__name__)

# Spam leaves the pool alone only when the model is this sure (domain guide, section 8).
SURE_OF_SPAM = 0.98


def triage_ticket(*, ticket_id: int, now: datetime) -> Prediction | None:
    """Read a ticket's latest message and apply the reading; None when it has been read.

    The reading happens before the transaction, so that no row is held while the model thinks. A
    missing or broken model never stops this: rules alone decide then, and a person is asked.
    """
    ticket = Ticket.objects.select_related("customer", "order").get(pk=ticket_id)
    message_id = ticket.last_customer_message_id
    if message_id is None or queries.is_read(ticket_id, message_id):
        return None
    text = queries.text_to_read(ticket)
    version, model = runtime.current()
    reading = read(
        text,
        model=model,
        version=version.number if version else 0,
        facts=lambda category: pool.priority_facts(ticket, category=category, now=now),
    )
    try:
        return _apply(ticket_id, message_id, reading, text, version, now)
    except IntegrityError:
        if queries.is_read(ticket_id, message_id):
            # Another worker was as quick; its reading stands.
            return None
        raise


@transaction.atomic
def _apply(
    ticket_id: int,
    message_id: int,
    reading: Reading,
    text: TextToRead,
    version: ModelVersion | None,
    now: datetime,
) -> Prediction | None:
    decision = reading.decision
    if queries.is_read(ticket_id, message_id):
        return None
    # Two workers at once: the constraint lets one of them through, the other's work is undone.
    prediction = Prediction.objects.create(
        ticket_id=ticket_id,
        message_id=message_id,
        model=version,
        category=decision.category,
        probability=decision.category_probability,
        confidence=decision.confidence,
        abstained=decision.abstained,
        priority=decision.priority,
        emotion=decision.emotion,
        decision={**reading.as_json(), "offset": text.offset},
        reasons=reading.reasons,
        created_at=now,
    )
    tickets.apply_triage(ticket_id=ticket_id, message_id=message_id, decision=decision, now=now)
    _end_alone(ticket_id, reading, now)
    transaction.on_commit(
        partial(signals.ticket_triaged.send_robust, sender=Prediction, ticket_id=ticket_id),
        robust=True,
    )
    return prediction


def _end_alone(ticket_id: int, reading: Reading, now: datetime) -> None:
    """End a bare thank-you, and put sure spam out of the pool; never with a risk flag."""
    decision = reading.decision
    if decision.flags or decision.abstained:
        return
    if decision.category == SPAM and decision.category_probability >= SURE_OF_SPAM:
        ticket = pool.lock_ticket(ticket_id)
        if ticket.status == "new" and not ticket.touched:
            tickets.reject(ticket_id=ticket_id, by=None, now=now, note="spam")
    elif decision.category in MAY_END_ALONE:
        resolve_alone(ticket_id=ticket_id, now=now)


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
    )


def _predicted(prediction: Prediction | None, field: str) -> Any:
    if prediction is None:
        return None
    if field == "flags":
        return prediction.decision.get("flags", [])
    return getattr(prediction, field, None)


@transaction.atomic
def add_version(
    *,
    artefact: bytes,
    digest: str,
    figures: Mapping[str, Any],
    settings: Mapping[str, Any],
    data_fingerprint: str,
    state: VersionState,
    now: datetime,
) -> ModelVersion:
    """Store a trained model under the next number."""
    latest = ModelVersion.objects.select_for_update().order_by("-number").first()
    version = ModelVersion.objects.create(
        number=latest.number + 1 if latest else 1,
        state=VersionState.SHADOW if state == VersionState.CHAMPION else state,
        digest=digest,
        size=len(artefact),
        figures=dict(figures),
        settings=dict(settings),
        data_fingerprint=data_fingerprint,
        created_at=now,
    )
    ModelArtefact.objects.create(version=version, content=artefact)
    if state == VersionState.CHAMPION:
        _make_champion(version, None, now)
    return version


@transaction.atomic
def promote(*, number: int, by: User, now: datetime) -> ModelVersion:
    """Put a version into use; the one before is kept for going back. Raises NoSuchVersion."""
    require(by, Permission.PROMOTE_MODEL)
    version = ModelVersion.objects.select_for_update().filter(number=number).first()
    if version is None:
        raise NoSuchVersion(number=number)
    if version.state != VersionState.CHAMPION:
        _make_champion(version, by, now)
    return version


def _make_champion(version: ModelVersion, by: User | None, now: datetime) -> None:
    ModelVersion.objects.filter(state=VersionState.CHAMPION).update(state=VersionState.RETIRED)
    version.state = VersionState.CHAMPION
    version.promoted_at = now
    version.promoted_by = by
    version.save(update_fields=["state", "promoted_at", "promoted_by"])
