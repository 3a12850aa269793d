"""Import a marketplace's file: planned by a person, read by a worker, each row once."""

import hashlib
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, BinaryIO, cast

import structlog
from django.core.files import File
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from common import clock
from common.queueing import without_waking
from common.text import storable
from intake import signals
from intake.errors import ImportRunning
from intake.imports import (
    Layout,
    Mapped,
    Options,
    Outcome,
    TableProblem,
    detect,
    map_row,
    read_rows,
)
from intake.imports.headers import normal
from intake.imports.tables import LARGEST_FILE, to_csv
from intake.models import (
    FileImport,
    ImportRow,
    ImportState,
    RawDelivery,
    RowFate,
    SavedMapping,
    Source,
)
from intake.services.accepting import store
from intake.services.filing import process_delivery
from tickets.services.attachments import safe_name

log = structlog.get_logger(__name__)

BATCH = 50
LEASE = timedelta(minutes=2)
# A large workbook takes minutes to become CSV; nobody else shall begin the same meanwhile.
PREPARE_LEASE = timedelta(minutes=15)
TURN_SECONDS = 20.0
_FATES = {
    Outcome.PRAISE: RowFate.PRAISE,
    Outcome.UNWANTED: RowFate.UNWANTED,
    Outcome.FAILED: RowFate.FAILED,
}


def layout_of(file_import: FileImport) -> Layout:
    """Return how the file of an import is read."""
    kept = file_import.layout
    return Layout(**(kept | {"columns": tuple(kept["columns"])}))


def options_of(kept: Mapping[str, Any]) -> Options:
    """Return options as they were stored; unknown ones are left out."""
    known = Options.__dataclass_fields__
    return Options(**{name: value for name, value in kept.items() if name in known})


def columns_digest(columns: Sequence[str]) -> str:
    """Return what tells files of the same shape."""
    return hashlib.sha256("\x1f".join(map(normal, columns)).encode()).hexdigest()


def upload(*, source: Source, name: str, file: BinaryIO, by: User, now: datetime) -> FileImport:
    """Keep a file and find out how it is read. Raises TableProblem for what is no table."""
    file.seek(0)
    digest = hashlib.sha256()
    size = 0
    while chunk := file.read(1 << 20):
        digest.update(chunk)
        size += len(chunk)
        if size > LARGEST_FILE:
            raise TableProblem("too_large")
    layout = detect(file)
    file.seek(0)
    return FileImport.objects.create(
        source=source,
        file=File(file, name="upload"),
        name=safe_name(storable(name)),
        size=size,
        sha256=digest.hexdigest(),
        layout=asdict(layout) | {"columns": [storable(column) for column in layout.columns]},
        created_by=by,
        created_at=now,
    )


@transaction.atomic
def begin(
    *, import_id: int, mapping: Mapping[str, int], options: Options, now: datetime
) -> FileImport:
    """Start reading with this mapping, and remember it. Raises ImportRunning when it has begun."""
    file_import = FileImport.objects.select_for_update().get(pk=import_id)
    if file_import.state != ImportState.DRAFT:
        raise ImportRunning
    file_import.mapping, file_import.options = dict(mapping), asdict(options)
    file_import.state, file_import.started_at = ImportState.RUNNING, now
    file_import.save(update_fields=["mapping", "options", "state", "started_at"])
    SavedMapping.objects.update_or_create(
        source=file_import.source,
        columns_digest=columns_digest(file_import.layout["columns"]),
        defaults={"mapping": dict(mapping), "options": asdict(options), "saved_at": now},
    )
    _wake(import_id)
    return file_import


def _wake(import_id: int) -> None:
    announced = partial(signals.import_due.send_robust, sender=FileImport, import_id=import_id)
    transaction.on_commit(announced, robust=True)


@transaction.atomic
def discard(*, import_id: int) -> None:
    """Throw away a file that was not started. Raises ImportRunning."""
    file_import = FileImport.objects.select_for_update().get(pk=import_id)
    if file_import.state != ImportState.DRAFT:
        raise ImportRunning
    _remove_file(file_import)
    file_import.delete()


@transaction.atomic
def resume(*, import_id: int) -> None:
    """Go on with an import that stopped. Raises ImportRunning."""
    count = FileImport.objects.filter(pk=import_id, state=ImportState.STOPPED).update(
        state=ImportState.RUNNING, problem="", problem_row=0, lease_until=None, finished_at=None
    )
    if not count:
        raise ImportRunning
    _wake(import_id)


def due_imports(*, now: datetime) -> Sequence[int]:
    """Return the imports that nobody works on and that are not at their end."""
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    rows = FileImport.objects.filter(free, state__in=[ImportState.RUNNING, ImportState.UNDOING])
    return list(rows.order_by("pk").values_list("pk", flat=True)[:20])


def claim(*, import_id: int, state: ImportState, now: datetime) -> FileImport | None:
    """Hold an import in this state for a while; None while another worker does."""
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    if not FileImport.objects.filter(free, pk=import_id, state=state).update(
        lease_until=now + LEASE
    ):
        return None
    return FileImport.objects.select_related("source").get(pk=import_id)


def release(*, import_id: int) -> None:
    """Let others go on."""
    FileImport.objects.filter(pk=import_id).update(lease_until=None)


