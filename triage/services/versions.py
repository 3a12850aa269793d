"""Store trained models and decide which one is in use."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, require
from triage.errors import FileRemoved, NoSuchVersion
from triage.models import ModelArtefact, ModelVersion, VersionState


@transaction.atomic
def add_version(
    *,
    artefact: bytes,
    digest: str,
    figures: Mapping[str, Any],
    settings: Mapping[str, Any],
    data_fingerprint: str,
    state: VersionState,
    now: datetime,
) -> ModelVersion:
    """Store a trained model under the next number."""
    latest = ModelVersion.objects.select_for_update().order_by("-number").first()
    version = ModelVersion.objects.create(
        number=latest.number + 1 if latest else 1,
        state=VersionState.SHADOW if state == VersionState.CHAMPION else state,
        digest=digest,
        size=len(artefact),
        figures=dict(figures),
        settings=dict(settings),
        data_fingerprint=data_fingerprint,
        created_at=now,
    )
    ModelArtefact.objects.create(version=version, content=artefact)
    if state == VersionState.CHAMPION:
        _make_champion(version, None, now)
    return version


@transaction.atomic
def promote(*, number: int, by: User, now: datetime) -> ModelVersion:
    """Put a version into use; the one before is kept for going back.

    Raises NoSuchVersion, FileRemoved.
    """
    require(by, Permission.PROMOTE_MODEL)
    version = ModelVersion.objects.select_for_update().filter(number=number).first()
    if version is None:
        raise NoSuchVersion(number=number)
    # Read under the lock: the clean-up of old files holds it while it removes one.
    if version.file_removed_at is not None:
        raise FileRemoved(number=number)
    if version.state != VersionState.CHAMPION:
        _make_champion(version, by, now)
    return version


def _make_champion(version: ModelVersion, by: User | None, now: datetime) -> None:
    ModelVersion.objects.filter(state=VersionState.CHAMPION).update(state=VersionState.RETIRED)
    version.state = VersionState.CHAMPION
    version.promoted_at = now
    version.promoted_by = by
    version.save(update_fields=["state", "promoted_at", "promoted_by"])
