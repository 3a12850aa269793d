"""Solved tickets that are like another one."""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import islice
from operator import or_

from django.db import connection
from django.db.models import BinaryField, Exists, F, Func, OuterRef, Q, QuerySet

from accounts.models import User
from tickets import queries as pool
from tickets import states
from tickets.models import EventKind, Message, MessageKind, Ticket, TicketEvent
from tickets.taxonomy import SPAM
from triage.ml.similar import Candidates, Frequencies, Wanted, category_term, probes, rank
from triage.models import Fingerprint, Prediction

SOLVED = (states.RESOLVED, states.CLOSED)
SHOWN = 3
TITLE_LENGTH = 120
# Below this two tickets have little more in common than that somebody complains.
LEAST_LIKENESS = 0.15
# What the customer wrote first says what it is about.
FIRST_MESSAGES = 3
_MOST_CANDIDATES = 2_000
# Mostly the first few may be seen; who may see little looks through more at once.
_LOOKED_AT_FIRST = 8
_LOOKED_AT = 100
_COUNTED_EXACTLY = 2_000
_KEEP_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class SimilarTicket:
    """A solved ticket, how like it is (0..1), and the score of its survey, if one was answered.

    ``title`` is its subject, or how the customer began.
    """

    ticket: Ticket
    title: str
    likeness: float
    is_same_customer: bool
    score: int | None

    @property
    def percent(self) -> int:
        """The likeness in percent; never 100, because two problems are never the same."""
        return min(99, round(self.likeness * 100))


def similar_solved(ticket: Ticket, *, visible_to: User) -> list[SimilarTicket]:
    """Return at most three solved tickets that the person may see, the most alike first."""
    own = Fingerprint.objects.filter(pk=ticket.pk).first()
    if own is None:
        return []
    wanted = Wanted([term for term in own.terms if term >= 0], _categories(ticket))
    known = frequencies()
    ranked = [
        (likeness, pk)
        for likeness, pk in rank(wanted, candidates(wanted, known), known)
        if likeness >= LEAST_LIKENESS and pk != ticket.pk
    ]
    return _shown(ranked, ticket, visible_to)


def _categories(ticket: Ticket) -> dict[int, float]:
    """Return the chance of each category: what a person set is sure."""
    if ticket.is_confirmed and ticket.category:
        return {category_term(ticket.category): 1.0}
    readings = Prediction.objects.filter(ticket=ticket).order_by("-id")
    pairs = readings.values_list("decision__alternatives", flat=True).first() or []
    if not pairs and ticket.category:
        pairs = [(ticket.category, ticket.confidence or 0.5)]
    return {category_term(slug): float(chance) for slug, chance in pairs}


def _shown(
    ranked: Sequence[tuple[float, int]], ticket: Ticket, visible_to: User
) -> list[SimilarTicket]:
    seen = pool.visible_tickets(visible_to).filter(status__in=SOLVED, is_test=False)
    found: list[tuple[float, Ticket]] = []
    rest, at_once = iter(ranked), _LOOKED_AT_FIRST
    while len(found) < SHOWN and (part := list(islice(rest, at_once))):
        visible = seen.exclude(category=SPAM).in_bulk([pk for _, pk in part])
        found += [(likeness, visible[pk]) for likeness, pk in part if pk in visible]
        at_once = _LOOKED_AT
    del found[SHOWN:]
    scores = _scores([other.pk for _, other in found])
    texts = text_of_problem([other.pk for _, other in found if not other.subject])
    return [
        SimilarTicket(
            other,
            other.subject or " ".join(texts.get(other.pk, "").split())[:TITLE_LENGTH],
            likeness,
            ticket.customer_id is not None and other.customer_id == ticket.customer_id,
            scores.get(other.pk),
        )
        for likeness, other in found
    ]


def _scores(ticket_ids: Sequence[int]) -> dict[int, int]:
    """Return the last score that customers gave, by ticket."""
    if not ticket_ids:
        return {}
    events = TicketEvent.objects.filter(ticket_id__in=ticket_ids, kind=EventKind.SURVEY)
    return {
        event.ticket_id: event.data["score"]
        for event in events.order_by("id")
        if event.data.get("score")
    }


