"""Reads about surveys, for the page, the desk and the reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from outbox.models import OutgoingStatus
from surveys.errors import LinkExpired, UnknownLink
from surveys.models import Survey, SurveyStatus
from surveys.rules import LOW_SCORES, SATISFIED_FROM, Facts
from tickets import states
from tickets.models import Direction, EventKind, Message, MessageKind, Ticket, TicketEvent
from tickets.words import has_han

GROUPS = {
    "": "",
    "priority": "ticket__priority",
    "category": "ticket__category",
    "resolver": "resolver_id",
    "round": "round",
    "team": "ticket__team_id",
}


@dataclass(frozen=True, slots=True)
class Csat:
    """Answers of a period; ``valid`` are those with a score of a ticket that counts."""

    answered: int = 0
    valid: int = 0
    satisfied: int = 0
    dissatisfied: int = 0

    @property
    def rate(self) -> float | None:
        """Scores of four and five among the valid ones, 0..1; None without any."""
        return self.satisfied / self.valid if self.valid else None


@dataclass(frozen=True, slots=True)
class ResponseRate:
    """How many of the surveys that reached the customer in a period were answered."""

    delivered: int
    answered: int

    @property
    def rate(self) -> float | None:
        """Answered among delivered, 0..1; None without any."""
        return self.answered / self.delivered if self.delivered else None


def valid_answers(*, start: datetime, end: datetime) -> QuerySet[Survey]:
    """Return the answers from ``start`` up to before ``end`` that count in figures."""
    return Survey.objects.filter(
        status=SurveyStatus.ANSWERED, answered_at__gte=start, answered_at__lt=end
    ).filter(_counts())


def _counts() -> Q:
    # As TicketQuerySet.real(), but a merged ticket's answer was given before and stays.
    return ~Q(ticket__status=states.REJECTED) & Q(ticket__is_test=False, ticket__is_backfill=False)


def csat(*, start: datetime, end: datetime, by: str = "") -> dict[object, Csat]:
    """Return the satisfaction by answer date, one statement.

    ``by`` is "", "priority", "category", "resolver", "team" or "round"; with "" the only key is "".
    """
    rows = Survey.objects.filter(
        status=SurveyStatus.ANSWERED, answered_at__gte=start, answered_at__lt=end
    )
    sums = {
        "n_answered": Count("id"),
        "n_valid": Count("id", filter=_counts()),
        "n_satisfied": Count("id", filter=_counts() & Q(score__gte=SATISFIED_FROM)),
        "n_low": Count("id", filter=_counts() & Q(score__in=sorted(LOW_SCORES))),
    }
    if not by:
        return {"": _csat(rows.aggregate(**sums))}
    grouped = rows.order_by().values(key=F(GROUPS[by])).annotate(**sums)
    return {row["key"]: _csat(row) for row in grouped}


def _csat(row: Mapping[str, Any]) -> Csat:
    return Csat(row["n_answered"], row["n_valid"], row["n_satisfied"], row["n_low"])


def response_rate(*, start: datetime, end: datetime) -> ResponseRate:
    """Return answered among delivered, by the date the survey was sent."""
    sent = Survey.objects.filter(_counts(), sent_at__gte=start, sent_at__lt=end)
    lost = Q(message__outgoing__status__in=[OutgoingStatus.FAILED, OutgoingStatus.CANCELLED])
    found = sent.exclude(lost).aggregate(
        delivered=Count("id"), answered=Count("id", filter=Q(status=SurveyStatus.ANSWERED))
    )
    return ResponseRate(found["delivered"], found["answered"])


def saved_rounds(*, start: datetime, end: datetime) -> Csat:
    """Return the scores of second handlings: what was saved, and out of how many."""
    return csat(start=start, end=end, by="round").get(2, Csat())


def survey_of(ticket: Ticket) -> Survey | None:
    """Return the survey of the ticket's latest surveyed round."""
    return Survey.objects.filter(ticket=ticket).order_by("-round").first()


def surveys_of(ticket: Ticket) -> Sequence[Survey]:
    """Return the surveys of a ticket, by round."""
    rows = Survey.objects.filter(ticket=ticket).select_related("resolver", "staff")
    return list(rows.order_by("round"))


def get_survey(token: str, *, now: datetime) -> Survey:
    """Return the survey behind a link, answered or open. Raises UnknownLink, LinkExpired."""
    survey = Survey.objects.select_related("ticket").filter(token=token).first()
    if survey is None:
        raise UnknownLink
    if survey.status != SurveyStatus.ANSWERED and not is_open(survey, now):
        raise LinkExpired
    return survey


def is_open(survey: Survey, now: datetime) -> bool:
    """Tell whether the survey can be answered now."""
    waits = survey.status in {SurveyStatus.SCHEDULED, SurveyStatus.SENT}
    return waits and survey.expires_at > now


def due_ids(*, now: datetime, limit: int = 200) -> list[int]:
    """Return the surveys that are to be sent now, oldest first."""
    due = Survey.objects.filter(status=SurveyStatus.SCHEDULED, due_at__lte=now)
    return list(due.order_by("due_at").values_list("pk", flat=True)[:limit])


def unanswered_ids(*, asked_by: datetime, now: datetime, limit: int = 200) -> list[int]:
    """Return the surveys that are to be reminded of, oldest first."""
    waiting = Survey.objects.filter(
        status=SurveyStatus.SENT, sent_at__lte=asked_by, reminded_at=None, expires_at__gt=now
    )
    return list(waiting.order_by("sent_at").values_list("pk", flat=True)[:limit])


def find_resolution(ticket_id: int, round_: int) -> TicketEvent | None:
    """Return the event that ended a round, None when it did not end."""
    return (
        TicketEvent.objects.select_related("actor")
        .filter(ticket_id=ticket_id, kind=EventKind.RESOLVED, data__round=round_)
        .order_by("-id")
        .first()
    )


def facts_of(ticket: Ticket, round_: int, *, asked_lately: bool = False) -> Facts:
    """Return what decides whether this round is surveyed."""
    return Facts(
        status=ticket.status,
        round=round_,
        current_round=ticket.round,
        category=ticket.category,
        flags=tuple(ticket.flags),
        texts=_customer_texts(ticket) if "legal" in ticket.flags else (),
        opted_out=bool(ticket.customer and ticket.customer.no_surveys),
        asked_lately=asked_lately,
        is_test=ticket.is_test,
    )


def _customer_texts(ticket: Ticket) -> tuple[str, ...]:
    wrote = ticket.messages.filter(direction=Direction.IN, kind=MessageKind.CUSTOMER)
    return tuple(wrote.values_list("text", flat=True)[:50])


def language_of(ticket: Ticket) -> str:
    """Return "zh" or "en": the ticket's language, or what its subject is written in."""
    if ticket.language:
        return "zh" if ticket.language.startswith("zh") else "en"
    return "zh" if has_han(f"{ticket.subject} {ticket.last_message_preview}") else "en"


def last_reply(ticket: Ticket) -> Message | None:
    """Return the last thing that a person wrote to the customer."""
    replies = ticket.messages.filter(kind=MessageKind.REPLY).select_related("author")
    return replies.order_by("-id").first()
