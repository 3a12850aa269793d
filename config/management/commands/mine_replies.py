"""``manage.py mine_replies``: propose replies from what was answered already."""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common import clock
from intake.imports.problems import TableProblem
from intake.imports.tables import detect, read_rows
from knowledgebase.mining.files import (
    Skipped,
    answers_of,
    columns_of,
    rows_of_lines,
    spoken_categories,
)
from knowledgebase.services.mining import WINDOW, mine_answers, mine_pool
from tickets.taxonomy import SUBS, sub_label

_LINES = {".jsonl", ".ndjson"}


class Command(BaseCommand):
    """Reads solved tickets, of the pool or of a file, and leaves proposals for review."""

    help = (
        "Propose replies and scenarios from solved tickets: those of the pool, or a file (CSV, "
        "XLSX or JSON lines) with columns such as question, answer, sub-category, language, score."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("--since", help="Read what was solved from this day on (2026-11-01).")
        parser.add_argument("--import", dest="file", help="Read this file instead of the pool.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Mine, saying after each part what was read."""
        now, skipped = clock.now(), Skipped()
        if options["file"]:
            path = Path(options["file"])
            answers = answers_of(_rows(path, skipped), _categories(), skipped)
            try:
                report = mine_answers(answers=answers, origin=path.name, now=now, note=self._say)
            except TableProblem as problem:
                raise CommandError(f"{path.name} cannot be read: {problem.code}") from problem
        else:
            since = _day(options["since"]) if options["since"] else now - WINDOW
            report = mine_pool(since=since, now=now, note=self._say)
        if skipped.rows:
            self.stdout.write(f"{skipped.rows} rows without an answer left out")
        self.stdout.write(
            f"{report.texts} texts read: {report.proposed} replies proposed, {report.renewed} "
            f"brought up to date, {report.gaps} missing scenarios proposed"
        )

    def _say(self, category: str, language: str, count: int) -> None:
        self.stdout.write(f"{category or 'without a fitting reply'} ({language}): {count} texts")


def _day(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as error:
        raise CommandError(f"{text} is no day such as 2026-11-01") from error


def _categories() -> dict[str, str]:
    return spoken_categories((slug, sub_label(slug, "en"), sub_label(slug, "zh")) for slug in SUBS)


def _rows(path: Path, skipped: Skipped) -> Iterator[dict[str, str]]:
    if not path.is_file():
        raise CommandError(f"There is no file {path.name}")
    if path.suffix.lower() in _LINES:
        with path.open(encoding="utf-8", errors="replace") as lines:
            yield from rows_of_lines(lines, skipped)
        return
    with path.open("rb") as file:
        layout = detect(file)
        if "answer" not in columns_of(layout.columns):
            raise CommandError(f"{path.name} has no column named answer (or 回复)")
        for _number, cells in read_rows(file, layout):
            yield dict(zip(layout.columns, cells, strict=False))
