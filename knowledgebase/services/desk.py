"""What another desk asked for, and what it tells about it. Customer texts are not kept."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import ApiToken
from common.errors import NotFound
from knowledgebase.edits import edits_between
from knowledgebase.errors import KeyReused, ReportMismatch
from knowledgebase.models import DeskSuggestion, DeskUse, Template
from knowledgebase.services.settling import count_outcomes

# Filled replies hold a customer's data: they are kept only as long as a retry may come.
ANSWER_KEPT = timedelta(days=1)
UNUSED_KEPT = timedelta(days=90)
_GOOD_SCORE = 4


def record_suggestion(
    *,
    token: ApiToken,
    key: str,
    request_digest: str,
    answer: Callable[[], Mapping[str, Any]],
    now: datetime,
) -> tuple[DeskSuggestion, dict[str, Any], bool]:
    """Answer a call and note it; return (row, answer, is_new).

    The same key gives the same answer for a day. Raises KeyReused for another request under it.
    """
    known = _known(token, key, request_digest)
    if known is not None and known.answer:
        return known, known.answer, False
    told = dict(answer())
    if known is None:
        known = _add(token, key, request_digest, told, now)
    if known is None:
        # Another call with this key was as quick; its answer stands.
        known = _known(token, key, request_digest)
        assert known is not None
        return known, known.answer or told, False
    return known, {"id": str(known.pk)} | told, True


def _known(token: ApiToken, key: str, request_digest: str) -> DeskSuggestion | None:
    known = DeskSuggestion.objects.filter(token=token, key=key).first() if key else None
    if known is not None and known.request_digest != request_digest:
        raise KeyReused
    return known


def _add(
    token: ApiToken, key: str, request_digest: str, told: dict[str, Any], now: datetime
) -> DeskSuggestion | None:
    row = DeskSuggestion(
        token=token,
        key=key,
        request_digest=request_digest,
        language=told["language"],
        category=told["category"],
        emotion=told["emotion_level"],
        shown=[[one["slug"], one["variant"]] for one in told["suggestions"]],
        at=now,
    )
    if key:
        row.answer = {"id": str(row.pk)} | told
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return None
    return row


@transaction.atomic
def report_use(
    *,
    token: ApiToken,
    suggestion_id: str,
    slug: str,
    now: datetime,
    sent_text: str | None = None,
    score: int | None = None,
    came_back: bool | None = None,
) -> tuple[DeskUse, bool]:
    """Note that a reply was picked, sent, scored; each call adds what it knows. Twice is once.

    Raises NotFound for a suggestion of somebody else, ReportMismatch for a reply not in it.
    """
    rows = DeskSuggestion.objects.select_for_update().filter(token=token)
    suggestion = rows.filter(pk=suggestion_id).first()
    if suggestion is None:
        raise NotFound
    variant = dict(map(tuple, suggestion.shown)).get(slug)
    template = Template.objects.filter(
        scenario__slug=slug, language=suggestion.language, variant=variant or ""
    ).first()
    if template is None:
        raise ReportMismatch(slug=slug)
    use, is_new = DeskUse.objects.get_or_create(
        suggestion=suggestion,
        template=template,
        defaults={"picked_at": now, "changed_at": now},
    )
    before = use.is_good
    _learn(use, template, sent_text, score, came_back)
    use.changed_at = now
    use.save()
    if use.is_good is not None or before is not None:
        count_outcomes(scenario_ids=[template.scenario_id], now=now)
    return use, is_new


def _learn(
    use: DeskUse,
    template: Template,
    sent_text: str | None,
    score: int | None,
    came_back: bool | None,
) -> None:
    if sent_text is not None:
        use.is_sent = True
        body = template.published_body or template.body
        use.edited_share = edits_between(body, sent_text).share
    if score is not None:
        use.score = score
    if came_back is not None:
        use.came_back = came_back
    if use.came_back:
        use.is_good = False
    elif use.score is not None:
        use.is_good = use.score >= _GOOD_SCORE


def forget_old_answers(*, now: datetime) -> int:
    """Wipe answers that no retry asks for any more, drop calls that led to nothing."""
    DeskSuggestion.objects.filter(at__lt=now - UNUSED_KEPT, uses=None).delete()
    old = DeskSuggestion.objects.filter(at__lt=now - ANSWER_KEPT).exclude(answer={})
    return old.update(answer={})
