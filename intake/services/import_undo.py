"""Take an import back while nobody has worked on what it brought: all of it, or nothing."""

from datetime import datetime
from functools import partial

import structlog
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Left

from accounts.models import User
from common import clock
from common.errors import DomainError
from intake import signals
from intake.errors import ImportRunning, StillFiling
from intake.models import DeliveryStatus, FileImport, ImportState, RawDelivery, RowFate
from intake.services.imports import claim, release
from tickets import services as tickets

log = structlog.get_logger(__name__)


@transaction.atomic
def ask_undo(*, import_id: int, by: User) -> None:
    """Have a worker take an import back. Raises ImportRunning for one that is not at its end."""
    ended = [ImportState.DONE, ImportState.STOPPED]
    count = FileImport.objects.filter(pk=import_id, state__in=ended).update(
        state=ImportState.UNDOING, refusal="", undone_by=by, lease_until=None
    )
    if not count:
        raise ImportRunning
    announced = partial(signals.import_due.send_robust, sender=FileImport, import_id=import_id)
    transaction.on_commit(announced, robust=True)


def undo(*, import_id: int) -> bool:
    """Take an import back; return whether it was done. A refusal is kept with its reason."""
    file_import = claim(import_id=import_id, state=ImportState.UNDOING, now=clock.now())
    if file_import is None:
        return False
    try:
        _undo(file_import, clock.now())
    except DomainError as refusal:
        FileImport.objects.filter(pk=import_id).update(
            state=ImportState.STOPPED if file_import.problem else ImportState.DONE,
            refusal=str(refusal)[:300],
            undone_by=None,
        )
        return False
    finally:
        release(import_id=import_id)
    log.info("import_undone", file_import=import_id, by=file_import.undone_by_id)
    return True


@transaction.atomic
def _undo(file_import: FileImport, now: datetime) -> None:
    deliveries = RawDelivery.objects.filter(
        importrow__file_import=file_import, importrow__fate=RowFate.NEW
    )
    locked = list(
        RawDelivery.objects.select_for_update()
        .filter(pk__in=deliveries.values("pk"))
        .order_by("pk")
        .values_list("pk", "status", "message_ids")
    )
    if any(status == DeliveryStatus.RECEIVED for _, status, _ in locked):
        raise StillFiling
    message_ids = [pk for _, _, found in locked for pk in found]
    tickets.remove_unworked(message_ids=message_ids)
    # The rows stay in the record of deliveries; their keys are free for another import.
    RawDelivery.objects.filter(pk__in=[pk for pk, _, _ in locked]).update(
        status=DeliveryStatus.IGNORED,
        reason=f"Import {file_import.pk} was taken back.",
        message_ids=[],
        processed_at=now,
        external_id=Left(Concat(Value(f"undone-{file_import.pk}:"), F("external_id")), 320),
    )
    FileImport.objects.filter(pk=file_import.pk).update(
        state=ImportState.UNDONE, finished_at=now, refusal=""
    )
