"""Read tickets and apply the readings."""

from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from tickets import queries as pool
from tickets import services as tickets
from tickets.models import Ticket
from tickets.services.resolution import resolve_alone
from tickets.taxonomy import MAY_END_ALONE, SPAM
from triage import queries, runtime, signals
from triage.models import ModelVersion, Prediction
from triage.queries import TextToRead
from triage.reading import Reading, read

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
        is_check=not decision.abstained and _is_drawn(ticket_id),
    )
    tickets.apply_triage(ticket_id=ticket_id, message_id=message_id, decision=decision, now=now)
    _end_alone(ticket_id, reading, now)
    transaction.on_commit(
        partial(signals.ticket_triaged.send_robust, sender=Prediction, ticket_id=ticket_id),
        robust=True,
    )
    return prediction


def _is_drawn(ticket_id: int) -> bool:
    """Draw one in fifty by lot; the same ticket always draws the same lot."""
    lot = salted_hmac("triage.check", str(ticket_id)).digest()
    return int.from_bytes(lot[:8]) % queries.CHECK_ONE_IN == 0


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
