"""Learn from what people said: a challenger from the material and the labels, judged in pairs.

The newest labels are kept apart. Champion and challenger read them both, and the challenger takes
over only if it is better there and nowhere worse by more than chance. Labels of people who change
sure answers far too often are set aside and pointed out.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from django.db import connection, transaction

from triage import queries, runtime
from triage.errors import ArtefactBroken, BeingTrained
from triage.ml import trust
from triage.ml.artefact import BadArtefact
from triage.ml.classes import JudgedTicket
from triage.ml.compare import Comparison, Judged, compare
from triage.ml.records import TICKETS, Example
from triage.ml.training import SEED_ROWS, anchors, seed_examples
from triage.models import ModelJudging, ModelVersion, VersionState
from triage.queries import LabelledTicket
from triage.services import promises
from triage.services.versions import add_version

if TYPE_CHECKING:
    from triage.ml.model import TriageModel

log = structlog.get_logger(__name__)

Say = Callable[[str], None]

JUDGED_SHARE = 0.2
MOST_JUDGED = 2_000
MOST_DRAWN = 1_000
MOST_PEOPLE = 20
ENOUGH_FOR_CURVE = promises.ENOUGH_ROWS
LOCK = 0x5EED_7A1A


@dataclass(frozen=True, slots=True)
class Material:
    """What is learnt from people and what is kept apart to judge by, the newest first."""

    learnt: list[LabelledTicket]
    apart: list[LabelledTicket]
    doubts: list[trust.Doubt]
    people: list[dict[str, Any]]


def learn(
    *, now: datetime, seed: int = 0, seed_rows: int = SEED_ROWS, say: Say = log.info
) -> ModelVersion:
    """Train a challenger and put it into use if it proves better. Raises BeingTrained."""
    with _alone():
        material = gather()
        say(f"{len(material.learnt)} labels to learn from, {len(material.apart)} kept apart")
        examples = [*seed_examples(seed, seed_rows), *map(as_example, material.learnt)]
        model = _train(examples, seed, say)
        champion = queries.champion()
        verdict, judged = _judge(champion, model, material.apart, say)
        figures = {
            "examples": len(examples),
            **_of_labels(material),
            **_of_verdict(champion, verdict),
            **_promised(model, material.apart),
        }
        state = _state(champion, verdict)
        how = {"seed": seed, "seed_rows": seed_rows}
        with transaction.atomic():
            version = _store(model, figures, how, fingerprint(examples), state, now)
            _keep_judged(version, champion, judged, now)
        return version


def learn_if_new(*, now: datetime) -> ModelVersion | None:
    """Learn when people said something since the last training; None when they did not."""
    latest = queries.latest_training()
    if not queries.has_labels_since(latest):
        return None
    return learn(now=now)


def gather() -> Material:
    """Sort the labels of people: to learn from, to judge by, to doubt."""
    labelled = list(queries.labelled_tickets())
    answers = [trust.Answer(row.by_id, row.changed, row.shown_probability) for row in labelled]
    trusted = queries.trusted_labellers()
    doubts = [doubt for doubt in trust.doubtful(answers) if doubt.person not in trusted]
    doubted = {doubt.person for doubt in doubts}
    kept = [row for row in labelled if row.by_id not in doubted]
    apart, rest = set_apart(kept)
    allowed = trust.share_cap([row.by_id for row in rest])
    learnt = [row for row, keep in zip(rest, allowed, strict=True) if keep]
    return Material(learnt, apart, doubts, _people(answers))


def set_apart(
    labelled: Sequence[LabelledTicket],
) -> tuple[list[LabelledTicket], list[LabelledTicket]]:
    """Part labels, the newest first, into those to judge by and those to learn from.

    The newest are most like what comes next. Those drawn by lot from what was filed alone are few
    and the only ones that tell how often that is wrong, so older ones are kept apart too.
    """
    newest = min(int(len(labelled) * JUDGED_SHARE), MOST_JUDGED)
    drawn = [n for n, row in enumerate(labelled) if n >= newest and row.weight > 1][:MOST_DRAWN]
    kept = {*range(newest), *drawn}
    apart = [row for n, row in enumerate(labelled) if n in kept]
    return apart, [row for n, row in enumerate(labelled) if n not in kept]


def _people(answers: Sequence[trust.Answer]) -> list[dict[str, Any]]:
    """Who labelled most, for the page; all others are in the sums."""
    everybody = sorted(trust.measured(answers), key=lambda one: -one.labels)
    return [one.to_dict() for one in everybody[:MOST_PEOPLE]]


@contextmanager
def _alone() -> Iterator[None]:
    """Two trainings at once would compare with the same champion and overtake each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise BeingTrained
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def as_example(row: LabelledTicket) -> Example:
    """Return a labelled ticket as a row to learn from."""
    return Example(
        text=row.text,
        subject=row.subject,
        language=row.language,
        category=row.category,
        also=row.also,
        emotion=row.emotion,
        distressed=row.distressed,
        flags=row.flags,
        origin=f"ticket {row.ticket_id}",
        voice=TICKETS,
    )


