"""What the mining reads: solved tickets with their answers and outcomes, and the library."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import User
from knowledgebase.library import current_library
from knowledgebase.mining.answers import MOST, Shelf
from knowledgebase.mining.records import Answer, Known, Question
from knowledgebase.models import Template
from knowledgebase.ranking.suggest import Need, suggest
from knowledgebase.ranking.text import detect_language
from tickets import states
from tickets.models import (
    Direction,
    EventKind,
    Identity,
    Message,
    MessageKind,
    Ticket,
    TicketEvent,
)
from tickets.taxonomy import MAY_END_ALONE, SPAM, SUBS, TOPS, sub_label, top_label

LANGUAGES = ("zh", "en")
# What stands in these tickets is nobody's business, not even counted and masked.
_GRAVE = ["self-harm", "injury", "minor", "privacy", "violence"]
_SOLVED = (states.RESOLVED, states.CLOSED)
# Looking for a reply takes some ten milliseconds a question; the newest are enough.
_QUESTIONS = 1500
_LONGEST = 4000


def shelf(language: str) -> Shelf:
    """Return the library of a language: every body for comparing, published words for showing."""
    bodies: list[tuple[str, str]] = []
    published = [label for slug in SUBS for label in (sub_label(slug, language),)]
    published += [top_label(top.slug, language) for top in TOPS]
    rows = Template.objects.filter(language=language).select_related("scenario").order_by("id")
    for template in rows:
        told = dict.fromkeys(one for one in (template.published_body, template.body) if one)
        bodies += [(template.scenario.slug, body) for body in told]
        if template.published_body:
            published += [template.published_body, template.scenario.title(language)]
    return Shelf(language, bodies, published)


def mined_categories(since: datetime) -> list[str]:
    """Return the sub-categories that have solved tickets with answers of people."""
    found = _answers().filter(ticket__resolved_at__gte=since).values_list("ticket__category")
    return sorted({category for (category,) in found.distinct() if category in SUBS})


def solved_answers(category: str, since: datetime) -> list[Answer]:
    """Return the newest answers of one sub-category, with what is known to be personal in them."""
    messages = list(
        _answers()
        .filter(ticket__category=category, ticket__resolved_at__gte=since)
        .select_related("ticket__customer", "ticket__order", "author")
        .order_by("-id")[: 2 * MOST]
    )
    tickets = {message.ticket_id: message.ticket for message in messages}
    asked, scores, repeated = _asked(tickets), _scores(tickets), _repeated(tickets)
    known = Personal(tickets.values())
    return [
        Answer(
            text=message.text[:_LONGEST],
            language=_language(message.ticket, message.text),
            customer=_customer(message.ticket),
            category=category,
            question=asked.get(message.ticket_id, ""),
            author=str(message.author_id or ""),
            reference=message.ticket.reference,
            score=scores.get((message.ticket_id, message.round)),
            was_reopened=message.ticket.round > message.round,
            was_repeated=message.ticket_id in repeated,
            known=known.of(message.ticket),
        )
        for message in messages
    ]


def unserved_questions(language: str, since: datetime) -> list[Question]:
    """Return what customers asked where no reply fits their words, the newest first.

    The category is left out on purpose: for a sure one something of it is always suggested.
    """
    library = current_library(language)
    if library is None:
        return []
    library.index.train_linear()
    tickets = {ticket.pk: ticket for ticket in _asking(since)}
    asked, known = _asked(tickets), Personal(tickets.values())
    found = []
    for ticket in tickets.values():
        text = f"{ticket.subject}\n{asked.get(ticket.pk, '')}".strip()[:_LONGEST]
        if not text or _language(ticket, text) != language:
            continue
        if not suggest(library.index, Need(text=text, language=language), limit=1):
            found.append(
                Question(
                    text=asked.get(ticket.pk, ""),
                    language=language,
                    customer=_customer(ticket),
                    category=ticket.category,
                    reference=ticket.reference,
                    known=known.of(ticket),
                )
            )
    return found


class Personal:
    """Knows of a choice of tickets what in them belongs to a person."""

    def __init__(self, tickets: Iterable[Ticket]) -> None:
        """Look up the people of all tickets at once."""
        held = list(tickets)
        customers = {ticket.customer_id for ticket in held if ticket.customer_id}
        self._names = {t.customer.name for t in held if t.customer and len(t.customer.name) > 1}
        self._keys: dict[int, list[str]] = defaultdict(list)
        for one in Identity.objects.filter(customer__in=customers).only("customer_id", "value"):
            self._keys[one.customer_id].append(one.value)
        self._staff = tuple(
            sorted(
                {
                    name
                    for user in User.objects.only("display_name", "username")
                    for name in (user.label, user.display_name)
                    if len(name) > 1
                }
            )
        )

    def of(self, ticket: Ticket) -> Known:
        """Return the values of one ticket, and the names of everybody else in the choice."""
        own = ticket.customer.name if ticket.customer else ""
        order = ticket.order
        slots = {
            "customer_name": (own,),
            "agent_name": self._staff,
            "case_no": (ticket.reference,),
            "order_no": (ticket.order_number, order.number if order else ""),
        }
        if order is not None:
            slots |= {
                "product_name": (order.product_name,),
                "sku": (order.sku,),
                "carrier": (order.carrier,),
                "tracking_no": (order.tracking_no,),
                "last_scan": (order.last_scan,),
            }
        private = [*self._keys.get(ticket.customer_id or 0, ()), *(self._names - {own})]
        return Known(
            slots={name: tuple(filter(None, values)) for name, values in slots.items()},
            private=tuple(private),
        )


def _answers() -> QuerySet[Message]:
    return Message.objects.filter(
        direction=Direction.OUT,
        kind=MessageKind.REPLY,
        template_slug="",
        author__isnull=False,
        ticket__status__in=_SOLVED,
        ticket__is_test=False,
    ).exclude(ticket__flags__overlap=_GRAVE)


def _asking(since: datetime) -> list[Ticket]:
    return list(
        Ticket.objects.filter(opened_at__gte=since, is_test=False)
        .exclude(Q(status__in=[states.MERGED, states.REJECTED]) | Q(flags__overlap=_GRAVE))
        .exclude(category__in=[*MAY_END_ALONE, SPAM])
        .select_related("customer", "order")
        .order_by("-id")[: 2 * _QUESTIONS]
    )


def _language(ticket: Ticket, text: str) -> str:
    return ticket.language if ticket.language in LANGUAGES else detect_language(text)


def _customer(ticket: Ticket) -> str:
    return f"c{ticket.customer_id}" if ticket.customer_id else f"t{ticket.pk}"


def _in_parts(ids: Iterable[int]) -> Iterator[list[int]]:
    held = sorted(ids)
    for start in range(0, len(held), 1000):
        yield held[start : start + 1000]


def _asked(tickets: Iterable[int]) -> dict[int, str]:
    """Return the first message of each ticket."""
    found: dict[int, str] = {}
    for part in _in_parts(tickets):
        rows = (
            Message.objects.filter(ticket__in=part, direction=Direction.IN)
            .order_by("ticket_id", "id")
            .distinct("ticket_id")
            .values_list("ticket_id", "reply_text", "text")
        )
        found |= {ticket: (short or text)[:_LONGEST] for ticket, short, text in rows}
    return found


def _scores(tickets: Iterable[int]) -> dict[tuple[int, int], int]:
    """Return the first score of each round."""
    found: dict[tuple[int, int], int] = {}
    for part in _in_parts(tickets):
        events = TicketEvent.objects.filter(ticket__in=part, kind=EventKind.SURVEY).order_by("id")
        for event in events.only("ticket_id", "data"):
            score = event.data.get("score")
            if isinstance(score, int):
                found.setdefault((event.ticket_id, event.data.get("round", 1)), score)
    return found


def _repeated(tickets: Iterable[int]) -> set[int]:
    found: set[int] = set()
    for part in _in_parts(tickets):
        rows = Ticket.objects.filter(repeat_of__in=part).only("repeat_of_id")
        found |= {one.repeat_of_id for one in rows if one.repeat_of_id is not None}
    return found
