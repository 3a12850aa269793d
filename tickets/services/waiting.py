"""Customers who do not answer: reminded after a day, closed after three, with exceptions."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery

from tickets import queries, states, taxonomy, waiting
from tickets.models import EventKind, Message, MessageKind, Ticket, TicketEvent, TriageState
from tickets.models.ticket import ActorKind
from tickets.services.events import touch
from tickets.services.replies import write_out
from tickets.services.resolution import finish
from tickets.sla import CALENDARS
from tickets.words import has_han


def waiting_ids(*, now: datetime, limit: int = 500) -> list[int]:
    """Return the tickets whose customers are to be reminded, or not waited for any longer."""
    began = TicketEvent.objects.filter(
        ticket=OuterRef("pk"), kind=EventKind.STATUS, data__new=states.WAITING_CUSTOMER
    )
    reminder = Message.objects.filter(
        ticket=OuterRef("pk"), template_slug=waiting.REMINDER, created_at__gte=OuterRef("began")
    )
    rows = Ticket.objects.filter(
        status=states.WAITING_CUSTOMER, unanswered_since=None, is_test=False
    ).annotate(began=Subquery(began.order_by("-id").values("at")[:1]))
    quiet = rows.filter(~Exists(reminder), began__lte=now - waiting.REMIND_AFTER)
    over = rows.filter(
        Exists(reminder.filter(created_at__lte=now - waiting.AFTER_REMINDER)),
        began__lte=now - waiting.RESOLVE_AFTER,
        priority__gt=1,
        flags=[],
        distressed=False,
        triage_state=TriageState.CONFIRMED,
        round=1,
        remedy_amount=None,
    ).exclude(category__in=waiting.MONEY_OWED)
    return [pk for part in (quiet, over) for pk in part.values_list("pk", flat=True)[:limit]]


@transaction.atomic
def care_for_waiting(*, ticket_id: int, now: datetime) -> str:
    """Remind the customer once, later close; return what was done: a slug, or "" for nothing.

    Nothing is written outside of the ticket's service hours. Nothing is closed that is urgent or
    carries a flag, where money is owed, or where closing takes a person's judgement: an
    unconfirmed category, or a round that needs its root cause.
    """
    ticket = queries.lock_ticket(ticket_id)
    began = _began(ticket)
    is_quiet = not CALENDARS[ticket.calendar].is_open(now)
    if began is None or is_quiet or ticket.unanswered_since is not None or ticket.is_test:
        return ""
    reminder = _reminder(ticket, began)
    if reminder is None:
        return _remind(ticket, now) if now - began.at >= waiting.REMIND_AFTER else ""
    waited = now - began.at >= waiting.RESOLVE_AFTER
    if not waited or now - reminder.created_at < waiting.AFTER_REMINDER or not _may_end(ticket):
        return ""
    return _close(ticket, now)


def _began(ticket: Ticket) -> TicketEvent | None:
    """Return the event with which this wait began, None when nobody is waited for."""
    if ticket.status != states.WAITING_CUSTOMER:
        return None
    return (
        ticket.events.filter(kind=EventKind.STATUS, data__new=states.WAITING_CUSTOMER)
        .order_by("id")
        .last()
    )


def _reminder(ticket: Ticket, began: TicketEvent) -> Message | None:
    return ticket.messages.filter(
        kind=MessageKind.AUTO, template_slug=waiting.REMINDER, created_at__gte=began.at
    ).first()


def _language(ticket: Ticket) -> str:
    if ticket.language:
        return ticket.language
    return "zh" if has_han(ticket.subject) else "en"


def _write(ticket: Ticket, slug: str, now: datetime) -> None:
    text = waiting.text_of(slug, language=_language(ticket), reference=ticket.reference)
    write_out(ticket, text, by=None, now=now, kind=MessageKind.AUTO, template_slug=slug)


def _remind(ticket: Ticket, now: datetime) -> str:
    _write(ticket, waiting.REMINDER, now)
    # The preview in the queue stays what a person wrote last.
    touch(ticket, now, "message_count")
    return waiting.REMINDER


def _may_end(ticket: Ticket) -> bool:
    owes = ticket.category in waiting.MONEY_OWED or bool(ticket.remedy_amount)
    needs_person = ticket.triage_state != TriageState.CONFIRMED or ticket.round > 1
    return not (ticket.priority == 1 or ticket.flags or owes or needs_person or ticket.distressed)


def _close(ticket: Ticket, now: datetime) -> str:
    _write(ticket, waiting.CLOSING, now)
    ticket.resolution_reason = "no-customer-response"
    ticket.remedy = taxonomy.NO_REMEDY
    ticket.responsible_party = "nobody"
    finish(ticket, by=None, now=now, actor_kind=ActorKind.RULE)
    return waiting.CLOSING
