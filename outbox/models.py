"""Messages waiting to leave: a row first, sent by a worker."""

from datetime import UTC, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.secrets_field import SecretField

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class OutgoingStatus(models.TextChoices):
    """What became of an outgoing message."""

    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    READ = "read", _("Read")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Outgoing(models.Model):
    """One message to one address. Ends as exactly one of sent, failed or cancelled.

    ``dedupe_key`` names the intent ("reply 17", "survey 4 round 2"): queueing it again returns
    the row that exists. Messages of one ``conversation`` leave in the order of their ids.
    ``scope`` is within what the platform's ids are unique: the source's slug, "" for mail.
    ``status_at`` is when the status became what it is; ``error_code`` names the reason of a
    failure for the page, ``last_error`` tells it in the platform's own words.
    """

    kind = models.CharField(max_length=20)
    scope = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=320)
    subject = models.CharField(max_length=500, blank=True)
    body = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    payload = models.JSONField(default=dict)
    ref = models.CharField(max_length=40, blank=True)
    dedupe_key = models.CharField(max_length=120, unique=True)
    conversation = models.CharField(max_length=120, blank=True)
    automatic = models.BooleanField(default=False)
    status = models.CharField(
        max_length=10, choices=OutgoingStatus.choices, default=OutgoingStatus.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    error_code = models.CharField(max_length=40, blank=True)
    last_error = models.TextField(blank=True)
    external_id = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    status_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["next_attempt_at"],
                name="outgoing_due",
                condition=models.Q(status__in=["queued", "sending"]),
            ),
            models.Index(
                fields=["conversation", "id"],
                name="outgoing_conversation",
                condition=models.Q(status__in=["queued", "sending"]),
            ),
            models.Index(fields=["ref"], name="outgoing_ref"),
            models.Index(
                fields=["created_at", "address"],
                name="outgoing_automatic_by_time",
                condition=models.Q(automatic=True),
            ),
            models.Index(
                fields=["scope", "external_id"],
                name="outgoing_by_external",
                condition=~models.Q(external_id=""),
            ),
            models.Index(
                fields=["scope", "address"],
                name="outgoing_by_address",
                condition=models.Q(status__in=["sent", "delivered"]) & ~models.Q(scope=""),
            ),
            models.Index(fields=["scope", "status_at"], name="outgoing_by_scope_and_time"),
        )

    def __str__(self) -> str:
        return f"{self.kind} to {self.address} ({self.status})"


class HeldReceipt(models.Model):
    """What a platform said of a message that we do not know yet.

    Without ``external_id`` it is a watermark: all that went to ``address`` by the time ``at``.
    """

    scope = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=255, blank=True)
    address = models.CharField(max_length=320, blank=True)
    state = models.CharField(max_length=10)
    at = models.DateTimeField()
    code = models.CharField(max_length=40, blank=True)
    why = models.TextField(blank=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["scope", "external_id", "address", "state"], name="receipt_is_held_once"
            ),
        )
        indexes = (models.Index(fields=["received_at"], name="receipt_by_age"),)

    def __str__(self) -> str:
        return f"{self.external_id or self.address} is {self.state}"


class AccessToken(models.Model):
    """A token that a platform gives for a time, shared by all workers.

    ``renew_at`` is when the next one should be asked for, a while before ``good_until``. Whoever
    holds ``fetching_until`` is asking; ``version`` counts the tokens.
    """

    name = models.CharField(max_length=120, unique=True)
    value = SecretField(blank=True, default="")
    refresh = SecretField(blank=True, default="")
    good_until = models.DateTimeField(default=LONG_AGO)
    renew_at = models.DateTimeField(default=LONG_AGO)
    renewed_at = models.DateTimeField(null=True, blank=True)
    fetching_until = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"token of {self.name}"
