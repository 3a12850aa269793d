"""Schedule, send, remind, take answers, expire.

Locks are taken in this order: survey, ticket, customer.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from surveys import invitations, links, queries, rules, timing
from surveys.errors import LinkExpired, UnknownLink
from surveys.models import Survey, SurveyStatus, WhyNot
from tickets import queries as tickets
from tickets import states
from tickets.models import ActorKind, Customer, EventKind, MessageKind, Ticket
from tickets.services import start_second_handling
from tickets.services.events import record, touch
from tickets.services.replies import write_out

INVITATION_SLUG = "survey-invitation"
REMINDER_SLUG = "survey-reminder"
_ENDED = (states.RESOLVED, states.CLOSED)


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of an answer; ``is_first`` is False when an earlier one stands."""

    survey: Survey
    is_first: bool
    is_handled_again: bool = False


def delay() -> timedelta:
    """Return how long after a resolution the customer is asked."""
    return timedelta(minutes=settings.REDRESS_SURVEY_DELAY_MINUTES)


def valid_for() -> timedelta:
    """Return how long a link works."""
    return timedelta(days=settings.REDRESS_SURVEY_VALID_DAYS)


@transaction.atomic
def schedule_survey(*, ticket_id: int, round_: int, now: datetime) -> Survey | None:
    """Write down that this round is to be surveyed, or why not; once, however often it is called.

    None when the round was not resolved. Whether the customer was asked lately is decided when
    the survey goes out, because another ticket's survey may go first.
    """
    resolved = queries.find_resolution(ticket_id, round_)
    if resolved is None:
        return None
    ticket = Ticket.objects.select_related("customer").get(pk=ticket_id)
    why = rules.why_not(queries.facts_of(ticket, round_))
    due = timing.due_at(
        resolved.at, channel=ticket.channel, language=queries.language_of(ticket), delay=delay()
    )
    survey, _ = Survey.objects.get_or_create(
        ticket=ticket,
        round=round_,
        defaults={
            "token": secrets.token_urlsafe(16),
            "status": SurveyStatus.CANCELLED if why else SurveyStatus.SCHEDULED,
            "cancelled_because": why,
            "resolver": resolved.actor,
            "resolved_at": resolved.at,
            "due_at": due,
            "expires_at": max(due, now) + valid_for(),
        },
    )
    return survey


def schedule_missed(*, now: datetime, limit: int = 500) -> int:
    """Schedule what a process that died between resolving and scheduling left; tell how many."""
    has_one = Survey.objects.filter(ticket=OuterRef("pk"), round=OuterRef("round"))
    left = Ticket.objects.filter(
        ~Exists(has_one), status__in=_ENDED, resolved_at__gte=now - timing.LATEST
    )
    rounds = list(left.values_list("pk", "round")[:limit])
    for ticket_id, round_ in rounds:
        schedule_survey(ticket_id=ticket_id, round_=round_, now=now)
    return len(rounds)


def cancel_unsent(*, ticket_id: int, before_round: int) -> int:
    """Take back what has not been sent about earlier rounds; tell how many."""
    return Survey.objects.filter(
        ticket_id=ticket_id, round__lt=before_round, status=SurveyStatus.SCHEDULED
    ).update(status=SurveyStatus.CANCELLED, cancelled_because=WhyNot.REOPENED)


@transaction.atomic
def send_survey(*, survey_id: int, now: datetime) -> Survey | None:
    """Write the invitation into the ticket and queue it; None when there was nothing to do.

    Safe twice and at the same time: a survey that another worker holds is left to it.
    """
    survey = _lock(survey_id, status=SurveyStatus.SCHEDULED, due_at__lte=now)
    if survey is None:
        return None
    ticket = tickets.lock_ticket(survey.ticket_id)
    if _put_off(survey, ticket, now):
        return survey
    lately = _asked_lately(survey, ticket.customer_id, now)
    why = rules.why_not(queries.facts_of(ticket, survey.round, asked_lately=lately))
    if why:
        survey.status, survey.cancelled_because = SurveyStatus.CANCELLED, why
        survey.save(update_fields=["status", "cancelled_because"])
        return survey
    _write(survey, ticket, INVITATION_SLUG, now)
    survey.status = SurveyStatus.SENT
    survey.sent_at = now
    survey.expires_at = now + valid_for()
    survey.save(update_fields=["status", "sent_at", "expires_at", "message"])
    return survey


