"""What a person does to a source: set it up, switch it on and off, change a secret, remove it."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from django.db import transaction
from django.db.models import ProtectedError

from accounts.models import User
from accounts.permissions import Permission, require
from intake import signals
from intake.channels.fields import SECRET_BYTES, Setup, read_secrets, store_secrets
from intake.channels.setups import setup_of
from intake.errors import SourceInUse, UnknownSource
from intake.models import DeliveryStatus, RawDelivery, Source
from intake.services.alerts import clear_alert
from intake.services.sources import create_source

log = structlog.get_logger(__name__)


@transaction.atomic
def set_up_source(
    *,
    setup: Setup,
    name: str,
    options: Mapping[str, Any],
    given: Mapping[str, str],
    by: User,
    source_id: int | None = None,
) -> Source:
    """Make a source or change it. Secrets that are not given stay; those that are ours are made.

    Settings that the form does not show stay as they are; one that was emptied goes.
    """
    require(by, Permission.MANAGE_CHANNELS)
    source = _locked(source_id) if source_id else None
    stored = read_secrets(source.secret, setup) if source else {}
    kept = stored | {key: value for key, value in given.items() if value}
    for field in setup.fields:
        if field.secret and field.ours and not kept.get(field.name):
            kept[field.name] = secrets.token_hex(SECRET_BYTES // 2)
    secret = store_secrets(kept, setup)
    chosen = {key: value for key, value in options.items() if value not in ("", None)}
    if source is None:
        source = create_source(kind=setup.kind, name=name, options=chosen, secret=secret)
        log.info("source_made", source=source.slug, by=by.pk)
        return source
    hidden = {key: value for key, value in source.settings.items() if key not in options}
    source.name, source.settings, source.secret = name, hidden | chosen, secret
    source.save(update_fields=["name", "settings", "secret"])
    log.info("source_changed", source=source.slug, by=by.pk)
    return source


@transaction.atomic
def rotate_secret(*, source_id: int, name: str, by: User) -> str:
    """Make a new secret of ours in place of the old one and return it; it is shown once."""
    require(by, Permission.MANAGE_CHANNELS)
    source = _locked(source_id)
    setup = setup_of(source.kind, source.settings)
    field = setup.field(name)
    if field is None or not field.secret or not field.ours:
        raise UnknownSource
    fresh = secrets.token_hex(SECRET_BYTES // 2)
    source.secret = store_secrets(read_secrets(source.secret, setup) | {name: fresh}, setup)
    source.save(update_fields=["secret"])
    log.info("source_secret_changed", source=source.slug, by=by.pk)
    return fresh


@transaction.atomic
def switch_source(*, source_id: int, on: bool, by: User, now: datetime) -> Source:
    """Switch a source on or off. What came while it was off is read as soon as it is on."""
    require(by, Permission.MANAGE_CHANNELS)
    source = _locked(source_id)
    if source.is_enabled == on:
        return source
    source.is_enabled = on
    source.save(update_fields=["is_enabled"])
    log.info("source_switched", source=source.slug, on=on, by=by.pk)
    if on:
        held = RawDelivery.objects.filter(source=source, status=DeliveryStatus.RECEIVED)
        held.update(next_attempt_at=now)
        first = held.order_by("pk").values_list("pk", flat=True).first()
        if first is not None:
            # One wakes the worker; the sweep takes the rest.
            wake = partial(signals.delivery_stored.send_robust, sender=RawDelivery)
            transaction.on_commit(partial(wake, delivery_id=first), robust=True)
    return source


@transaction.atomic
def delete_source(*, source_id: int, by: User) -> None:
    """Remove a source that nothing ever came from. Raises SourceInUse."""
    require(by, Permission.MANAGE_CHANNELS)
    source = _locked(source_id)
    if RawDelivery.objects.filter(source=source).exists():
        raise SourceInUse
    try:
        source.delete()
    except ProtectedError as error:
        # A file that was uploaded for it, for example.
        raise SourceInUse from error
    log.info("source_removed", source=source.slug, by=by.pk)


def confirm_alert(*, source_id: int, by: User) -> None:
    """Say that the refusals of a source have been seen."""
    log.info("alert_confirmed", source=source_id, by=by.pk)
    clear_alert(source_id=source_id)


def _locked(source_id: int) -> Source:
    source = Source.objects.select_for_update().filter(pk=source_id).first()
    if source is None:
        raise UnknownSource
    return source
