"""What was shown, what was picked, what was learnt from it, and which templates do harm."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import User
from knowledgebase.models.choices import Language
from knowledgebase.models.scenario import Scenario
from knowledgebase.models.template import Template
from knowledgebase.models.use import TemplateUse


class SuggestionList(models.Model):
    """The replies that stood beside a ticket after a customer's message, best first.

    One row per message, however often the page is loaded; no customer text. ``picked`` is the
    scenario that was sent in the end, "" when the agent wrote by hand; ``picked_rank`` its place
    in the list, from 1, empty when it was found elsewhere. Rows go after ``KEPT_DAYS``.
    """

    KEPT_DAYS = 90

    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.CASCADE, related_name="suggestion_lists"
    )
    customer_message = models.ForeignKey(
        "tickets.Message", on_delete=models.CASCADE, related_name="+"
    )
    language = models.CharField(max_length=2, choices=Language.choices)
    category = models.CharField(max_length=60, blank=True)
    emotion = models.PositiveSmallIntegerField(default=0)
    revision = models.PositiveBigIntegerField(default=0)
    slugs = ArrayField(models.CharField(max_length=80), default=list)
    trial = models.CharField(max_length=80, blank=True)
    shown_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    picked = models.CharField(max_length=80, blank=True)
    picked_rank = models.PositiveSmallIntegerField(null=True, blank=True)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["ticket", "customer_message"], name="suggestion_list_is_one_per_message"
            ),
        )
        indexes = (
            models.Index(fields=["shown_at"], name="suggestion_list_by_age"),
            models.Index(
                fields=["answered_at"],
                name="suggestion_list_answered",
                condition=Q(answered_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.ticket_id}: {', '.join(self.slugs)}"


class RankingWeek(models.Model):
    """How often a week's lists had the picked reply first, and near the top.

    ``used`` are the answers that came from a template: only there is the right one known.
    """

    week = models.DateField()
    language = models.CharField(max_length=2, choices=Language.choices)
    answered = models.PositiveIntegerField(default=0)
    used = models.PositiveIntegerField(default=0)
    first = models.PositiveIntegerField(default=0)
    top3 = models.PositiveIntegerField(default=0)
    reciprocal = models.FloatField(default=0.0)

    class Meta:
        ordering = ("week", "language")
        constraints = (
            models.UniqueConstraint(fields=["week", "language"], name="ranking_week_is_unique"),
        )

    def __str__(self) -> str:
        return f"{self.week} {self.language}"


class LearntPhrase(models.Model):
    """A customer's own words that a picked reply answered well; personal data is taken out.

    It goes with the use, and so with the ticket.
    """

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="learnt")
    language = models.CharField(max_length=2, choices=Language.choices)
    text = models.CharField(max_length=300)
    use = models.OneToOneField(TemplateUse, on_delete=models.CASCADE, related_name="phrase")
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=["scenario", "language"], name="learnt_by_scenario"),)

    def __str__(self) -> str:
        return self.text


class HarmFlag(models.Model):
    """The evidence that a template does worse than its neighbours.

    It holds for the text with ``body_digest`` only: another text starts anew. A flag that was
    set aside by a person (``dismissed_at``) stays so while the text stays.
    """

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="harm_flags")
    body_digest = models.CharField(max_length=64)
    evidence = models.JSONField(default=dict)
    raised_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("-raised_at",)
        constraints = (
            models.UniqueConstraint(fields=["template", "body_digest"], name="harm_flag_is_unique"),
        )

    def __str__(self) -> str:
        return f"{self.template_id} since {self.raised_at:%Y-%m-%d}"


class TemplatePause(models.Model):
    """A template that is not offered: until ``ended_at``, or until another text is published."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="pauses")
    body_digest = models.CharField(max_length=64)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("-at",)
        constraints = (
            models.UniqueConstraint(
                fields=["template", "body_digest"],
                name="template_pause_is_one",
                condition=Q(ended_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.template_id} since {self.at:%Y-%m-%d}"
