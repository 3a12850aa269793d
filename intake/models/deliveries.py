"""The raw copies of what was delivered."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from intake.models.sources import Source


class DeliveryStatus(models.TextChoices):
    """What became of a delivery."""

    RECEIVED = "received", _("Waiting")
    DONE = "done", _("Filed")
    IGNORED = "ignored", _("Ignored")
    DEAD = "dead", _("Could not be read")


class RawDelivery(models.Model):
    """What a source delivered, byte for byte, and what became of it.

    Ends as exactly one of done, ignored or dead. ``external_id`` is the source's own id, or the
    digest of the body where it has none. ``trail`` lists the steps that decided: ``step``, and a
    ``code`` with ``data`` that ``intake.reasons`` says in words. ``attempts`` counts how often the
    reading was begun, and is committed before it begins: what ends its worker is counted too. The
    body is removed after a while (``body_removed_at``); its digest stays.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="deliveries")
    external_id = models.CharField(max_length=320)
    digest = models.CharField(max_length=64)
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    received_at = models.DateTimeField()
    status = models.CharField(
        max_length=10, choices=DeliveryStatus.choices, default=DeliveryStatus.RECEIVED
    )
    repeats = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    trail = models.JSONField(default=list)
    message_ids = ArrayField(models.BigIntegerField(), default=list)
    is_test = models.BooleanField(default=False)
    body_removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["source", "external_id"], name="delivery_is_stored_once"
            ),
        )
        indexes = (
            models.Index(
                fields=["next_attempt_at"],
                name="delivery_waiting",
                condition=Q(status="received"),
            ),
            models.Index(fields=["-id"], name="delivery_dead", condition=Q(status="dead")),
            models.Index(fields=["source", "-id"], name="delivery_by_source"),
            models.Index(
                fields=["processed_at"],
                name="delivery_with_body",
                condition=Q(status__in=["done", "ignored"], body_removed_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"delivery {self.pk} from {self.source_id}"
