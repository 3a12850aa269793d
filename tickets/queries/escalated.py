"""Tickets that were escalated to somebody and wait for their look."""

from datetime import datetime

from django.db.models import Exists, ExpressionWrapper, IntegerField, OuterRef, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from accounts.models import User
from tickets import escalations
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
    # By ticket and not by event: few tickets are open, and the history is long.
    seen = TicketEvent.objects.filter(
        ticket=OuterRef("ticket"),
        pk__gt=OuterRef("pk"),
        actor_kind=ActorKind.PERSON,
        actor__role__in=escalations.SEEN_BY[user.role],
    )
    holder = ExpressionWrapper(OuterRef("owner"), output_field=IntegerField())
    overdue = Q(data__cause=escalations.OVERDUE)
    unassigned = Q(data__cause=escalations.UNASSIGNED)
    told = (
        TicketEvent.objects.filter(
            ~Exists(seen), ticket=OuterRef("pk"), kind=EventKind.ESCALATED, data__to__in=steps
        )
        .annotate(in_round=Cast(KeyTextTransform("round", "data"), IntegerField()), holder=holder)
        .filter(
            (overdue & Q(at__gte=OuterRef("due_at")))
            | (unassigned & Q(holder=None))
            | ~(overdue | unassigned),
            in_round=OuterRef("round"),
        )
        .order_by()
    )
    return Q(Exists(told))
