"""Model versions, what they predicted, and what people said of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets.models import Ticket


class VersionState(models.TextChoices):
    """What a model version is used for."""

    CHAMPION = "champion", _("In use")
    CHALLENGER = "challenger", _("Challenger")
    SHADOW = "shadow", _("Shadow")
    RETIRED = "retired", _("Retired")


class ModelVersion(models.Model):
    """One trained model. At most one is the champion; ``digest`` is the SHA-256 of its artefact.

    ``fault`` says why a worker could not load it, "" while it works.
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


class Prediction(models.Model):
    """What model and rules said when they read a message. One for each message that was read.

    ``decision`` holds alternatives, points and who decided what; ``reasons`` the spans in the
    original text; ``model`` is None where rules alone decided.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="predictions")
    message_id = models.BigIntegerField()
    model = models.ForeignKey(ModelVersion, null=True, blank=True, on_delete=models.SET_NULL)
    category = models.CharField(max_length=60, blank=True)
    probability = models.FloatField()
    confidence = models.FloatField()
    abstained = models.BooleanField()
    priority = models.PositiveSmallIntegerField()
    emotion = models.PositiveSmallIntegerField()
    decision = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["ticket", "message_id"], name="message_is_read_once"),
        )
        indexes = (models.Index(fields=["created_at"], name="prediction_by_time"),)

    def __str__(self) -> str:
        return f"{self.category} {self.probability:.2f}"


class LabelKind(models.TextChoices):
    """How a person answered a prediction."""

    CONFIRMED = "confirmed", _("Confirmed")
    CHANGED = "changed", _("Changed")


class Label(models.Model):
    """What a person said is right: the material that the model learns from."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="labels")
    field = models.CharField(max_length=12)
    kind = models.CharField(max_length=10, choices=LabelKind.choices)
    predicted = models.JSONField(null=True)
    value = models.JSONField(null=True)
    shown_probability = models.FloatField(null=True, blank=True)
    model = models.ForeignKey(ModelVersion, null=True, blank=True, on_delete=models.SET_NULL)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["field", "at"], name="label_by_field_and_time"),)

    def __str__(self) -> str:
        return f"{self.field} {self.kind}"
