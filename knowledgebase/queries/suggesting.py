"""The replies to put beside an open ticket."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from knowledgebase import policy, variables
from knowledgebase.library import Library, current_library
from knowledgebase.models import OutcomeCount, Scenario
from knowledgebase.queries.filling import known_values, order_facts, shop_day, zone_of
from knowledgebase.ranking.harm import LEAST_PEERS
from knowledgebase.ranking.outcome import USUAL_RATE, Counts, Outcome
from knowledgebase.ranking.suggest import Need, Suggestion, Why, suggest
from knowledgebase.ranking.text import detect_language
from tickets.models import Direction, Message, Ticket

# Only the newest messages say what the customer wants now.
_LATEST = 3


@dataclass(frozen=True, slots=True)
class SuggestedReply:
    """One reply ready to insert: filled as far as is known, and why it is here."""

    key: int
    scenario: Scenario
    language: str
    variant: str
    text: str
    missing: tuple[str, ...]
    why: Why
    revision: int = 0

    @property
    def slug(self) -> str:
        """The scenario, as a reply names it."""
        return self.scenario.slug

    @property
    def outcome(self) -> Outcome:
        """What the reply led to so far for this emotion."""
        return self.why.outcome

    @property
    def good_percent(self) -> int:
        """Share of uses that ended well, in whole percent."""
        return round(100 * self.outcome.good / self.outcome.uses) if self.outcome.uses else 0


def suggest_for_ticket(
    ticket: Ticket, *, agent: User, now: datetime, limit: int = 3
) -> list[SuggestedReply]:
    """Return the best replies in the customer's language; none when nothing fits."""
    asked = _latest_words(ticket)
    language = reply_language(ticket, asked)
    library = current_library(language)
    if library is None or not asked.strip():
        return []
    variant = policy.variant_for(ticket.emotion, distressed=ticket.distressed)
    need = Need(
        text=asked,
        language=language,
        category=ticket.category,
        category_is_sure=bool(ticket.category) and not ticket.abstained,
        emotion=ticket.emotion,
        seed=f"{ticket.reference} {ticket.last_customer_message_id}",
        paused=library.left_out(order_facts(ticket, now=now), shop_day(now))
        | library.held_back(variant),
    )
    led_to = outcomes_at(ticket.emotion, library, variant)
    found = suggest(library.index, need, outcomes=led_to, limit=limit)
    values = known_values(ticket, agent=agent, now=now, language=language)
    return [
        _fill(key, one, library, ticket, values, variant, now)
        for key, one in enumerate(found, start=1)
    ]


def reply_language(ticket: Ticket, text: str = "") -> str:
    """Return the language to answer in: the ticket's, else the text's."""
    return ticket.language if ticket.language in {"zh", "en"} else detect_language(text)


def _latest_words(ticket: Ticket) -> str:
    messages = Message.objects.filter(ticket=ticket, direction=Direction.IN).order_by("-id")
    texts = [m.reply_text or m.text for m in messages.only("reply_text", "text")[:_LATEST]]
    return "\n".join([ticket.subject, *reversed(texts)])


def outcomes_at(emotion: int, library: Library, variant: str) -> dict[str, Outcome]:
    """Return what each scenario led to at an emotion, beside the usual of its sub-category."""
    rows = list(OutcomeCount.objects.filter(emotion=emotion).select_related("scenario"))
    usual: dict[str, Counts] = {}
    for row in rows:
        for scope in ("", row.scenario.category or "general"):
            usual[scope] = usual.get(scope, Counts()) + row.counts
    found = {
        row.scenario.slug: row.counts.outcome(
            _usual(usual, row.scenario.category or "general"),
            is_harmful=library.does_harm(row.scenario.slug, variant),
        )
        for row in rows
    }
    for slug, _mood in library.harmful:
        if slug not in found and library.does_harm(slug, variant):
            found[slug] = Outcome(is_harmful=True)
    return found


def _usual(pools: dict[str, Counts], category: str) -> float:
    """Return the rate of a sub-category; of all replies where few of it were used."""
    for scope in (category, ""):
        rate = pools[scope].rate
        if rate is not None and pools[scope].weighed >= LEAST_PEERS:
            return rate
    return USUAL_RATE


def _fill(
    key: int,
    suggestion: Suggestion,
    library: Library,
    ticket: Ticket,
    values: dict[str, object],
    wanted: str,
    now: datetime,
) -> SuggestedReply:
    language = library.index.language
    variant, body = library.body(suggestion.id, wanted)
    filled = variables.fill(
        body, values, language=language, zone=zone_of(ticket), this_year=now.year
    )
    return SuggestedReply(
        key=key,
        scenario=library.scenarios[suggestion.id],
        language=language,
        variant=variant,
        text=filled.text,
        missing=filled.missing,
        why=suggestion.why,
        revision=library.revision,
    )
