"""One survey for each handling round of a ticket."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets.models import Message, Ticket


class SurveyStatus(models.TextChoices):
    """Where a survey stands."""

    SCHEDULED = "scheduled", _("Scheduled")
    SENT = "sent", _("Sent")
    ANSWERED = "answered", _("Answered")
    EXPIRED = "expired", _("Not answered")
    CANCELLED = "cancelled", _("Not sent")


class WhyNot(models.TextChoices):
    """Why a round has no survey (domain guide, section 8)."""

    REOPENED = "reopened", _("the ticket was opened again")
    REJECTED = "rejected", _("the ticket was rejected or merged")
    NOTHING_TO_ASK = "nothing_to_ask", _("a thank-you or spam is not surveyed")
    INJURY = "injury", _("somebody was hurt")
    SELF_HARM = "self_harm", _("self-harm was mentioned")
    MINOR = "minor", _("a minor is concerned")
    REGULATOR = "regulator", _("a regulator is involved")
    COURT = "court", _("a court is involved")
    OPTED_OUT = "opted_out", _("the customer does not want surveys")
    ASKED_LATELY = "asked_lately", _("the customer was asked within the last seven days")
    TEST = "test", _("the ticket is a test")


class Reason(models.TextChoices):
    """What went wrong, as the customer ticks it."""

    TOO_LONG = "too_long", _("It took too long")
    NOT_SOLVED = "not_solved", _("The problem is not solved")
    EXPLAINED_AGAIN = "explained_again", _("I had to explain it again")
    TONE = "tone", _("The tone was not right")
    OFFER = "offer", _("The offer was not fair")


SCORES = (
    (1, _("Very bad")),
    (2, _("Bad")),
    (3, _("Fair")),
    (4, _("Good")),
    (5, _("Very good")),
)


class Survey(models.Model):
    """A question about one round; the first answer counts.

    ``resolver`` is who resolved the round and is credited with the score. ``cancelled_because``
    tells why nothing was sent. ``staff`` is who was logged in at the desk in the browser that
    answered: normally nobody, and a reason to look twice.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="surveys")
    round = models.PositiveSmallIntegerField()
    token = models.CharField(max_length=32, unique=True)
    status = models.CharField(
        max_length=10, choices=SurveyStatus.choices, default=SurveyStatus.SCHEDULED
    )
    cancelled_because = models.CharField(max_length=16, choices=WhyNot.choices, blank=True)
    resolver = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="surveys"
    )
    resolved_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    message = models.ForeignKey(
        Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    solved = models.BooleanField(null=True, blank=True)
    reasons = ArrayField(
        models.CharField(max_length=20, choices=Reason.choices), default=list, blank=True
    )
    comment = models.TextField(blank=True)
    staff = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("round",)
        constraints = (
            models.UniqueConstraint(fields=["ticket", "round"], name="survey_is_one_per_round"),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__in=[1, 2, 3, 4, 5]),
                name="survey_score_is_1_to_5",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status="answered", score__isnull=False, answered_at__isnull=False)
                    | (~Q(status="answered") & Q(score=None, answered_at=None))
                ),
                name="survey_answer_is_whole",
            ),
        )
        indexes = (
            models.Index(fields=["due_at"], name="survey_waiting", condition=Q(status="scheduled")),
            models.Index(fields=["sent_at"], name="survey_out", condition=Q(status="sent")),
            models.Index(
                fields=["answered_at"], name="survey_answered", condition=Q(status="answered")
            ),
        )

    def __str__(self) -> str:
        return f"survey of {self.ticket_id}, round {self.round}"
