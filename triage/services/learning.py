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

import numpy as np
import structlog
from django.db import connection

from triage import queries, runtime
from triage.errors import ArtefactBroken, BeingTrained
from triage.ml import trust
from triage.ml.artefact import BadArtefact
from triage.ml.calibration import Curve
from triage.ml.compare import Comparison, Judged, compare
from triage.ml.records import Example, Prediction
from triage.ml.training import SEED_ROWS, anchors, seed_examples
from triage.models import ModelVersion, VersionState
from triage.queries import LabelledTicket
from triage.services.versions import add_version

if TYPE_CHECKING:
    from triage.ml.model import TriageModel

log = structlog.get_logger(__name__)

Say = Callable[[str], None]

JUDGED_SHARE = 0.2
MOST_JUDGED = 2_000
# With fewer rows in a language the curve of the material is the better guess.
ENOUGH_FOR_CURVE = 200
LOCK = 0x5EED_7A1A


@dataclass(frozen=True, slots=True)
class Material:
    """What is learnt from people and what is kept apart to judge by, the newest first."""

    learnt: list[LabelledTicket]
    apart: list[LabelledTicket]
    doubts: list[trust.Doubt]


def learn(
    *, now: datetime, seed: int = 0, seed_rows: int = SEED_ROWS, say: Say = log.info
) -> ModelVersion:
    """Train a challenger and put it into use if it proves better. Raises BeingTrained."""
    with _alone():
        material = gather()
        say(f"{len(material.learnt)} labels to learn from, {len(material.apart)} kept apart")
        examples = [*seed_examples(seed, seed_rows), *map(_example, material.learnt)]
        model = _train(examples, seed, say)
        champion = queries.champion()
        verdict = _judge(champion, model, material.apart, say)
        figures = {
            "examples": len(examples),
            **_of_labels(material),
            **_of_verdict(champion, verdict),
            "recent": _take_bands(model, material.apart),
        }
        state = _state(champion, verdict)
        how = {"seed": seed, "seed_rows": seed_rows}
        return _store(model, figures, how, fingerprint(examples), state, now)


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
    # The newest are most like what comes next, and nobody has learnt from them.
    apart = kept[: min(int(len(kept) * JUDGED_SHARE), MOST_JUDGED)]
    rest = kept[len(apart) :]
    allowed = trust.share_cap([row.by_id for row in rest])
    learnt = [row for row, keep in zip(rest, allowed, strict=True) if keep]
    return Material(learnt, apart, doubts)


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


def _example(row: LabelledTicket) -> Example:
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
        voice="tickets",
    )


def _train(examples: Sequence[Example], seed: int, say: Say) -> "TriageModel":
    from triage.ml.model import train

    say(f"Learning from {len(examples)} examples")
    return train(examples, seed=seed)


def _judge(
    champion: ModelVersion | None, model: "TriageModel", apart: Sequence[LabelledTicket], say: Say
) -> Comparison | None:
    """Compare with the champion; None when there is none that can be read."""
    before = _usable(champion)
    if before is None:
        return None
    say(f"Comparing with the model in use on {len(apart)} tickets")
    fixed = list(anchors())
    return compare(
        _pairs(before, model, [_example(row) for row in apart]), _pairs(before, model, fixed)
    )


def _usable(champion: ModelVersion | None) -> "TriageModel | None":
    try:
        return runtime.load(champion) if champion else None
    except (ArtefactBroken, BadArtefact) as error:
        log.warning("champion_cannot_be_compared", error=str(error))
        return None


def _pairs(before: "TriageModel", after: "TriageModel", rows: Sequence[Example]) -> list[Judged]:
    return [
        Judged(row.language, row.category, first.category, second.category)
        for row, first, second in zip(rows, _read(before, rows), _read(after, rows), strict=True)
    ]


def _read(model: "TriageModel", rows: Sequence[Example]) -> list[Prediction]:
    return model.predict(
        [row.text for row in rows],
        [row.language for row in rows],
        [row.subject for row in rows],
        with_reasons=False,
    )


def _take_bands(model: "TriageModel", apart: Sequence[LabelledTicket]) -> list[str]:
    """Read the bands from recent tickets where enough were labelled without choosing mistakes.

    Returns the languages for which there were enough.
    """
    model.set_allowed_error(queries.steering().allowed_error)
    recent: list[str] = []
    for language in model.languages:
        rows = [row for row in apart if row.language == language and row.weight]
        if len(rows) < ENOUGH_FOR_CURVE:
            continue
        answers = _read(model, [_example(row) for row in rows])
        model.judge_by(
            language,
            Curve(
                np.array([answer.confidence for answer in answers], dtype=np.float32),
                np.array([a.category == r.category for a, r in zip(answers, rows, strict=True)]),
                np.array([row.weight for row in rows], dtype=np.float32),
            ),
        )
        recent.append(language)
    return recent


def _state(champion: ModelVersion | None, verdict: Comparison | None) -> VersionState:
    if champion is None or verdict is None or verdict.is_better:
        return VersionState.CHAMPION
    return VersionState.SHADOW


def _of_labels(material: Material) -> dict[str, Any]:
    return {
        "labels": len(material.learnt),
        "judged": len(material.apart),
        "set_aside": [doubt.to_dict() for doubt in material.doubts],
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


def fingerprint(examples: Sequence[Example]) -> str:
    """Return a digest of everything that was learnt from."""
    digest = hashlib.sha256()
    for example in examples:
        digest.update(repr(replace(example, origin="")).encode())
    return digest.hexdigest()