def _train(examples: Sequence[Example], seed: int, say: Say) -> "TriageModel":
    from triage.ml.model import train

    say(f"Learning from {len(examples)} examples")
    return train(examples, seed=seed)


def _judge(
    champion: ModelVersion | None, model: "TriageModel", apart: Sequence[LabelledTicket], say: Say
) -> tuple[Comparison | None, list[JudgedTicket]]:
    """Compare with the champion, ticket by ticket; None when there is none that can be read."""
    before = _usable(champion)
    if before is None:
        return None, []
    say(f"Comparing with the model in use on {len(apart)} tickets")
    pairs = _pairs(before, model, [as_example(row) for row in apart])
    judged = [
        JudgedTicket(row.ticket_id, pair.language, pair.truth, pair.champion, pair.challenger)
        for row, pair in zip(apart, pairs, strict=True)
    ]
    return compare(pairs, _pairs(before, model, list(anchors()))), judged


def _usable(champion: ModelVersion | None) -> "TriageModel | None":
    try:
        return runtime.load(champion) if champion else None
    except (ArtefactBroken, BadArtefact) as error:
        log.warning("champion_cannot_be_compared", error=str(error))
        return None


def _pairs(before: "TriageModel", after: "TriageModel", rows: Sequence[Example]) -> list[Judged]:
    answers = zip(rows, promises.read(before, rows), promises.read(after, rows), strict=True)
    return [
        Judged(row.language, row.category, first.category, second.category)
        for row, first, second in answers
    ]


def _promised(model: "TriageModel", apart: Sequence[LabelledTicket]) -> dict[str, Any]:
    """Take the bands at the line in force, and measure what may be promised of them."""
    model.set_allowed_error(queries.steering().allowed_error)
    recent = promises.take_recent(model, apart, enough=ENOUGH_FOR_CURVE)
    return {"recent": list(recent), "guarantees": promises.promises(model, recent)}


def _state(champion: ModelVersion | None, verdict: Comparison | None) -> VersionState:
    if champion is None or verdict is None or verdict.is_better:
        return VersionState.CHAMPION
    return VersionState.SHADOW


def _of_labels(material: Material) -> dict[str, Any]:
    return {
        "labels": len(material.learnt),
        "judged": len(material.apart),
        "set_aside": [doubt.to_dict() for doubt in material.doubts],
        "people": material.people,
    }


def _of_verdict(champion: ModelVersion | None, verdict: Comparison | None) -> dict[str, Any]:
    return {
        "comparison": verdict.to_dict() if verdict else None,
        "compared_with": champion.number if champion and verdict else None,
    }


def _store(
    model: "TriageModel",
    figures: dict[str, Any],
    how: dict[str, Any],
    data_fingerprint: str,
    state: VersionState,
    now: datetime,
) -> ModelVersion:
    artefact = model.save()
    return add_version(
        artefact=artefact,
        digest=hashlib.sha256(artefact).hexdigest(),
        figures={**figures, "thresholds": model.thresholds, "measured": model.measured()},
        settings=how,
        data_fingerprint=data_fingerprint,
        state=state,
        now=now,
    )


def _keep_judged(
    version: ModelVersion,
    champion: ModelVersion | None,
    judged: Sequence[JudgedTicket],
    now: datetime,
) -> None:
    if champion is not None and judged:
        rows = [one.to_row() for one in judged]
        ModelJudging.objects.create(
            version=version, before=champion.number, rows=rows, judged_at=now
        )


def fingerprint(examples: Sequence[Example]) -> str:
    """Return a digest of everything that was learnt from."""
    digest = hashlib.sha256()
    for example in examples:
        digest.update(repr(replace(example, origin="")).encode())
    return digest.hexdigest()
