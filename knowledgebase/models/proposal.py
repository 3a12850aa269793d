"""What the mining found and nobody has decided on yet, or somebody has."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from knowledgebase.models.choices import Language
from knowledgebase.models.scenario import Scenario
from knowledgebase.models.template import Template


class ProposalKind(models.TextChoices):
    """What a proposal proposes."""

    ANSWER = "answer", _("Reply")
    SCENARIO = "scenario", _("Missing scenario")


class ProposalState(models.TextChoices):
    """Whether somebody has decided."""

    WAITING = "waiting", pgettext_lazy("proposal", "Waiting")
    APPROVED = "approved", pgettext_lazy("proposal", "Taken over")
    REJECTED = "rejected", pgettext_lazy("proposal", "Rejected")


class Proposal(models.Model):
    """A recurring answer that the library lacks, or questions that no reply serves.

    ``body``, ``words`` and ``examples`` are free of personal data: several customers were told
    each word. ``digest`` says what was found; the same finding never makes a second row. Rejected
    rows stay, so that what they say is not proposed again. ``references`` are sample tickets,
    shown only to those who may read them.
    """

    kind = models.CharField(max_length=8, choices=ProposalKind.choices)
    state = models.CharField(
        max_length=8, choices=ProposalState.choices, default=ProposalState.WAITING
    )
    origin = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices)
    category = models.CharField(max_length=60, blank=True)
    body = models.TextField(blank=True)
    words = ArrayField(models.CharField(max_length=60), default=list)
    examples = ArrayField(models.TextField(), default=list)
    references = ArrayField(models.CharField(max_length=64), default=list)
    texts = models.PositiveIntegerField()
    customers = models.PositiveIntegerField()
    authors = models.PositiveIntegerField(default=0)
    scored = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    score_sum = models.PositiveIntegerField(default=0)
    reopened = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    near = models.ForeignKey(
        Scenario, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    near_share = models.FloatField(default=0.0)
    digest = models.CharField(max_length=64, unique=True)
    found_at = models.DateTimeField()
    renewed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    template = models.ForeignKey(
        Template, null=True, blank=True, on_delete=models.SET_NULL, related_name="proposals"
    )

    class Meta:
        ordering = ("-customers", "id")
        indexes = (
            models.Index(
                fields=["-customers", "id"],
                name="proposal_waiting",
                condition=models.Q(state="waiting"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def mean_score(self) -> float | None:
        """Mean score of the tickets behind it, None while nobody scored."""
        return round(self.score_sum / self.scored, 1) if self.scored else None

    @property
    def near_percent(self) -> int:
        """How much the nearest reply of the library is like it, in percent."""
        return round(100 * self.near_share)

    @property
    def is_waiting(self) -> bool:
        """Whether somebody still has to decide."""
        return self.state == ProposalState.WAITING
