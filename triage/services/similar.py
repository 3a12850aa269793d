"""Keep what tickets are known by, so that others like them are found."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import connection

from tickets.models import Ticket
from tickets.taxonomy import SPAM
from triage.ml.similar import category_term
from triage.models import Fingerprint
from triage.queries import similar as reads

AT_ONCE = 500

Progress = Callable[[int], None]


def keep_fingerprints(*, ticket_ids: Sequence[int]) -> int:
    """Write what the tickets are known by and whether they are found; return how many.

    Safe to repeat at any time: the tickets as they are now decide. Tests are left out.
    """
    # Late: it brings the dictionaries, and pages import these services too.
    from triage.ml.fingerprint import terms_of

    tickets = Ticket.objects.filter(pk__in=ticket_ids, is_test=False)
    texts = reads.text_of_problem(ticket_ids)
    rows = [
        Fingerprint(
            ticket=ticket,
            terms=[
                *([category_term(ticket.category)] if ticket.category else []),
                *terms_of(ticket.subject, texts.get(ticket.pk, ""), ticket.language),
            ],
            is_solved=ticket.status in reads.SOLVED and ticket.category != SPAM,
        )
        for ticket in tickets
    ]
    Fingerprint.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["ticket"], update_fields=["terms", "is_solved"]
    )
    return len(rows)


def keep_missing(*, since: datetime | None = None, said: Progress | None = None) -> int:
    """Write the fingerprints of solved tickets that have none; return how many.

    Goes by keys in small parts, each written on its own: stopped half-way, it goes on there.
    """
    done = last = 0
    while True:
        missing = reads.without_fingerprint(after=last, since=since)
        part = list(missing.values_list("pk", flat=True)[:AT_ONCE])
        if not part:
            return done
        done += keep_fingerprints(ticket_ids=part)
        last = part[-1]
        if said is not None:
            said(done)


def count_terms() -> None:
    """Have PostgreSQL count how common terms are, as it does by itself after many changes."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE triage_fingerprint")
    reads.forget_statistics()
