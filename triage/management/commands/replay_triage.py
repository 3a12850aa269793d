"""``manage.py replay_triage --model N --since DATE``: what it would have done with past tickets."""

import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from datetime import date, datetime
from datetime import time as clock_time
from math import inf
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from common import clock
from common.errors import DomainError
from triage import queries, services
from triage.management.progress import Progress
from triage.ml.differences import Tally
from triage.ml.keywords import LANGUAGES
from triage.models import Replay, ReplayState

RULES_ALONE = "rules"
NOT_GIVEN = -1
SHOWN = 20


class Command(BaseCommand):
    """Reads past tickets again and counts what would have been done otherwise."""

    help = "Tell what a model or keyword table would have done with past tickets; changes none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument(
            "--model",
            type=_model,
            default=NOT_GIVEN,
            help=f"a version's number, or {RULES_ALONE!r} for rules alone",
        )
        parser.add_argument("--since", type=_moment, help="a day or a time")
        parser.add_argument("--until", type=_moment, help="a day or a time; now if left out")
        parser.add_argument(
            "--rules",
            type=Path,
            action="append",
            default=[],
            help="a keyword table whose name ends in _zh.toml or _en.toml; may be given twice",
        )
        parser.add_argument("--limit", type=int, help="read no more tickets than these")
        running = parser.add_mutually_exclusive_group()
        running.add_argument(
            "--go-on", action="store_true", help="begin none, work on the one that runs"
        )
        running.add_argument(
            "--cancel", action="store_true", help="end the one that runs; what it found stays"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Begin a replay or go on with it, work on it until its end, and say what it found."""
        replay = self._running() if options["go_on"] or options["cancel"] else self._begin(options)
        if options["cancel"]:
            services.cancel_replay(replay_id=replay.pk, by=None, now=clock.now())
        try:
            self._work(replay.pk)
        except KeyboardInterrupt:
            replay.refresh_from_db()
            raise CommandError(_stopped(replay)) from None
        replay.refresh_from_db()
        for line in _said(replay):
            self.stdout.write(line)
        if replay.state == ReplayState.FAILED or (
            replay.state == ReplayState.CANCELLED and not options["cancel"]
        ):
            raise CommandError(f"Replay {replay.pk}: {replay.state}. {replay.problem}")

    def _running(self) -> Replay:
        replay = queries.running_replay()
        if replay is None:
            raise CommandError("No replay is running.")
        return replay

    def _begin(self, options: dict[str, Any]) -> Replay:
        if options["model"] == NOT_GIVEN or options["since"] is None:
            raise CommandError("--model and --since say what to read again.")
        tables = dict(map(_table, options["rules"]))
        now = clock.now()
        try:
            return services.start_replay(
                number=options["model"],
                since=options["since"],
                until=options["until"] or now,
                most=options["limit"],
                keywords=tables,
                keywords_name=", ".join(path.name for path in options["rules"]),
                by=None,
                now=now,
            )
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _work(self, replay_id: int) -> None:
        progress = Progress(self.stdout.write)
        progress.begin(int(queries.get_replay(replay_id).figures.get("tickets", 0)))
        is_waiting = False
        # A worker may have it for a turn meanwhile; then we wait for ours.
        while (replay := queries.get_replay(replay_id)).state == ReplayState.RUNNING:
            if replay.total is None:
                self.stdout.write("Counting the tickets of this span")
            # To the end: a turn for each few seconds would load the model anew each time.
            if not services.replay_on(replay_id=replay_id, seconds=inf, told=progress.at):
                replay.refresh_from_db()
                if replay.state == ReplayState.RUNNING and not is_waiting:
                    self.stdout.write("Another process works on it, or died at it: waiting")
                    is_waiting = True
                time.sleep(0.2)


def _stopped(replay: Replay) -> str:
    done = replay.figures.get("tickets", 0)
    return (
        f"Stopped after {done:,} of {replay.total or 0:,} tickets, which stay counted. Workers go "
        "on with it; so does --go-on here. --cancel ends it."
    )


def _model(value: str) -> int | None:
    if value == RULES_ALONE:
        return None
    if value.isdecimal():
        return int(value)
    raise ArgumentTypeError(f"{value!r} is neither a number nor {RULES_ALONE!r}")


def _moment(value: str) -> datetime:
    try:
        moment = parse_datetime(value)
        day: date | None = None if moment else parse_date(value)
    except ValueError as error:
        raise ArgumentTypeError(f"{value!r}: {error}") from error
    if moment is None and day is not None:
        moment = datetime.combine(day, clock_time())
    if moment is None:
        raise ArgumentTypeError(f"{value!r} is no day such as 2026-11-01")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _table(path: Path) -> tuple[str, str]:
    language = path.stem[-2:].lower()
    if language not in LANGUAGES:
        raise CommandError(f"{path.name}: the name must end in _zh.toml or _en.toml")
    try:
        return language, path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: {error}") from error


def _said(replay: Replay) -> Iterator[str]:
    tally = Tally.of(replay.figures)
    yield f"Replay {replay.pk}: {tally.tickets} tickets read, {tally.differ} differ."
    yield f"Category changed: {tally.moved} (better {tally.better}, worse {tally.worse})"
    yield f"Priority raised: {tally.raised}, lowered: {tally.lowered}"
    yield f"Asked before: {tally.old_asked}, now: {tally.new_asked}"
    yield f"Now asked: {tally.now_asked}, now filed alone: {tally.now_filed}"
    yield f"Flags gained: {_counts(tally.gained)}; lost: {_counts(tally.lost)}"
    if tally.said:
        yield f"Of {tally.said} with a person's word: right {tally.old_right}, {tally.new_right}"
    moves = [(n, old, new) for old, row in tally.moves.items() for new, n in row.items()]
    for count, old, new in sorted(moves, reverse=True)[:SHOWN]:
        yield f"{count:6} {old or '-'} -> {new or '-'}"
    for row in queries.differences(replay).select_related("ticket")[:SHOWN]:
        yield (
            f"{row.ticket.reference} {row.old_category or '-'} -> {row.new_category or '-'} "
            f"P{row.old_priority} -> P{row.new_priority} {row.outcome}"
        )


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {counts[name]}" for name in sorted(counts)) or "none"