@transaction.atomic
def remind(*, survey_id: int, now: datetime) -> Survey | None:
    """Ask once more, 48 hours after the invitation; None when there was nothing to do."""
    asked_by = now - timing.REMIND_AFTER
    survey = _lock(
        survey_id,
        status=SurveyStatus.SENT,
        reminded_at=None,
        sent_at__lte=asked_by,
        expires_at__gt=now,
    )
    if survey is None:
        return None
    ticket = tickets.lock_ticket(survey.ticket_id)
    if timing.after_quiet(now, queries.language_of(ticket)) != now:
        return None
    survey.reminded_at = now
    if not rules.why_not(queries.facts_of(ticket, survey.round)):
        _write(survey, ticket, REMINDER_SLUG, now)
    survey.save(update_fields=["reminded_at"])
    return survey


@transaction.atomic
def answer(
    *,
    token: str,
    score: int,
    now: datetime,
    solved: bool | None = None,
    reasons: Iterable[str] = (),
    comment: str = "",
    staff: User | None = None,
) -> Answered:
    """Take the customer's answer; the first one stands, also when two come at once.

    One or two, or "not solved", starts the second handling in the same transaction, if the
    ticket still rests after the round that was asked about. Raises UnknownLink, LinkExpired.
    """
    survey = Survey.objects.select_for_update(of=("self",)).filter(token=token).first()
    if survey is None:
        raise UnknownLink
    if survey.status == SurveyStatus.ANSWERED:
        return Answered(survey, is_first=False)
    if not queries.is_open(survey, now):
        raise LinkExpired
    ticket = tickets.lock_ticket(survey.ticket_id)
    survey.status = SurveyStatus.ANSWERED
    survey.answered_at = now
    survey.score, survey.solved = score, solved
    survey.reasons, survey.comment = sorted(set(reasons)), comment.strip()
    survey.staff = staff
    survey.save()
    data = {"score": score, "solved": solved, "round": survey.round}
    record(ticket, EventKind.SURVEY, at=now, actor_kind=ActorKind.CUSTOMER, data=data)
    touch(ticket, now)
    again = _handle_again(survey, ticket, now)
    return Answered(survey, is_first=True, is_handled_again=again)


def _handle_again(survey: Survey, ticket: Ticket, now: datetime) -> bool:
    cause = rules.second_handling_cause(survey.score or 0, survey.solved, survey.round)
    rests = ticket.status in _ENDED and ticket.round == survey.round
    if not cause or not rests:
        return False
    start_second_handling(ticket_id=ticket.pk, cause=cause, now=now)
    return True


def expire_unanswered(*, now: datetime) -> int:
    """End the surveys whose link has run out; tell how many."""
    over = Survey.objects.filter(status=SurveyStatus.SENT, expires_at__lte=now)
    return over.update(status=SurveyStatus.EXPIRED)


def _lock(survey_id: int, **conditions: object) -> Survey | None:
    rows = Survey.objects.select_for_update(of=("self",), skip_locked=True)
    return rows.filter(pk=survey_id, **conditions).first()


def _put_off(survey: Survey, ticket: Ticket, now: datetime) -> bool:
    later = timing.put_off_until(
        now,
        resolved_at=survey.resolved_at,
        language=queries.language_of(ticket),
        delay=delay(),
    )
    if later is None:
        return False
    survey.due_at = later
    survey.save(update_fields=["due_at"])
    return True


def _asked_lately(survey: Survey, customer_id: int | None, now: datetime) -> bool:
    """Tell whether another survey went to the customer; holds the customer against two at once."""
    if customer_id is None:
        return False
    # Without the key: messages of this customer may be filed meanwhile.
    Customer.objects.select_for_update(no_key=True).filter(pk=customer_id).first()
    others = Survey.objects.filter(
        ticket__customer_id=customer_id, sent_at__gt=now - rules.ASK_AGAIN_AFTER
    )
    return others.exclude(pk=survey.pk).exists()


def _write(survey: Survey, ticket: Ticket, slug: str, now: datetime) -> None:
    """Write an automatic message: seen in the conversation, never counted as a human reply."""
    language, link = queries.language_of(ticket), links.url_of(survey.token)
    if slug == REMINDER_SLUG:
        text = invitations.reminder(language=language, reference=ticket.reference, link=link)
    else:
        text = invitations.invitation(
            language=language, reference=ticket.reference, link=link, days=valid_for().days
        )
    message = write_out(
        ticket,
        text,
        by=None,
        now=now,
        kind=MessageKind.AUTO,
        template_slug=slug,
        idempotency_key=f"{slug} {survey.pk}",
    )
    message.language = language
    message.save(update_fields=["language"])
    survey.message = survey.message or message
    # The preview in the queue stays what a person wrote last.
    touch(ticket, now, "message_count")
