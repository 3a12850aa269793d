"""Replay past tickets with another model or keyword table. Tickets are only read.

A batch of readings is counted in one transaction with how far the replay got, so a worker that
dies loses nothing and counts nothing twice.
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import User
from accounts.permissions import Permission, require
from common import clock
from tickets import taxonomy
from triage import queries, runtime, signals
from triage.errors import (
    ArtefactBroken,
    BadKeywords,
    FileRemoved,
    NoSuchVersion,
    ReplayRunning,
    SpanEmpty,
)
from triage.ml.differences import Decided, Pair, Tally
from triage.ml.keywords import LANGUAGES, KeywordTable, parse, reading_with, table
from triage.ml.priority import score
from triage.ml.records import Prediction as Said
from triage.models import (
    ModelVersion,
    Prediction,
    Replay,
    ReplayDifference,
    ReplayState,
)
from triage.queries import PastReading
from triage.reading import known_then, points_facts

if TYPE_CHECKING:
    from triage.ml.model import TriageModel

log = structlog.get_logger(__name__)

BATCH = 200
LEASE = timedelta(minutes=2)
TURN_SECONDS = 20.0
# A replay that changes nearly everything is read in its counts; the list would fill the disk.
MOST_LISTED = 50_000
MOST_KEPT = 20
LARGEST_TABLE = 400_000

# Told after each batch: how many tickets are counted, and of how many.
Told = Callable[[int, int], object]


@transaction.atomic
def start_replay(
    *,
    number: int | None,
    since: datetime,
    until: datetime,
    by: User | None,
    now: datetime,
    most: int | None = None,
    keywords: Mapping[str, str] | None = None,
    keywords_name: str = "",
) -> Replay:
    """Begin to read a span of past tickets with a version, or with rules alone (None).

    ``keywords`` are other tables as TOML by language; ``by`` is None for the command line. Raises
    NoSuchVersion, FileRemoved, BadKeywords, SpanEmpty, ReplayRunning.
    """
    if by is not None:
        require(by, Permission.PROMOTE_MODEL)
    if since >= until:
        raise SpanEmpty
    version = ModelVersion.objects.filter(number=number).first() if number is not None else None
    if number is not None and version is None:
        raise NoSuchVersion(number=number)
    if version is not None and version.file_removed_at is not None:
        raise FileRemoved(number=number)
    tables = dict(keywords or {})
    parse_tables(tables)
    try:
        with transaction.atomic():
            replay = Replay.objects.create(
                model=version,
                keywords=tables,
                keywords_name=keywords_name[:200],
                since=since,
                until=until,
                most=most,
                allowed_error=queries.steering().allowed_error,
                created_by=by,
                created_at=now,
            )
    except IntegrityError as error:
        raise ReplayRunning from error
    _forget_old()
    announced = partial(signals.replay_due.send_robust, sender=Replay, replay_id=replay.pk)
    transaction.on_commit(announced, robust=True)
    return replay


def _forget_old() -> None:
    kept = Replay.objects.order_by("-id").values_list("pk", flat=True)[:MOST_KEPT]
    Replay.objects.exclude(pk__in=list(kept)).delete()


def parse_tables(texts: Mapping[str, str]) -> dict[str, KeywordTable]:
    """Return the tables by language. Raises BadKeywords with what is wrong."""
    return {language: _parse(language, text) for language, text in texts.items()}


def _parse(language: str, text: str) -> KeywordTable:
    if language not in LANGUAGES:
        raise BadKeywords(why=language)
    if len(text) > LARGEST_TABLE:
        raise BadKeywords(why=f"{len(text)} > {LARGEST_TABLE}")
    try:
        made = parse(text, language)
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise BadKeywords(why=str(error)[:200]) from error
    known_tones = {group.tone for name in LANGUAGES for group in table(name).groups}
    for group in made.groups:
        if group.flag and group.flag not in taxonomy.FLAGS:
            raise BadKeywords(why=f"{group.name}: flag = {group.flag!r}")
        if group.tone and group.tone not in known_tones:
            raise BadKeywords(why=f"{group.name}: tone = {group.tone!r}")
    if not made.groups:
        raise BadKeywords(why="[[group]]")
    return made


def cancel_replay(*, replay_id: int, by: User | None, now: datetime) -> None:
    """End a replay before its time; what it found so far stays. None is the command line."""
    if by is not None:
        require(by, Permission.PROMOTE_MODEL)
    _end(replay_id, ReplayState.CANCELLED, now)


def fail_replay(*, replay_id: int, problem: str, now: datetime) -> None:
    """End a replay that cannot go on."""
    _end(replay_id, ReplayState.FAILED, now, problem)


def _end(replay_id: int, state: ReplayState, now: datetime, problem: str = "") -> None:
    Replay.objects.filter(pk=replay_id, state=ReplayState.RUNNING).update(
        state=state, finished_at=now, lease_until=None, problem=problem[:300]
    )


def replay_on(*, replay_id: int, seconds: float = TURN_SECONDS, told: Told | None = None) -> bool:
    """Read on for one turn; return whether there is more."""
    replay = _claim(replay_id, clock.now())
    if replay is None:
        return False
    try:
        return _replay_on(replay, time.monotonic() + seconds, told)
    except (ArtefactBroken, ValueError) as error:
        # BadArtefact is a ValueError; its module brings numpy, which pages do not need.
        log.warning("replay_failed", replay=replay_id, error=str(error))
        fail_replay(replay_id=replay_id, problem=f"{error}", now=clock.now())
        return False
    finally:
        Replay.objects.filter(pk=replay_id).update(lease_until=None)


def _claim(replay_id: int, now: datetime) -> Replay | None:
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    running = Replay.objects.filter(free, pk=replay_id, state=ReplayState.RUNNING)
    if not running.update(lease_until=now + LEASE):
        return None
    return Replay.objects.select_related("model").get(pk=replay_id)


def _replay_on(replay: Replay, ends_at: float, told: Told | None) -> bool:
    if replay.total is None:
        replay.total = queries.count_first_readings(replay.since, replay.until, replay.most)
        replay.position = queries.position_before(replay.since)
        replay.save(update_fields=["total", "position"])
    model = _model_of(replay)
    with reading_with(parse_tables(replay.keywords)):
        while batch := _next(replay):
            pairs = list(zip(batch, _read(model, batch), strict=True))
            if not _keep(replay.pk, replay.position, pairs):
                return False
            replay.refresh_from_db()
            if told is not None:
                told(int(replay.figures.get("tickets", 0)), replay.total)
            if time.monotonic() > ends_at:
                return True
    _end(replay.pk, ReplayState.DONE, clock.now())
    return False


def _model_of(replay: Replay) -> "TriageModel":
    # Late: it brings scipy and the dictionaries, and only workers read tickets.
    from triage.ml.model import TriageModel

    if replay.model is None:
        return TriageModel()
    model = runtime.load(replay.model)
    model.set_allowed_error(replay.allowed_error)
    return model


def _next(replay: Replay) -> list[PastReading]:
    left = BATCH
    if replay.most is not None:
        left = min(BATCH, replay.most - int(replay.figures.get("tickets", 0)))
    if left <= 0:
        return []
    return queries.past_readings(replay.since, replay.until, after=replay.position, limit=left)


def _read(model: "TriageModel", batch: list[PastReading]) -> list[Pair]:
    answers = model.predict(
        [row.text for row in batch],
        [row.prediction.decision.get("language", "") for row in batch],
        [row.subject for row in batch],
        with_reasons=False,
    )
    return [
        Pair(_then(row.prediction), _now(answer, row.prediction.decision), row.said)
        for row, answer in zip(batch, answers, strict=True)
    ]


def _then(reading: Prediction) -> Decided:
    flags = frozenset(str(raised["flag"]) for raised in reading.decision.get("flags", ()))
    return Decided(reading.category, reading.priority, flags, reading.abstained)


def _now(said: Said, kept: Mapping[str, Any]) -> Decided:
    priority = score(points_facts(said, known_then(kept)))
    return Decided(
        said.category if said.category in taxonomy.SUBS else "",
        priority.level,
        frozenset(raised.flag for raised in said.flags),
        said.abstained or not said.category,
    )


@transaction.atomic
def _keep(replay_id: int, position: int, pairs: list[tuple[PastReading, Pair]]) -> bool:
    """Count a batch and list what differs; False when the replay ended or went on elsewhere."""
    locked = Replay.objects.select_for_update().get(pk=replay_id)
    if locked.state != ReplayState.RUNNING or locked.position != position:
        return False
    tally = Tally.of(locked.figures)
    listed = tally.differ
    rows: list[ReplayDifference] = []
    for past, pair in pairs:
        tally.add(pair)
        if pair.differs and listed + len(rows) < MOST_LISTED:
            rows.append(_difference(replay_id, past, pair))
    ReplayDifference.objects.bulk_create(rows)
    locked.figures = tally.to_dict()
    locked.position = pairs[-1][0].prediction.pk
    locked.lease_until = clock.now() + LEASE
    locked.save(update_fields=["figures", "position", "lease_until"])
    return True


def _difference(replay_id: int, past: PastReading, pair: Pair) -> ReplayDifference:
    old, new = pair.old, pair.new
    return ReplayDifference(
        replay_id=replay_id,
        ticket_id=past.prediction.ticket_id,
        old_category=old.category,
        new_category=new.category,
        old_priority=old.priority,
        new_priority=new.priority,
        gained_flags=sorted(new.flags - old.flags),
        lost_flags=sorted(old.flags - new.flags),
        old_asked=old.asked,
        new_asked=new.asked,
        said=pair.said,
        outcome=pair.outcome,
    )
