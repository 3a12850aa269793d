"""Reads about imports: a look at what rows would become, and what they became."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO, cast

from django.db.models import Count

from accounts.models import User
from accounts.permissions import Permission, can
from common.errors import NotFound
from intake.imports import Layout, Mapped, Options, TableProblem, map_row, read_rows
from intake.imports.values import guess_day_first
from intake.imports.words import row_problem
from intake.models import (
    DeliveryStatus,
    FileImport,
    ImportRow,
    RowFate,
    Source,
    SourceKind,
)
from intake.models.imports import IGNORED
from tickets.models import Message, Ticket

SHOWN_ROWS = 20
SHOWN_IMPORTS = 50
SAMPLE_ROWS = 200


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row as it would become a message."""

    number: int
    mapped: Mapped
    problems: Sequence[str]
    written_at: datetime | None
    subject: str
    text: str
    buyer: str
    order: str
    rating: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What the rows of an import became."""

    new: int = 0
    there: int = 0
    ignored: int = 0
    failed: int = 0
    unreadable: int = 0
    waiting: int = 0
    tickets: int = 0
    by_fate: dict[str, int] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """How many rows have a fate."""
        return self.new + self.there + self.ignored + self.failed


def get_import(import_id: int) -> FileImport:
    """Return one import. Raises NotFound."""
    rows = FileImport.objects.select_related("source", "created_by", "undone_by")
    found = rows.filter(pk=import_id).first()
    if found is None:
        raise NotFound
    return found


def list_imports() -> Sequence[FileImport]:
    """Return the latest imports, newest first."""
    return list(
        FileImport.objects.select_related("source", "created_by").order_by("-pk")[:SHOWN_IMPORTS]
    )


def list_marketplaces() -> Sequence[Source]:
    """Return the sources that files can be imported for."""
    return list(Source.objects.filter(kind=SourceKind.MARKETPLACE).order_by("name", "pk"))


def may_see_words(user: User, file_import: FileImport) -> bool:
    """Tell whether the person may read the customers' words in a file: their own file, or any."""
    return file_import.created_by_id == user.pk or can(user, Permission.READ_ALL_TICKETS)


def sample_of(file_import: FileImport, layout: Layout) -> list[tuple[int, list[str]]]:
    """Return the first rows of a file that was not started yet. Raises TableProblem."""
    try:
        with file_import.file.open("rb") as file:
            return list(islice(read_rows(cast(BinaryIO, file), layout), SAMPLE_ROWS))
    except (FileNotFoundError, ValueError):
        raise TableProblem("no_file") from None


def preview(
    sample: Sequence[tuple[int, list[str]]],
    mapping: Mapping[str, int],
    options: Options,
    now: datetime,
) -> list[PreviewRow]:
    """Return what the first rows would become."""
    shown = []
    for number, cells in sample[:SHOWN_ROWS]:
        shown.append(_shown(number, map_row(cells, mapping, options, now)))
    return shown


def _shown(number: int, mapped: Mapped) -> PreviewRow:
    message = mapped.message
    written_at = message.get("written_at", "")
    return PreviewRow(
        number,
        mapped,
        [row_problem(problem) for problem in mapped.problems],
        datetime.fromisoformat(written_at) if written_at else None,
        subject=message.get("subject", ""),
        text=message.get("text", ""),
        buyer=message.get("buyer_name", ""),
        order=message.get("order", {}).get("number", ""),
        rating=message.get("rating"),
    )


def is_day_first(sample: Sequence[tuple[int, list[str]]], column: int | None) -> bool | None:
    """Tell what 03/04/2026 means in the column of times, None where it does not say."""
    if column is None:
        return None
    return guess_day_first([cells[column] for _, cells in sample if column < len(cells)])


def figures(file_import: FileImport) -> Figures:
    """Count what the rows became; the parts add up."""
    rows = ImportRow.objects.filter(file_import=file_import).order_by()
    by_fate = dict(rows.values_list("fate").annotate(Count("id")))
    new = rows.filter(fate=RowFate.NEW)
    states: dict[str | None, int] = dict(new.values_list("delivery__status").annotate(Count("id")))
    return Figures(
        new=by_fate.get(RowFate.NEW, 0),
        there=by_fate.get(RowFate.THERE, 0),
        ignored=sum(by_fate.get(fate, 0) for fate in IGNORED),
        failed=by_fate.get(RowFate.FAILED, 0),
        unreadable=states.get(DeliveryStatus.DEAD, 0),
        waiting=states.get(DeliveryStatus.RECEIVED, 0),
        tickets=_ticket_count(file_import),
        by_fate=by_fate,
    )


def _ticket_count(file_import: FileImport) -> int:
    keys = ImportRow.objects.filter(file_import=file_import, fate=RowFate.NEW).values(
        "delivery__external_id"
    )
    messages = Message.objects.filter(
        source=file_import.source.slug, direction="in", external_id__in=keys
    )
    return Ticket.objects.filter(pk__in=messages.values("ticket_id")).count()


def failed_rows(file_import: FileImport) -> Iterator[Sequence[str]]:
    """Yield the rows that failed as they came, below the names of the columns, with why."""
    columns = list(file_import.layout["columns"])
    yield [*columns, "row", "why"]
    rows = ImportRow.objects.filter(file_import=file_import, fate=RowFate.FAILED)
    for row in rows.order_by("number").iterator(chunk_size=1000):
        cells = list(row.cells or [])
        cells += [""] * (len(columns) - len(cells))
        why = " ".join(row_problem(problem) for problem in row.problems)
        yield [*cells[: len(columns)], str(row.number), why]


def first_failures(file_import: FileImport, *, limit: int = 10) -> list[dict[str, Any]]:
    """Return the first rows that failed, with why in words."""
    rows = ImportRow.objects.filter(file_import=file_import, fate=RowFate.FAILED)
    return [
        {"number": row.number, "why": [row_problem(problem) for problem in row.problems]}
        for row in rows.order_by("number")[:limit]
    ]
