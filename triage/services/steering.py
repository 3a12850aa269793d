"""What supervisors decide: the allowed error, and whose odd labels count all the same."""

from datetime import datetime
from math import isfinite

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, require
from triage.errors import ErrorOutOfRange, OwnLabels
from triage.models import Steering, TrustedLabeller


@transaction.atomic
def set_allowed_error(*, share: float, by: User, now: datetime) -> Steering:
    """Set the share of mistakes allowed among what is filed alone. Raises ErrorOutOfRange.

    Every worker reads it within seconds and moves its thresholds on the measured curve.
    """
    require(by, Permission.PROMOTE_MODEL)
    if not isfinite(share):
        # Comparisons with "not a number" are false, so no validator would refuse it.
        raise ErrorOutOfRange
    steering = Steering(pk=1, allowed_error=share, changed_at=now, changed_by=by)
    try:
        steering.clean_fields()
    except ValidationError as error:
        raise ErrorOutOfRange from error
    Steering.objects.update_or_create(
        pk=1, defaults={"allowed_error": share, "changed_at": now, "changed_by": by}
    )
    return steering


@transaction.atomic
def trust_labeller(*, user_id: int, by: User, now: datetime) -> None:
    """Let the labels of somebody count although they look odd. Raises OwnLabels."""
    require(by, Permission.PROMOTE_MODEL)
    if user_id == by.pk:
        raise OwnLabels
    TrustedLabeller.objects.update_or_create(
        user_id=user_id, defaults={"trusted_by": by, "trusted_at": now}
    )


@transaction.atomic
def doubt_labeller(*, user_id: int, by: User) -> None:
    """Take the trust back."""
    require(by, Permission.PROMOTE_MODEL)
    TrustedLabeller.objects.filter(user_id=user_id).delete()
