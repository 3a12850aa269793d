"""What was sent from a template, and how it ended."""

from datetime import datetime, timedelta
from difflib import SequenceMatcher

from django.db import transaction
from django.db.models import F

from knowledgebase import policy, variables
from knowledgebase.models import OutcomeCount, Template, TemplateUse
from tickets.models import Direction, EventKind, Message, MessageKind, Ticket

# A use is settled when a repeat can no longer come.
WATCH = timedelta(days=14)
_BATCH = 500
_GOOD_SCORE = 4


@transaction.atomic
def record_use(*, message_id: int) -> TemplateUse | None:
    """Note that a reply came from a template, and how much of it was rewritten. Runs once."""
    message = (
        Message.objects.select_related("ticket").exclude(template_slug="").filter(pk=message_id)
    ).first()
    if message is None:
        return None
    ticket = message.ticket
    language = ticket.language or "en"
    templates = list(
        Template.objects.filter(scenario__slug=message.template_slug, language=language)
    )
    if not templates:
        return None
    wanted = policy.variant_for(ticket.emotion, distressed=ticket.distressed)
    shares = {
        one: (edited_share(one.published_body or one.body, message.text), one.variant != wanted)
        for one in templates
    }
    template = min(shares, key=lambda one: shares[one])
    use, _created = TemplateUse.objects.get_or_create(
        message=message,
        defaults={
            "template": template,
            "ticket": ticket,
            "by": message.author,
            "emotion": ticket.emotion,
            "round": message.round,
            "edited_share": shares[template][0],
            "sent_at": message.created_at,
        },
    )
    return use


def edited_share(body: str, sent: str) -> float:
    """Return how much of a body was rewritten, 0 to 1; filled slots do not count as edits."""
    fixed = [part for part in variables.PATTERN.split(body)[::2] if part.strip()]
    total = sum(len(part) for part in fixed)
    if total == 0:
        return 0.0
    kept = sum(
        block.size
        for block in SequenceMatcher(
            None, "".join(fixed), sent, autojunk=False
        ).get_matching_blocks()
        if block.size > 1
    )
    return round(1.0 - min(kept / total, 1.0), 3)


@transaction.atomic
def settle_outcomes(*, now: datetime) -> int:
    """Decide for uses whose ticket has told how it went; return how many. Safe to run twice."""
    uses = list(
        TemplateUse.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("ticket", "template")
        .filter(settled_at=None)
        .order_by("sent_at")[:_BATCH]
    )
    settled = 0
    for use in uses:
        verdict = _verdict(use, now)
        if verdict is None and now - use.sent_at < 2 * WATCH:
            continue
        use.is_good, use.settled_at = verdict, now
        use.save(update_fields=["is_good", "settled_at"])
        settled += 1
        if verdict is not None:
            _count(use)
    return settled


def _verdict(use: TemplateUse, now: datetime) -> bool | None:
    """Return whether the use went well; None while, or if, nobody can say."""
    ticket = use.ticket
    came_back = ticket.round > use.round
    repeated = Ticket.objects.filter(repeat_of=ticket, opened_at__lte=now).exists()
    score = _score(use)
    if came_back or repeated or (score is not None and score < _GOOD_SCORE):
        return False
    if score is None or ticket.resolved_at is None or now - ticket.resolved_at < WATCH:
        return None
    return True


def _score(use: TemplateUse) -> int | None:
    """Return the survey's score of the round in which the reply was sent."""
    for event in use.ticket.events.filter(kind=EventKind.SURVEY).order_by("id"):
        score = event.data.get("score")
        if isinstance(score, int) and event.data.get("round", use.round) == use.round:
            return score
    return None


def _count(use: TemplateUse) -> None:
    OutcomeCount.objects.get_or_create(scenario_id=use.template.scenario_id, emotion=use.emotion)
    OutcomeCount.objects.filter(scenario_id=use.template.scenario_id, emotion=use.emotion).update(
        uses=F("uses") + 1, good=F("good") + int(bool(use.is_good))
    )


def record_missed_uses(*, limit: int = _BATCH) -> int:
    """Note uses whose wake-up was lost; return how many were looked at."""
    missed = list(
        Message.objects.filter(direction=Direction.OUT, template_use=None, kind=MessageKind.REPLY)
        .exclude(template_slug="")
        .order_by("-id")
        .values_list("pk", flat=True)[:limit]
    )
    for message_id in missed:
        record_use(message_id=message_id)
    return len(missed)
