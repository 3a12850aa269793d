"""Old artefacts are removed by night: a model weighs 40 MB, and one is trained every night.

What may still be needed stays: the version in use, the last ones that were in use, the newest
shadow, and whatever is young or was read with lately. Of the others only the row with its figures
stays, which readings and replays name.
"""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F

from triage.models import ModelArtefact, ModelVersion, Prediction, Replay, ReplayState, VersionState

log = structlog.get_logger(__name__)

# As many that were in use can be gone back to.
KEPT_FOR_ROLL_BACK = 10
_WAITING = (VersionState.SHADOW, VersionState.CHALLENGER)


def remove_old_files(*, now: datetime) -> int:
    """Remove the files that nothing needs any more; return how many. Safe at any time, and twice.

    Each goes in a transaction of its own, so that whatever ends this leaves nothing half done.
    """
    days = settings.REDRESS_MODEL_FILE_DAYS
    if days <= 0:
        return 0
    since = now - timedelta(days=days)
    old = ModelVersion.objects.filter(file_removed_at=None, created_at__lt=since)
    ids = list(old.order_by("number").values_list("pk", flat=True))
    return sum(_remove(version_id, since, now) for version_id in ids)


@transaction.atomic
def _remove(version_id: int, since: datetime, now: datetime) -> bool:
    # Whoever promotes holds this lock; what is being promoted is left for another night.
    rows = ModelVersion.objects.select_for_update(skip_locked=True)
    version = rows.filter(pk=version_id, file_removed_at=None).first()
    if version is None or _is_needed(version, since):
        return False
    ModelArtefact.objects.filter(version=version).delete()
    version.file_removed_at = now
    version.save(update_fields=["file_removed_at"])
    log.info("model_file_removed", version=version.number, bytes=version.size)
    return True


def _is_needed(version: ModelVersion, since: datetime) -> bool:
    return (
        version.state == VersionState.CHAMPION
        or version.pk in _to_go_back_to()
        or version.pk == _newest_shadow()
        or _was_used(version, since)
    )


def _to_go_back_to() -> list[int]:
    used = ModelVersion.objects.filter(promoted_at__isnull=False).exclude(
        state=VersionState.CHAMPION
    )
    newest = used.order_by(F("promoted_at").desc(), "-number")
    return list(newest.values_list("pk", flat=True)[:KEPT_FOR_ROLL_BACK])


def _newest_shadow() -> int | None:
    waiting = ModelVersion.objects.filter(state__in=_WAITING).order_by("-number")
    return waiting.values_list("pk", flat=True).first()


def _was_used(version: ModelVersion, since: datetime) -> bool:
    replays = Replay.objects.filter(model=version)
    return (
        replays.filter(state=ReplayState.RUNNING).exists()
        or replays.filter(created_at__gte=since).exists()
        or Prediction.objects.filter(model=version, created_at__gte=since).exists()
    )