def candidates(wanted: Wanted, known: Frequencies) -> Candidates:
    """Return solved tickets that share a rare combination of terms, with their terms."""
    holds = [Q(terms__contains=list(combination)) for combination in probes(wanted, known)]
    if not holds:
        return Candidates.of([])
    found = Fingerprint.objects.filter(reduce(or_, holds), is_solved=True)
    # Forty thousand numbers: as bytes they cost a fifth of what they cost as lists.
    sent = Func(F("terms"), function="array_send", output_field=BinaryField())
    return Candidates.of_sent(list(found.values_list("ticket_id", sent)[:_MOST_CANDIDATES]))


class _Counted:
    """What PostgreSQL knows of all terms, kept for some minutes."""

    at = float("-inf")
    terms = Frequencies(0, {}, 1.0)


def frequencies() -> Frequencies:
    """Return how common terms are: by the table's statistics, or counted in a small pool."""
    if time.monotonic() - _Counted.at > _KEEP_SECONDS:
        _Counted.terms, _Counted.at = _statistics(), time.monotonic()
    known = _Counted.terms
    return known if known.tickets > _COUNTED_EXACTLY and known.shares else _count()


def forget_statistics() -> None:
    """Read the statistics anew at the next look-up."""
    _Counted.at = float("-inf")


_STATISTICS = """
SELECT greatest(c.reltuples, 0)::bigint, s.most_common_elems::text::int4[],
       s.most_common_elem_freqs
FROM pg_class c
LEFT JOIN pg_stats s ON s.schemaname = c.relnamespace::regnamespace::text
    AND s.tablename = c.relname AND s.attname = 'terms'
WHERE c.oid = 'triage_fingerprint'::regclass
"""


def _statistics() -> Frequencies:
    with connection.cursor() as cursor:
        cursor.execute(_STATISTICS)
        tickets, terms, found = cursor.fetchone()
    # Behind the shares stand the least, the largest and the one of nothing.
    shares = dict(zip(terms or (), found or (), strict=False))
    # What is not listed is rarer than what is; half of that is a guess on the safe side.
    least = min(shares.values(), default=0.0) / 2
    return Frequencies(tickets, shares, max(least, 1 / max(tickets, 1)))


_COUNTS = """
SELECT term, count(*) FROM triage_fingerprint, unnest(terms) term
WHERE is_solved GROUP BY term
"""


def _count() -> Frequencies:
    """Count in a pool that is small, or that PostgreSQL has not analysed yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM triage_fingerprint WHERE is_solved")
        tickets = max(cursor.fetchone()[0], 1)
        if tickets > 10 * _COUNTED_EXACTLY:
            return Frequencies(tickets, {}, 1 / tickets)
        cursor.execute(_COUNTS)
        shares = {term: found / tickets for term, found in cursor.fetchall()}
    return Frequencies(tickets, shares, 1 / tickets)


def text_of_problem(ticket_ids: Sequence[int]) -> dict[int, str]:
    """Return what customers wrote first, by ticket; tickets without a word are left out."""
    if not ticket_ids:
        return {}
    texts: dict[int, list[str]] = defaultdict(list)
    messages = Message.objects.filter(ticket_id__in=ticket_ids, kind=MessageKind.CUSTOMER)
    for message in messages.order_by("ticket_id", "id").iterator(chunk_size=500):
        if len(texts[message.ticket_id]) < FIRST_MESSAGES:
            texts[message.ticket_id].append(message.shown_text)
    return {ticket_id: "\n".join(parts) for ticket_id, parts in texts.items()}


def without_fingerprint(*, after: int = 0, since: datetime | None = None) -> QuerySet[Ticket]:
    """Return solved tickets that are not found yet, in the order of their keys."""
    kept = Fingerprint.objects.filter(pk=OuterRef("pk"), is_solved=True)
    tickets = Ticket.objects.filter(~Exists(kept), pk__gt=after, status__in=SOLVED, is_test=False)
    if since is not None:
        tickets = tickets.filter(resolved_at__gte=since)
    return tickets.exclude(category=SPAM).order_by("pk")
