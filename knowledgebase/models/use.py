"""What became of each use of a template."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from knowledgebase.models.scenario import Scenario
from knowledgebase.models.template import Template
from knowledgebase.ranking.outcome import Counts, Outcome


class TemplateUse(models.Model):
    """One reply that was sent from a template: how much it was edited and how it ended.

    ``body_digest`` names the text it came from, ``edit_distance`` counts the characters that were
    changed. How it ended is written once, when the 14 days after the resolution are over, for
    good ends and bad ones alike: ``is_good`` is a score of at least four, not reopened, not
    repeated; empty when the customer stayed quiet and gave no score.
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
    body_digest = models.CharField(max_length=64, blank=True)
    edited_share = models.FloatField()
    edit_distance = models.PositiveIntegerField(null=True, blank=True)
    sent_at = models.DateTimeField()
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    came_back = models.BooleanField(null=True, blank=True)
    repeated = models.BooleanField(null=True, blank=True)
    is_good = models.BooleanField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(
                fields=["sent_at"], name="use_unsettled", condition=Q(settled_at__isnull=True)
            ),
            models.Index(fields=["template", "emotion"], name="use_by_template"),
            models.Index(fields=["sent_at"], name="use_by_time"),
            models.Index(
                fields=["settled_at"], name="use_settled", condition=Q(settled_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.template_id} on {self.ticket_id}"


class OutcomeCount(models.Model):
    """How uses of a scenario ended, counted by emotion, so that ranking reads few rows.

    ``uses`` are settled; ``quiet`` neither came back nor were repeated, ``answered`` are the
    quiet ones with a score, ``good`` those with four or five.
    """

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="outcomes")
    emotion = models.PositiveSmallIntegerField()
    uses = models.PositiveIntegerField(default=0)
    quiet = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["scenario", "emotion"], name="outcome_is_unique"),
        )

    def __str__(self) -> str:
        return f"{self.scenario_id}/{self.emotion}: {self.good} of {self.uses}"

    @property
    def counts(self) -> Counts:
        """The counts as the pure modules take them."""
        return Counts(self.uses, self.quiet, self.answered, self.good)

    @property
    def outcome(self) -> Outcome:
        """The counts as the ranking takes them, with nothing known of the neighbours."""
        return self.counts.outcome()
