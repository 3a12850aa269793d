"""Refusals that lose mail for good: seen on every page, and mailed at most once an hour."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Role
from intake import reasons
from intake.models import Source
from outbox import services as outbox

MAIL_EVERY = timedelta(hours=1)
TOLD = (Role.SUPERVISOR, Role.ADMIN)


@transaction.atomic
def raise_alert(*, source_id: int, now: datetime) -> None:
    """Let a source's alert stand, and mail it unless that was done within the hour."""
    Source.objects.filter(pk=source_id).update(
        alert_since=Coalesce(F("alert_since"), now), alert_count=F("alert_count") + 1
    )
    rows = Source.objects.filter(pk=source_id)
    # Whoever changes the row sends the mails; two at once cannot both do so.
    is_due = rows.filter(alert_mailed_at=None) | rows.filter(alert_mailed_at__lte=now - MAIL_EVERY)
    if is_due.update(alert_mailed_at=now):
        _mail(Source.objects.get(pk=source_id), now)


def clear_alert(*, source_id: int) -> None:
    """End a source's alert: something was accepted, or a person has seen it."""
    Source.objects.filter(pk=source_id).update(alert_since=None, alert_count=0)


def _mail(source: Source, now: datetime) -> None:
    people = User.objects.filter(role__in=TOLD, is_active=True).exclude(email="")
    for person in people.order_by("pk"):
        with translation.override(person.language):
            outbox.queue(
                kind="email",
                address=person.email,
                subject=_("Refused: deliveries of “%(name)s” are being lost")
                % {"name": source.name},
                body=_body(source),
                automatic=True,
                dedupe_key=f"alert {source.pk} {now:%Y%m%d%H%M%S} {person.pk}",
                now=now,
            )


def _body(source: Source) -> str:
    page = reverse("intake:source", args=[source.slug])
    return _(
        "A delivery of “%(name)s” was refused, and this platform does not send it again.\n\n"
        "%(why)s\n\n"
        "Look at the source, compare its secret with the platform's, and send a test:\n%(url)s\n"
    ) % {
        "name": source.name,
        "why": reasons.say_refusal(source.last_refusal),
        "url": f"{settings.REDRESS_PUBLIC_URL.rstrip('/')}{page}",
    }
