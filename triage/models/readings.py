"""What models and rules said of messages, and what people said of that."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets.models import Ticket
from triage.models.versions import ModelVersion


class Prediction(models.Model):
    """What model and rules said when they read a message. One for each message that was read.

    ``is_check``: it was filed alone, and drawn by lot to be looked at by a person, so that the
    error of what is filed alone is measured without bias.
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
    is_check = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["ticket", "message_id"], name="message_is_read_once"),
        )
        indexes = (
            models.Index(fields=["created_at"], name="prediction_by_time"),
            models.Index(fields=["ticket"], name="prediction_to_check", condition=Q(is_check=True)),
        )

    def __str__(self) -> str:
        return f"{self.category} {self.probability:.2f}"


class LabelKind(models.TextChoices):
    """How a person answered a prediction."""

    CONFIRMED = "confirmed", _("Confirmed")
    CHANGED = "changed", _("Changed")


class Label(models.Model):
    """What a person said is right: the material that the model learns from.

    ``is_check`` where the ticket had been drawn by lot from those filed alone; ``was_asked`` where
    it had been held back. Labels that are neither were given because somebody saw a mistake.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="labels")
    field = models.CharField(max_length=12)
    kind = models.CharField(max_length=10, choices=LabelKind.choices)
    predicted = models.JSONField(null=True)
    value = models.JSONField(null=True)
    shown_probability = models.FloatField(null=True, blank=True)
    model = models.ForeignKey(ModelVersion, null=True, blank=True, on_delete=models.SET_NULL)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()
    is_check = models.BooleanField(default=False)
    was_asked = models.BooleanField(default=False)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["field", "at"], name="label_by_field_and_time"),)

    def __str__(self) -> str:
        return f"{self.field} {self.kind}"


class Claim(models.Model):
    """Who looks at a ticket at the triage desk, and until when: nobody decides it twice."""

    ticket = models.OneToOneField(
        Ticket, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.ticket_id} until {self.until:%H:%M}"
