"""Tell those above the owner: written into the history, each step once."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from tickets import escalations, queries, states
from tickets.models import EventKind, Ticket, TicketEvent
from tickets.models.ticket import ActorKind
from tickets.services.events import record, touch

LEAK_LOCK = 0x1EA_CED


def note_escalation(ticket: Ticket, *, to: str, cause: str, now: datetime) -> None:
    """Write a step into the history of a locked ticket; the caller saves."""
    data = {"to": to, "cause": cause, "round": ticket.round, "metric": ticket.due_metric}
    record(ticket, EventKind.ESCALATED, at=now, actor_kind=ActorKind.RULE, data=data)


def due_escalations(*, now: datetime, limit: int = 500) -> list[tuple[int, str, str]]:
    """Return (ticket, step, cause) for every step that is due and not written down yet."""
    found: list[tuple[int, str, str]] = []
    for to in escalations.LADDER:
        ids = _overdue(to, now).values_list("pk", flat=True)[:limit]
        found += [(pk, to, escalations.OVERDUE) for pk in ids]
    ids = _unassigned(now).values_list("pk", flat=True)[:limit]
    return found + [(pk, escalations.LEAD, escalations.UNASSIGNED) for pk in ids]


@transaction.atomic
def escalate(*, ticket_id: int, to: str, cause: str, now: datetime) -> bool:
    """Write one step down, if it is still due; tell whether it was."""
    ticket = queries.lock_ticket(ticket_id)
    rows = _unassigned(now) if cause == escalations.UNASSIGNED else _overdue(to, now)
    if not rows.filter(pk=ticket_id).exists():
        return False
    note_escalation(ticket, to=to, cause=cause, now=now)
    touch(ticket, now)
    return True


def _overdue(to: str, now: datetime) -> QuerySet[Ticket]:
    late = Q(pk__in=[])
    for priority, delay in escalations.LADDER[to].items():
        late |= Q(priority=priority, due_at__lte=now - delay)
    # A step belongs to the target that was missed: the next target has its own.
    told = _told(to, escalations.OVERDUE).filter(at__gte=OuterRef("due_at"))
    return Ticket.objects.all().real().open().filter(~Exists(told), late)


def _unassigned(now: datetime) -> QuerySet[Ticket]:
    since = now - escalations.UNASSIGNED_AFTER
    told = _told(escalations.LEAD, escalations.UNASSIGNED)
    # Urgent, or without an owner, only since a moment ago: then there is still time.
    lately = TicketEvent.objects.filter(
        ticket=OuterRef("pk"),
        kind__in=[EventKind.PRIORITY, EventKind.OWNER, EventKind.ROUND],
        at__gt=since,
    )
    rows = Ticket.objects.all().real().open().filter(priority=1, owner=None)
    rows = rows.filter(opened_at__lte=since)
    in_round = Cast(KeyTextTransform("round", "data"), IntegerField())
    told = told.annotate(in_round=in_round).filter(in_round=OuterRef("round"))
    return rows.filter(~Exists(lately), ~Exists(told))


def _told(to: str, cause: str) -> QuerySet[TicketEvent]:
    return TicketEvent.objects.filter(
        ticket=OuterRef("pk"), kind=EventKind.ESCALATED, data__to=to, data__cause=cause
    )


def note_leak(ticket: Ticket, *, now: datetime) -> None:
    """Call the supervisor where a locked ticket makes leaked data red; once for each ticket."""
    told = ticket.events.filter(kind=EventKind.ESCALATED, data__cause=escalations.LEAKS)
    if queries.LEAK_FLAG not in ticket.flags or told.exists():
        return
    # One after the other: two at once would not see each other, and nobody would be the third.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LEAK_LOCK])
    if queries.customers_with_leak(now) >= queries.RED_CUSTOMERS:
        note_escalation(ticket, to=escalations.SUPERVISOR, cause=escalations.LEAKS, now=now)


def note_transfer(ticket: Ticket, *, now: datetime) -> None:
    """Call the lead when people have handed a locked ticket on for the third time."""
    handed_on = Q(kind=EventKind.OWNER) & ~Q(data__old="") & ~Q(data__new="")
    by_people = TicketEvent.objects.filter(ticket=ticket, actor_kind=ActorKind.PERSON)
    count = by_people.filter(handed_on | Q(kind=EventKind.TEAM)).count()
    told = ticket.events.filter(kind=EventKind.ESCALATED, data__cause=escalations.TRANSFERS)
    if count >= escalations.TRANSFERS_TO_LEAD and not told.exists():
        note_escalation(ticket, to=escalations.LEAD, cause=escalations.TRANSFERS, now=now)


def note_round(ticket: Ticket, *, now: datetime) -> None:
    """Call the supervisor for the final reply when a locked ticket is in its third round."""
    is_open = states.is_open(ticket.status)
    if is_open and ticket.round >= escalations.ROUND_FOR_SUPERVISOR:
        note_escalation(ticket, to=escalations.SUPERVISOR, cause=escalations.ROUNDS, now=now)
