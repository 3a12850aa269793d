"""What another model or keyword table would have done with past tickets."""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from accounts.models import User
from tickets.models import Ticket
from triage.models.versions import ModelVersion


class ReplayState(models.TextChoices):
    """How far a replay is."""

    RUNNING = "running", pgettext_lazy("of a replay", "Running")
    DONE = "done", pgettext_lazy("of a replay", "Finished")
    CANCELLED = "cancelled", pgettext_lazy("of a replay", "Cancelled")
    FAILED = "failed", pgettext_lazy("of a replay", "Failed")


class Outcome(models.TextChoices):
    """Whether what a person said in the end speaks for the new category."""

    BETTER = "better", pgettext_lazy("of a reading", "Better")
    WORSE = "worse", pgettext_lazy("of a reading", "Worse")
    UNKNOWN = "unknown", pgettext_lazy("of a reading", "Unknown")


class Replay(models.Model):
    """One run over the first readings of a span of time. It changes nothing on tickets.

    ``model`` is None where rules alone read; ``keywords`` holds other keyword tables as TOML by
    language. ``position`` is the last reading that is counted in ``figures``: from there a worker
    goes on. Whoever works on it holds it until ``lease_until``.
    """

    model = models.ForeignKey(ModelVersion, null=True, blank=True, on_delete=models.CASCADE)
    keywords = models.JSONField(default=dict)
    keywords_name = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    most = models.PositiveIntegerField(null=True, blank=True)
    allowed_error = models.FloatField()
    state = models.CharField(max_length=9, choices=ReplayState.choices, default=ReplayState.RUNNING)
    position = models.BigIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    figures = models.JSONField(default=dict)
    problem = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["state"], name="one_running_replay", condition=Q(state="running")
            ),
        )

    def __str__(self) -> str:
        return f"replay {self.pk}"


class ReplayDifference(models.Model):
    """A ticket that would have been read otherwise; ``said`` is a person's last category."""

    replay = models.ForeignKey(Replay, on_delete=models.CASCADE, related_name="differences")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    old_category = models.CharField(max_length=60, blank=True)
    new_category = models.CharField(max_length=60, blank=True)
    old_priority = models.PositiveSmallIntegerField()
    new_priority = models.PositiveSmallIntegerField()
    gained_flags = models.JSONField(default=list)
    lost_flags = models.JSONField(default=list)
    old_asked = models.BooleanField()
    new_asked = models.BooleanField()
    said = models.CharField(max_length=60, blank=True)
    outcome = models.CharField(max_length=7, choices=Outcome.choices)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["replay", "ticket"], name="ticket_differs_once"),
        )

    def __str__(self) -> str:
        return f"{self.old_category} to {self.new_category}"
