"""Trained models, their bytes, and the tickets that they were judged by."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class VersionState(models.TextChoices):
    """What a model version is used for."""

    CHAMPION = "champion", _("In use")
    CHALLENGER = "challenger", _("Challenger")
    SHADOW = "shadow", _("Shadow")
    RETIRED = "retired", _("Retired")


class ModelVersion(models.Model):
    """One trained model. At most one is the champion; ``digest`` is the SHA-256 of its artefact.

    ``fault`` says why a worker could not load it, "" while it works. From ``file_removed_at`` on
    the artefact is gone for good, and the row with its figures is what is left.
    """

    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=10, choices=VersionState.choices)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    fault = models.CharField(max_length=300, blank=True)
    figures = models.JSONField(default=dict)
    settings = models.JSONField(default=dict)
    data_fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    promoted_at = models.DateTimeField(null=True, blank=True)
    promoted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    file_removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(
                fields=["state"], name="one_champion", condition=Q(state="champion")
            ),
        )

    def __str__(self) -> str:
        return f"model {self.number}"


class ModelArtefact(models.Model):
    """The bytes of a model, in the database so that every machine finds them."""

    version = models.OneToOneField(
        ModelVersion, primary_key=True, on_delete=models.CASCADE, related_name="artefact"
    )
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"artefact of {self.version_id}"


class ModelJudging(models.Model):
    """What a version and the one in use before it said of the tickets that were kept apart.

    ``rows`` are those of triage.ml.classes.JudgedTicket as lists; ``before`` is the number of the
    version in use then.
    """

    version = models.OneToOneField(
        ModelVersion, primary_key=True, on_delete=models.CASCADE, related_name="judging"
    )
    before = models.PositiveIntegerField()
    rows = models.JSONField(default=list)
    judged_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"judging of {self.version_id}"
