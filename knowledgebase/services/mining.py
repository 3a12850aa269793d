"""Runs the mining and keeps what it finds. Safe to run twice: nothing is proposed again."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from knowledgebase.mining.answers import MOST, TOO_NEAR, Shelf, mine_group, without_doubles
from knowledgebase.mining.gaps import mine_gaps
from knowledgebase.mining.likeness import between
from knowledgebase.mining.records import Answer, Evidence, FoundAnswer, FoundGap
from knowledgebase.models import Proposal, ProposalKind, ProposalState, Scenario
from knowledgebase.queries import mining as reading

# How far back solved tickets are read.
WINDOW = timedelta(days=90)
# Two runs at once must not keep the same finding twice; any fixed number will do.
_LOCK = 7_210_232
# Gaps with so many words in common are the same gap.
_SAME_WORDS = 0.5

# Told after each part: what was read, in which language, how many texts.
Note = Callable[[str, str, int], None]


@dataclass(slots=True)
class MiningReport:
    """What a run read and found."""

    texts: int = 0
    proposed: int = 0
    renewed: int = 0
    gaps: int = 0


def mine_pool(*, since: datetime, now: datetime, note: Note | None = None) -> MiningReport:
    """Propose answers and scenarios from the pool's own tickets solved since then."""
    report = MiningReport()
    shelves = {language: reading.shelf(language) for language in reading.LANGUAGES}
    found: dict[str, list[FoundAnswer]] = {language: [] for language in shelves}
    for category in reading.mined_categories(since):
        answers = reading.solved_answers(category, since)
        for language, shelf in shelves.items():
            chosen = [one for one in answers if one.language == language]
            found[language] += mine_group(chosen, shelf)
            _tell(note, report, category, language, len(chosen))
    for language, shelf in shelves.items():
        keep_answers(found=found[language], shelf=shelf, origin="", now=now, report=report)
        questions = reading.unserved_questions(language, since)
        _tell(note, report, "", language, len(questions))
        keep_gaps(found=mine_gaps(questions, shelf), now=now, report=report)
    return report


def mine_answers(
    *, answers: Iterable[Answer], origin: str, now: datetime, note: Note | None = None
) -> MiningReport:
    """Propose answers from anywhere else, such as another desk's export named ``origin``."""
    report = MiningReport()
    groups: dict[tuple[str, str], list[Answer]] = defaultdict(list)
    for answer in answers:
        group = groups[answer.language, answer.category]
        if len(group) < MOST:
            group.append(answer)
    for language in reading.LANGUAGES:
        shelf = reading.shelf(language)
        found: list[FoundAnswer] = []
        for (spoken, category), group in sorted(groups.items()):
            if spoken == language:
                found += mine_group(group, shelf)
                _tell(note, report, category, language, len(group))
        keep_answers(found=found, shelf=shelf, origin=origin, now=now, report=report)
    return report


def _tell(note: Note | None, report: MiningReport, category: str, language: str, n: int) -> None:
    report.texts += n
    if note is not None and n:
        note(category, language, n)


@transaction.atomic
def keep_answers(
    *, found: Sequence[FoundAnswer], shelf: Shelf, origin: str, now: datetime, report: MiningReport
) -> None:
    """Keep new answers; bring the figures of waiting ones up to date; leave decided ones alone."""
    _lock()
    there = list(Proposal.objects.filter(kind=ProposalKind.ANSWER, language=shelf.language))
    decided = [one.body for one in there if not one.is_waiting]
    waiting = [one for one in there if one.is_waiting]
    new = without_doubles(found, shelf, decided=decided)
    if not new:
        return
    alike = between(
        shelf.likeness.rows([one.body for one in new]),
        shelf.likeness.rows([one.body for one in waiting]),
    )
    slugs = {one.near.id for one in new}
    near = dict(Scenario.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    for answer, row in zip(new, alike, strict=True):
        same = waiting[int(row.argmax())] if len(row) and row.max() >= TOO_NEAR else None
        if same is None:
            values: dict[str, object] = {
                "body": answer.body,
                "origin": origin,
                "near_id": near.get(answer.near.id),
            }
            _keep(ProposalKind.ANSWER, answer, answer.body, values, now, report)
        elif same.origin == origin:
            _renew(same, answer, now, report)


@transaction.atomic
def keep_gaps(*, found: Sequence[FoundGap], now: datetime, report: MiningReport) -> None:
    """Keep new gaps, as ``keep_answers`` does with answers."""
    _lock()
    there = list(Proposal.objects.filter(kind=ProposalKind.SCENARIO))
    for gap in found:
        same = next((one for one in there if _is_same_gap(one, gap)), None)
        if same is None:
            _keep(ProposalKind.SCENARIO, gap, " ".join(sorted(gap.words)), {}, now, report)
        elif same.is_waiting:
            _renew(same, gap, now, report)


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _is_same_gap(there: Proposal, gap: FoundGap) -> bool:
    mine, other = set(gap.words), set(there.words)
    return there.language == gap.language and (
        len(mine & other) >= _SAME_WORDS * min(len(mine), len(other))
    )


def _keep(
    kind: str,
    found: FoundAnswer | FoundGap,
    said: str,
    values: dict[str, object],
    now: datetime,
    report: MiningReport,
) -> None:
    digest = hashlib.sha256(f"{kind}\n{found.language}\n{said}".encode()).hexdigest()
    if isinstance(found, FoundAnswer):
        values["near_share"] = found.near.share
    _proposal, created = Proposal.objects.get_or_create(
        digest=digest,
        defaults={
            "kind": kind,
            "language": found.language,
            "category": found.category,
            "found_at": now,
            "renewed_at": now,
            **_figures(found),
            **values,
        },
    )
    if not created:
        return
    if kind == ProposalKind.ANSWER:
        report.proposed += 1
    else:
        report.gaps += 1


def _renew(
    there: Proposal, found: FoundAnswer | FoundGap, now: datetime, report: MiningReport
) -> None:
    """Bring the evidence up to date; what is proposed stays as whoever reads it has seen it."""
    Proposal.objects.filter(pk=there.pk, state=ProposalState.WAITING).update(
        renewed_at=now, **_figures(found)
    )
    report.renewed += 1


def _figures(found: FoundAnswer | FoundGap) -> dict[str, object]:
    evidence: Evidence = found.evidence
    return {
        "words": list(found.words),
        "examples": list(found.examples),
        "references": list(found.references),
        **asdict(evidence),
    }
