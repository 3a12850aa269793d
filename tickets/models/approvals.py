"""Remedies above somebody's limit that wait for, or have, another person's word."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import Ticket


class ApprovalState(models.TextChoices):
    """Where a request stands. ``used`` ones were spent when the ticket was resolved."""

    WAITING = "waiting", _("Waiting")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    USED = "used", _("Given")


class Approval(models.Model):
    """Somebody asks for a remedy that their own limit does not reach; another person decides.

    Amounts beyond every role's limit need two: ``first_by`` is the first of them.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="approvals")
    remedy = models.CharField(max_length=8)
    amount = models.DecimalField(max_digits=10, decimal_places=2, validators=[MinValueValidator(0)])
    reason = models.CharField(max_length=500)
    state = models.CharField(
        max_length=10, choices=ApprovalState.choices, default=ApprovalState.WAITING
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="approvals_asked"
    )
    requested_at = models.DateTimeField()
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(state="waiting"),
                name="one_waiting_approval_per_ticket",
            )
        ]

    def __str__(self) -> str:
        return f"{self.remedy} {self.amount} ({self.state})"
