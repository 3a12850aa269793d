"""Who complains, how they are recognised, and what they bought."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Customer(models.Model):
    """A person, known by identities over all channels."""

    name = models.CharField(max_length=200, blank=True)
    vip = models.BooleanField(default=False)
    language = models.CharField(max_length=8, blank=True)
    followers = models.PositiveIntegerField(default=0)
    no_surveys = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name or str(_("Unknown customer"))


class IdentityKind(models.TextChoices):
    """What an identity is."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    EXTERNAL = "external", _("Platform id")


class Identity(models.Model):
    """An exact key by which a channel names a person.

    ``namespace`` keeps the ids of one platform apart from another's; it is "" for e-mail and
    phone. ``verified`` says that a channel vouched for it, not only that somebody typed it.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=8, choices=IdentityKind.choices)
    namespace = models.CharField(max_length=60, blank=True)
    value = models.CharField(max_length=320)
    verified = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "namespace", "value"], name="identity_names_one_customer"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


class Order(models.Model):
    """What is known of an order; filled from sources, never shown to strangers.

    ``state`` and ``traits`` (custom-made, perishable and so on) are words of tickets/records.py.
    """

    number = models.CharField(max_length=64, unique=True)
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="orders"
    )
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    placed_at = models.DateTimeField(null=True, blank=True)
    product_name = models.CharField(max_length=200, blank=True)
    sku = models.CharField(max_length=64, blank=True)
    carrier = models.CharField(max_length=80, blank=True)
    tracking_no = models.CharField(max_length=80, blank=True)
    promised_date = models.DateTimeField(null=True, blank=True)
    new_eta = models.DateTimeField(null=True, blank=True)
    last_scan = models.CharField(max_length=200, blank=True)
    last_scan_time = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    traits = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.number
