"""Templates that do harm: found every night, paused or kept by people."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from accounts.models import User
from accounts.permissions import Permission, can, require
from common.errors import NotAllowed, NotFound
from knowledgebase.content import body_digest
from knowledgebase.models import HarmFlag, Template, TemplatePause, TemplateUse
from knowledgebase.ranking.harm import LEAST_PEERS, Stratum, Verdict, against_others, judge
from knowledgebase.ranking.outcome import Counts
from knowledgebase.services.revision import bump_revision
from knowledgebase.services.settling import COUNTED, count_outcomes

Cell = tuple[str, str, int]  # language, scope ("top.sub", "top" or ""), emotion


@transaction.atomic
def flag_harmful(*, now: datetime) -> list[HarmFlag]:
    """Compare every published text with its neighbours; return the new flags. Safe to run twice.

    A flag stays until somebody decides, the text changes, or it has caught up with the others.
    """
    templates = _published()
    verdicts = judge(_strata(templates, now))
    held = {(one.template_id, one.body_digest): one for one in HarmFlag.objects.select_for_update()}
    raised = []
    for key, verdict in verdicts.items():
        template, digest = templates[int(key)]
        flag = held.pop((template.pk, digest), None)
        if flag is None and verdict.is_harmful:
            raised.append(_raise(template, digest, verdict, now))
        elif flag is not None and verdict.is_below:
            flag.evidence, flag.seen_at = _evidence(verdict), now
            flag.save(update_fields=["evidence", "seen_at"])
        elif flag is not None and flag.dismissed_at is None:
            flag.delete()
    if raised:
        _learn_of({flag.template.scenario_id for flag in raised}, now)
    return raised


def _published() -> dict[int, tuple[Template, str]]:
    templates = Template.objects.exclude(published_body="").select_related("scenario")
    return {one.pk: (one, body_digest(one.published_body)) for one in templates}


def _strata(
    templates: Mapping[int, tuple[Template, str]], now: datetime
) -> dict[str, list[Stratum]]:
    """Put each text beside others of its language at the same emotion.

    Of its sub-category; where those were used too little, of the category, then of all.
    """
    own = _counts(templates, now)
    cells: dict[Cell, dict[str, Counts]] = {}
    for (pk, emotion), counts in own.items():
        for scope in _scopes(templates[pk][0]):
            cell = (templates[pk][0].language, scope, emotion)
            cells.setdefault(cell, {})[str(pk)] = counts
    beside = {cell: against_others(counts) for cell, counts in cells.items()}
    strata: dict[str, list[Stratum]] = {}
    for pk, emotion in own:
        template = templates[pk][0]
        found = [beside[template.language, scope, emotion][str(pk)] for scope in _scopes(template)]
        best = next((one for one in found if one.peers.settled >= LEAST_PEERS), found[-1])
        strata.setdefault(str(pk), []).append(best)
    return strata


def _scopes(template: Template) -> tuple[str, str, str]:
    category = template.scenario.category
    return category or "general", category.partition(".")[0], ""


def _counts(
    templates: Mapping[int, tuple[Template, str]], now: datetime
) -> dict[tuple[int, int], Counts]:
    """Return the settled uses of the texts as they are now, by template and emotion."""
    quiet = Q(came_back=False, repeated=False)
    rows = (
        TemplateUse.objects.filter(came_back__isnull=False, sent_at__gt=now - COUNTED)
        .order_by()
        .values("template_id", "body_digest", "emotion")
        .annotate(
            settled=Count("id"),
            quiet=Count("id", filter=quiet),
            answered=Count("id", filter=quiet & Q(score__isnull=False)),
            satisfied=Count("id", filter=quiet & Q(is_good=True)),
        )
    )
    return {
        (row["template_id"], row["emotion"]): Counts(
            row["settled"], row["quiet"], row["answered"], row["satisfied"]
        )
        for row in rows
        if row["template_id"] in templates
        and templates[row["template_id"]][1] == row["body_digest"]
    }


def _raise(template: Template, digest: str, verdict: Verdict, now: datetime) -> HarmFlag:
    return HarmFlag.objects.create(
        template=template,
        body_digest=digest,
        evidence=_evidence(verdict),
        raised_at=now,
        seen_at=now,
    )


def _evidence(verdict: Verdict) -> dict[str, Any]:
    own = sum((stratum.own for stratum in verdict.strata), Counts())
    return {
        "uses": verdict.uses,
        "quiet": own.quiet,
        "answered": own.answered,
        "satisfied": own.satisfied,
        "rate": verdict.rate,
        "low": verdict.low,
        "high": verdict.high,
        "peers_rate": verdict.peers_rate,
        "peers_uses": verdict.peers_uses,
        "one_in": verdict.one_in,
    }


def _learn_of(scenario_ids: set[int], now: datetime) -> None:
    """Let ranking and counts know at once that a text is, or is no longer, held to do harm."""
    count_outcomes(scenario_ids=sorted(scenario_ids), now=now)
    bump_revision()


@transaction.atomic
def pause_template(*, template_id: int, by: User, now: datetime) -> TemplatePause:
    """Stop offering a template. It stays readable, and comes back by ``resume_template``."""
    _require_any(by)
    template = _lock(template_id)
    pause, is_new = TemplatePause.objects.get_or_create(
        template=template,
        body_digest=body_digest(template.published_body),
        ended_at=None,
        defaults={"by": by, "at": now},
    )
    if is_new:
        bump_revision()
    return pause


@transaction.atomic
def resume_template(*, template_id: int, by: User, now: datetime) -> bool:
    """Offer a paused template again; who paused it may take that back, else who approves."""
    template = _lock(template_id)
    pauses = TemplatePause.objects.select_for_update().filter(template=template, ended_at=None)
    for pause in pauses:
        if pause.by_id != by.pk or not _may_pause(by):
            require(by, Permission.TEMPLATE_APPROVE)
        pause.ended_at, pause.ended_by = now, by
        pause.save(update_fields=["ended_at", "ended_by"])
    if pauses:
        bump_revision()
    return bool(pauses)


@transaction.atomic
def dismiss_flag(*, flag_id: int, by: User, now: datetime, undo: bool = False) -> HarmFlag:
    """Keep a template as it is in spite of the evidence, or (``undo``) no longer."""
    require(by, Permission.TEMPLATE_APPROVE)
    flag = HarmFlag.objects.select_for_update(of=("self",)).filter(pk=flag_id).first()
    if flag is None:
        raise NotFound
    if (flag.dismissed_at is None) == undo:
        return flag
    flag.dismissed_at, flag.dismissed_by = (None, None) if undo else (now, by)
    flag.save(update_fields=["dismissed_at", "dismissed_by"])
    _learn_of({flag.template.scenario_id}, now)
    return flag


def _may_pause(user: User) -> bool:
    return can(user, Permission.TEMPLATE_APPROVE) or can(user, Permission.TEMPLATE_WRITE)


def _require_any(user: User) -> None:
    if not _may_pause(user):
        raise NotAllowed


def _lock(template_id: int) -> Template:
    template = Template.objects.select_for_update().filter(pk=template_id).first()
    if template is None:
        raise NotFound
    return template
