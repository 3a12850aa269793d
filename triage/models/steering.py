"""What supervisors decide about triage."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.models import User

DEFAULT_ALLOWED_ERROR = 0.05


class Steering(models.Model):
    """The one row of what supervisors set; without it the defaults hold."""

    allowed_error = models.FloatField(
        default=DEFAULT_ALLOWED_ERROR,
        validators=[MinValueValidator(0.005), MaxValueValidator(0.3)],
    )
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)

    def __str__(self) -> str:
        return f"allowed error {self.allowed_error:.3f}"


class TrustedLabeller(models.Model):
    """Somebody whose labels count although they look odd, because a supervisor looked at them."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="+")
    trusted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    trusted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"labels of {self.user_id} count"