def read_on(*, import_id: int, seconds: float = TURN_SECONDS) -> bool:
    """Read rows for one turn; return whether there are more.

    A batch of rows is written down in one transaction with how far it got, so a worker that dies
    loses nothing and doubles nothing; what it stored and did not file is taken by the sweep.
    """
    file_import = claim(import_id=import_id, state=ImportState.RUNNING, now=clock.now())
    if file_import is None:
        return False
    try:
        return _read_on(file_import, time.monotonic() + seconds)
    except TableProblem as problem:
        _stop(file_import, problem.code, problem.row)
    except FileNotFoundError:
        _stop(file_import, "no_file", 0)
    finally:
        release(import_id=import_id)
    return False


def _read_on(file_import: FileImport, ends_at: float) -> bool:
    if file_import.total is None:
        _prepare(file_import)
    layout = layout_of(file_import)
    with file_import.file.open("rb") as file:
        rows = read_rows(cast(BinaryIO, file), layout, after=file_import.position)
        while batch := list(islice(rows, BATCH)):
            now = clock.now()
            for delivery_id in _take(file_import, batch, now):
                with without_waking():
                    process_delivery(delivery_id=delivery_id, now=clock.now())
            if time.monotonic() > ends_at:
                return True
    _finish(file_import)
    return False


def _prepare(file_import: FileImport) -> None:
    """Count the rows; a workbook becomes CSV, which can be read on from the middle."""
    FileImport.objects.filter(pk=file_import.pk).update(lease_until=clock.now() + PREPARE_LEASE)
    layout = layout_of(file_import)
    with tempfile.TemporaryFile() as target, file_import.file.open("rb") as file:
        layout, total = to_csv(cast(BinaryIO, file), layout, target)
        target.seek(0)
        old = str(file_import.file.name)
        file_import.file.save("rows", File(target), save=False)
    file_import.layout, file_import.total = asdict(layout), total
    file_import.save(update_fields=["file", "layout", "total"])
    file_import.file.storage.delete(old)


def _take(
    file_import: FileImport, batch: Sequence[tuple[int, list[str]]], now: datetime
) -> list[int]:
    """Store a batch of rows and how far it got; return the deliveries that are new."""
    options = options_of(file_import.options)
    mapped = [
        (number, cells, map_row(cells, file_import.mapping, options, now))
        for number, cells in batch
    ]
    with without_waking(), transaction.atomic():
        locked = FileImport.objects.select_for_update().get(pk=file_import.pk)
        if locked.state != ImportState.RUNNING or locked.position >= batch[-1][0]:
            return []
        known = _known(locked.source, [one.key for _, _, one in mapped if one.key])
        rows = [
            _row(locked, number, cells, one, known, options, now)
            for number, cells, one in mapped
            if number > locked.position
        ]
        ImportRow.objects.bulk_create(rows)
        locked.position = file_import.position = batch[-1][0]
        locked.lease_until = now + LEASE
        locked.save(update_fields=["position", "lease_until"])
    return [row.delivery_id for row in rows if row.fate == RowFate.NEW and row.delivery_id]


def _known(source: Source, keys: Sequence[str]) -> dict[str, int]:
    rows = RawDelivery.objects.filter(source=source, external_id__in=keys)
    return dict(rows.values_list("external_id", "pk"))


def _row(
    file_import: FileImport,
    number: int,
    cells: list[str],
    mapped: Mapped,
    known: dict[str, int],
    options: Options,
    now: datetime,
) -> ImportRow:
    if mapped.outcome != Outcome.MESSAGE:
        failed = mapped.outcome == Outcome.FAILED
        return ImportRow(
            file_import=file_import,
            number=number,
            fate=_FATES[mapped.outcome],
            cells=[storable(cell) for cell in cells] if failed else None,
            problems=[asdict(problem) for problem in mapped.problems],
        )
    if mapped.key in known:
        fate, delivery_id = RowFate.THERE, known[mapped.key]
    else:
        accepted = store(
            source=file_import.source,
            body=_body(file_import, number, cells, mapped, options),
            external_id=mapped.key,
            verified=f"row {number} of import {file_import.pk}",
            now=now,
        )
        delivery_id = known[mapped.key] = accepted.delivery_id
        fate = RowFate.THERE if accepted.duplicate else RowFate.NEW
    return ImportRow(file_import=file_import, number=number, fate=fate, delivery_id=delivery_id)


def _body(
    file_import: FileImport, number: int, cells: list[str], mapped: Mapped, options: Options
) -> bytes:
    """Return the row as it came and as it was understood."""
    columns = file_import.layout["columns"]
    named = [
        [columns[index] if index < len(columns) else "", storable(cell)]
        for index, cell in enumerate(cells)
        if cell
    ]
    value = {
        "message": mapped.message,
        "history": mapped.is_history,
        "from_today": not options.old_is_history,
        "import": file_import.pk,
        "row": number,
        "cells": named,
    }
    return json.dumps(value, ensure_ascii=False).encode()


def _finish(file_import: FileImport) -> None:
    FileImport.objects.filter(pk=file_import.pk, state=ImportState.RUNNING).update(
        state=ImportState.DONE, finished_at=clock.now()
    )
    # Each row that came is kept with its delivery, each that failed with its fate.
    _remove_file(file_import)


def _remove_file(file_import: FileImport) -> None:
    if file_import.file:
        name, storage = str(file_import.file.name), file_import.file.storage
        transaction.on_commit(partial(storage.delete, name))
    FileImport.objects.filter(pk=file_import.pk).update(file="")


def _stop(file_import: FileImport, code: str, row: int) -> None:
    log.warning("import_stopped", file_import=file_import.pk, problem=code, row=row)
    FileImport.objects.filter(pk=file_import.pk, state=ImportState.RUNNING).update(
        state=ImportState.STOPPED, problem=code, problem_row=row, finished_at=clock.now()
    )
