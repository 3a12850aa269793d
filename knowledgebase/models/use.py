"""What became of each use of a template."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from knowledgebase.models.scenario import Scenario
from knowledgebase.models.template import Template
from knowledgebase.ranking.outcome import Outcome


class TemplateUse(models.Model):
    """One reply that was sent from a template: how much it was edited and how it ended.

    ``is_good`` is unknown until the ticket tells: score of at least four, not reopened, not
    repeated within 14 days.
    """

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="uses")
    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.CASCADE, related_name="template_uses"
    )
    message = models.OneToOneField(
        "tickets.Message", on_delete=models.CASCADE, related_name="template_use"
    )
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    emotion = models.PositiveSmallIntegerField(default=0)
    round = models.PositiveSmallIntegerField(default=1)
    edited_share = models.FloatField()
    sent_at = models.DateTimeField()
    is_good = models.BooleanField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(
                fields=["sent_at"], name="use_unsettled", condition=Q(settled_at__isnull=True)
            ),
            models.Index(fields=["template", "emotion"], name="use_by_template"),
        )

    def __str__(self) -> str:
        return f"{self.template_id} on {self.ticket_id}"


class OutcomeCount(models.Model):
    """How uses of a scenario ended, counted by emotion, so that ranking reads few rows."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="outcomes")
    emotion = models.PositiveSmallIntegerField()
    uses = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["scenario", "emotion"], name="outcome_is_unique"),
        )

    def __str__(self) -> str:
        return f"{self.scenario_id}/{self.emotion}: {self.good} of {self.uses}"

    @property
    def outcome(self) -> Outcome:
        """The count as the ranking takes it."""
        return Outcome(uses=self.uses, good=self.good)
