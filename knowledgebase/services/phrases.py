"""Customers' own words become examples of the reply that answered them well."""

import re
from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery

from knowledgebase.mining.records import Known
from knowledgebase.mining.slots import slot
from knowledgebase.models import LearntPhrase, TemplateUse
from knowledgebase.ranking.text import normalise
from knowledgebase.services.revision import bump_revision
from tickets.models import Direction, Message

# At most so many for one reply in one language, from one agent, from one customer.
MOST_PHRASES, MOST_OF_AGENT, MOST_OF_CUSTOMER = 12, 4, 1
# What was rewritten more than this did not answer as it stood.
_MOST_EDITED = 0.3
_KEPT = timedelta(days=365)
_LOOKED_BACK = timedelta(days=30)
_BATCH = 2_000
_LEAST_CHARS = {"zh": 6, "en": 15}
_LONGEST = 300
_PERSONAL = re.compile(r"\{[a-z_]+\}|\ufffd|\S*\d\S*")
# Two phrases that share this many of their pieces teach the same.
_SAME = 0.8


@transaction.atomic
def learn_phrases(*, now: datetime) -> int:
    """Take the words of customers whose picked reply ended well; return how many. Repeatable."""
    old, _ = LearntPhrase.objects.filter(at__lte=now - _KEPT).delete()
    held = _Held()
    added = 0
    for use in _confirmed(now):
        phrase = _phrase_of(use)
        if phrase and held.takes(use, phrase):
            LearntPhrase.objects.get_or_create(
                use=use,
                defaults={
                    "scenario_id": use.template.scenario_id,
                    "language": use.template.language,
                    "text": phrase,
                    "by_id": use.by_id,
                    "at": now,
                },
            )
            added += 1
    if added or old:
        bump_revision()
    return added


def _confirmed(now: datetime) -> list[TemplateUse]:
    """Return uses that were picked, hardly changed, and ended well; no risks, no tests."""
    asked = Message.objects.filter(
        ticket_id=OuterRef("ticket_id"), direction=Direction.IN, pk__lt=OuterRef("message_id")
    ).order_by("-id")
    uses = TemplateUse.objects.filter(
        is_good=True,
        phrase=None,
        edited_share__lte=_MOST_EDITED,
        settled_at__gt=now - _LOOKED_BACK,
        ticket__flags=[],
        ticket__is_test=False,
        ticket__is_backfill=False,
    )
    return list(
        uses.select_related("template__scenario", "ticket__customer")
        .annotate(asked=Subquery(asked.values("text")[:1]))
        .annotate(asked_short=Subquery(asked.values("reply_text")[:1]))
        .order_by("id")[:_BATCH]
    )


def _phrase_of(use: TemplateUse) -> str:
    """Return what the customer asked without anything personal; "" when little is left."""
    language = use.template.language
    name = use.ticket.customer.name if use.ticket.customer else ""
    told = getattr(use, "asked_short", "") or getattr(use, "asked", "") or ""
    if use.ticket.language not in {"", language}:
        return ""
    known = Known(slots={"customer_name": (name,)} if name else {})
    plain = _PERSONAL.sub(" ", slot(told[: 4 * _LONGEST], language, known))
    phrase = " ".join(plain.split())[:_LONGEST]
    return phrase if len(phrase) >= _LEAST_CHARS.get(language, 15) else ""


class _Held:
    """What is held already, and how much more each reply may take."""

    def __init__(self) -> None:
        self.by_reply: Counter[tuple[int, str]] = Counter()
        self.by_agent: Counter[tuple[int, str, int | None]] = Counter()
        self.by_customer: Counter[tuple[int, str, int | None]] = Counter()
        self.pieces: dict[tuple[int, str], list[set[str]]] = {}
        rows = LearntPhrase.objects.select_related("use__ticket")
        for one in rows:
            place = (one.scenario_id, one.language)
            self._count(place, one.by_id, one.use.ticket.customer_id, one.text)

    def takes(self, use: TemplateUse, phrase: str) -> bool:
        """Whether there is room for a phrase that says something new; counts it then."""
        scenario, language = use.template.scenario, use.template.language
        place = (scenario.pk, language)
        customer = use.ticket.customer_id
        if (
            self.by_reply[place] >= MOST_PHRASES
            or self.by_agent[*place, use.by_id] >= MOST_OF_AGENT
            or self.by_customer[*place, customer] >= MOST_OF_CUSTOMER
        ):
            return False
        known = [_pieces(one) for one in scenario.examples(language)]
        new = _pieces(phrase)
        if any(_overlap(new, one) >= _SAME for one in (*known, *self.pieces.get(place, ()))):
            return False
        self._count(place, use.by_id, customer, phrase)
        return True

    def _count(
        self, place: tuple[int, str], by: int | None, customer: int | None, text: str
    ) -> None:
        self.by_reply[place] += 1
        self.by_agent[*place, by] += 1
        self.by_customer[*place, customer] += 1
        self.pieces.setdefault(place, []).append(_pieces(text))


def _pieces(text: str) -> set[str]:
    plain = normalise(text)
    return {plain[i : i + 3] for i in range(max(len(plain) - 2, 1))}


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(len(one | other), 1)
