"""Tickets that were escalated to somebody and wait for their look."""

from datetime import datetime

from django.db.models import Exists, F, IntegerField, OuterRef, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from accounts.models import User
from tickets import escalations, states
from tickets.models import EventKind, TicketEvent
from tickets.models.ticket import ActorKind


def escalated_to(user: User, _now: datetime) -> Q:
    """Narrow tickets to those of which this person has heard by a step of the ladder.

    A step counts in the round that it was taken in and while its cause lasts, until somebody of
    that rank does something to the ticket.
    """
    steps = escalations.HEARD_BY.get(user.role, ())
    if not steps:
        return Q(pk__in=[])
    seen = TicketEvent.objects.filter(
        ticket=OuterRef("ticket"),
        pk__gt=OuterRef("pk"),
        actor_kind=ActorKind.PERSON,
        actor__role__in=escalations.SEEN_BY[user.role],
    )
    lasts = (
        Q(data__cause=escalations.OVERDUE, at__gte=F("ticket__due_at"))
        | Q(data__cause=escalations.UNASSIGNED, ticket__owner=None)
        | ~Q(data__cause__in=[escalations.OVERDUE, escalations.UNASSIGNED])
    )
    told = (
        TicketEvent.objects.filter(lasts, kind=EventKind.ESCALATED, data__to__in=steps)
        .annotate(in_round=Cast(KeyTextTransform("round", "data"), IntegerField()))
        # Few tickets are open; saying so lets the database begin with them, not with the history.
        .filter(~Exists(seen), in_round=F("ticket__round"), ticket__status__in=states.OPEN_STATES)
        .order_by()
    )
    return Q(pk__in=told.values("ticket"))
