"""Reads of people's word on priority and emotion, beside what was read of the same message."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from triage.ml.classes import JudgedTicket
from triage.models import Label, Prediction

MOST_ANSWERED = 2_000
_READ_FIELDS = frozenset({"priority", "emotion"})


def answered(
    field: str, *, since: datetime, until: datetime, without: Collection[int] = ()
) -> list[JudgedTicket]:
    """Return what was read and what people made of it, the newest first; ``before`` is empty.

    Only tickets count about which a person was asked, or that were drawn by lot to be checked:
    the others were looked at because somebody saw a mistake. Whoever answers sees priority and
    emotion beside the category, so what they left counts as right. ``without`` are people whose
    labels do not count.
    """
    assert field in _READ_FIELDS
    found = []
    for row in _last_answers(field, since, until, without):
        # Annotated; None where the reading is gone or nobody said anything.
        word, said = getattr(row, "word", None), getattr(row, "said", None)
        if said is not None:
            truth = str(said if word is None else word)
            language = getattr(row, "language", None) or ""
            found.append(JudgedTicket(row.ticket_id, language, truth, "", str(said)))
    return found


def _last_answers(
    field: str, since: datetime, until: datetime, without: Collection[int]
) -> QuerySet[Label]:
    looked_at = Q(was_asked=True) | Q(is_check=True)
    last = (
        Label.objects.filter(looked_at, field="category", by__isnull=False, at__gte=since)
        .exclude(by_id__in=list(without))
        .order_by("ticket_id", "-id")
        .distinct("ticket_id")
    )
    readings = Prediction.objects.filter(ticket_id=OuterRef("ticket_id"))
    read = readings.filter(created_at__lte=OuterRef("at")).order_by("-id")
    later = readings.filter(created_at__gt=OuterRef("at")).order_by("created_at")
    # What is set after the customer's next message is said of that message.
    words = Label.objects.filter(
        ticket_id=OuterRef("ticket_id"),
        field=field,
        by__isnull=False,
        at__lt=OuterRef("read_again"),
    ).order_by("-id")
    return (
        Label.objects.filter(pk__in=last.values("pk"))
        .annotate(
            said=Subquery(read.values(field)[:1]),
            language=Subquery(
                read.annotate(name=KeyTextTransform("language", "decision")).values("name")[:1]
            ),
            read_again=Coalesce(Subquery(later.values("created_at")[:1]), Value(until)),
        )
        .annotate(word=Subquery(words.values("value")[:1]))
        .order_by("-at", "-id")[:MOST_ANSWERED]
    )
