"""What was sent from a template, and which of the suggested replies it was."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from knowledgebase import policy
from knowledgebase.content import body_digest
from knowledgebase.edits import Edits, edits_between
from knowledgebase.models import Scenario, SuggestionList, Template, TemplateUse
from tickets.models import Direction, EventKind, Message, MessageKind, TicketEvent

_BATCH = 500
# Longer than any standstill of the workers that nobody notices.
_LOOKED_BACK = timedelta(days=7)
# A reply of which more was rewritten is the agent's own, and no pick.
MOST_REWRITTEN = 0.7


@transaction.atomic
def record_use(*, message_id: int) -> TemplateUse | None:
    """Note what a reply made of its template and of the suggestions. Safe to run twice."""
    message = (
        Message.objects.select_related("ticket")
        .filter(pk=message_id, direction=Direction.OUT, kind=MessageKind.REPLY)
        .first()
    )
    if message is None:
        return None
    use = _record(message) if message.template_slug else None
    is_pick = use is not None and use.edited_share <= MOST_REWRITTEN
    _answer_list(message, message.template_slug if is_pick else "")
    return use


def _record(message: Message) -> TemplateUse | None:
    templates = list(Template.objects.filter(scenario__slug=message.template_slug))
    if not templates:
        return None
    template, edits = _closest(templates, message)
    ticket = message.ticket
    use, _created = TemplateUse.objects.get_or_create(
        message=message,
        defaults={
            "template": template,
            "ticket": ticket,
            "by": message.author,
            "emotion": ticket.emotion,
            "round": message.round,
            "body_digest": body_digest(template.published_body or template.body),
            "edited_share": edits.share,
            "edit_distance": edits.distance,
            "sent_at": message.created_at,
        },
    )
    return use


def _closest(templates: list[Template], message: Message) -> tuple[Template, Edits]:
    """Return the body that was sent, in whichever language and mood, and what was changed."""
    ticket = message.ticket
    mood = policy.variant_for(ticket.emotion, distressed=ticket.distressed)
    edits = {one: edits_between(one.published_body or one.body, message.text) for one in templates}

    def distance(one: Template) -> tuple[float, bool, bool]:
        return edits[one].share, one.language != ticket.language, one.variant != mood

    template = min(templates, key=distance)
    return template, edits[template]


def _answer_list(message: Message, picked: str) -> None:
    """Say of the newest list before the reply what became of it; the first reply decides."""
    shown = (
        SuggestionList.objects.filter(ticket_id=message.ticket_id, shown_at__lte=message.created_at)
        .order_by("-shown_at", "-id")
        .first()
    )
    if shown is None or shown.answered_at is not None:
        return
    rank = shown.slugs.index(picked) + 1 if picked in shown.slugs else None
    SuggestionList.objects.filter(pk=shown.pk, answered_at=None).update(
        answered_at=message.created_at, picked=picked, picked_rank=rank, by=message.author_id
    )


def record_missed_uses(*, now: datetime, limit: int = _BATCH) -> int:
    """Note uses of the last days whose wake-up was lost; return how many were looked at.

    The history knows the time of a reply by an index; the messages alone would be read whole.
    """
    replied = TicketEvent.objects.filter(kind=EventKind.REPLY, at__gt=now - _LOOKED_BACK)
    scenarios = Scenario.objects.filter(slug=OuterRef("message__template_slug"))
    missed = list(
        replied.filter(
            # A scenario that is gone can have no uses; asked for again it would keep others out.
            Exists(scenarios),
            message__kind=MessageKind.REPLY,
            message__template_use=None,
        )
        .order_by("-at", "-id")
        .values_list("message_id", flat=True)[:limit]
    )
    for message_id in missed:
        record_use(message_id=message_id)
    return len(missed)


_SHOWN = """
INSERT INTO knowledgebase_suggestionlist
    (ticket_id, customer_message_id, language, category, emotion, revision, slugs, trial,
     shown_at, picked)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, '')
ON CONFLICT (ticket_id, customer_message_id) DO UPDATE
SET language = excluded.language, category = excluded.category, emotion = excluded.emotion,
    revision = excluded.revision, slugs = excluded.slugs, trial = excluded.trial
WHERE knowledgebase_suggestionlist.answered_at IS NULL
  AND knowledgebase_suggestionlist.slugs <> excluded.slugs
"""


def record_shown(
    *,
    ticket_id: int,
    message_id: int,
    slugs: list[str],
    language: str,
    category: str,
    emotion: int,
    revision: int,
    trial: str,
    now: datetime,
) -> None:
    """Note which replies stand beside a ticket, best first: one row per customer's message.

    One statement. The same list again changes nothing; another one takes its place until the
    reply, so the row holds what the agent saw last.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _SHOWN,
            [ticket_id, message_id, language, category, emotion, revision, slugs, trial, now],
        )
