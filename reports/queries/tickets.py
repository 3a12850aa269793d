"""Exactly the tickets behind a figure."""

from dataclasses import dataclass

from django.db import connection

from accounts.models import User
from reports.queries import sql
from reports.queries.selection import Selection
from tickets import queries as hub
from tickets.models import Ticket

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Counted:
    """A ticket and its part in the figure; ``seconds`` is the longest of its cases.

    ``is_readable`` is False where the figure may be read but the customer's words may not.
    """

    ticket: Ticket
    cases: int
    good: int
    seconds: float | None
    is_readable: bool


@dataclass(frozen=True, slots=True)
class CountedPage:
    """One page; ``tickets`` and ``cases`` are those of all pages, ``after`` the next page's key."""

    rows: list[Counted]
    tickets: int
    cases: int
    after: int | None


def counted_tickets(
    selection: Selection,
    *,
    figure: str,
    reader: User,
    outcome: str = "",
    weekday: int = 0,
    after: int = 0,
) -> CountedPage:
    """Return a page of the tickets of one figure, newest first; three statements."""
    found = _find(selection, figure, outcome, weekday, after)
    tickets, total = found[0][4], found[0][5]
    rows = [(pk, cases, good, seconds) for pk, cases, good, seconds, *_ in found if pk is not None]
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    ids = [pk for pk, *_rest in rows]
    known = Ticket.objects.select_related("customer", "owner", "team").in_bulk(ids)
    visible = hub.visible_tickets(reader).filter(pk__in=ids).values_list("pk", flat=True)
    readable = set(visible)
    page = [Counted(known[pk], n, good, seconds, pk in readable) for pk, n, good, seconds in rows]
    return CountedPage(page, tickets, total, ids[-1] if more else None)


# The key is None in the one row that only tells that there is nothing.
_Row = tuple[int | None, int, int, float | None, int, int]


def _find(selection: Selection, figure: str, outcome: str, weekday: int, after: int) -> list[_Row]:
    parameters = selection.parameters() | {
        "figure": figure,
        "outcome": outcome,
        "weekday": weekday,
        "after": after,
        "size": PAGE_SIZE + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.TICKETS, parameters)
        return list(cursor.fetchall())
