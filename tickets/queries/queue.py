"""The queue: views, filters, groups by clock, search. Every list is paged by key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.text import storable
from tickets import states
from tickets.models import Ticket, TicketQuerySet
from tickets.queries.escalated import escalated_to
from tickets.queries.tickets import visible_tickets
from tickets.words import query_words

PAGE_SIZE = 50
RISK_WINDOW = timedelta(hours=1)

VIEWS = {
    "triage": _("Needs triage"),
    "mine": _("Mine"),
    "team": _("My team"),
    "unassigned": _("Unassigned"),
    "risk": _("At risk of breach"),
    "second": _("Second handling"),
    "escalated": _("Escalated to you"),
    "snoozed": _("Snoozed"),
    "all": _("All open"),
    "resolved": _("Resolved"),
}
_FILTERS = {
    "status": "status__in",
    "priority": "priority__in",
    "channel": "channel__in",
    "source": "source__in",
    "language": "language__in",
    "emotion": "emotion__in",
    "team": "team__code__in",
    "owner": "owner__username__in",
}


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of a queue: ``after`` is the key of the next page, "" at the end."""

    tickets: list[Ticket]
    after: str


def view_tickets(view: str, user: User, now: datetime) -> TicketQuerySet:
    """Return the tickets of a named view that the person may see."""
    tickets = visible_tickets(user)
    if view == "resolved":
        return tickets.filter(status__in=[states.RESOLVED, states.CLOSED])
    tickets = tickets.open()
    asleep = Q(snoozed_until__gt=now)
    if view == "snoozed":
        return tickets.filter(asleep)
    tickets = tickets.exclude(asleep)
    narrow = _VIEW_FILTERS.get(view)
    return tickets.filter(narrow(user, now)) if narrow else tickets


_VIEW_FILTERS: dict[str, Callable[[User, datetime], Q]] = {
    "triage": lambda _user, _now: Q(abstained=True),
    "mine": lambda user, _now: Q(owner=user),
    "team": lambda user, _now: Q(team__in=user.teams.all()),
    "unassigned": lambda _user, _now: Q(owner=None),
    "risk": lambda _user, now: Q(due_at__lt=now + RISK_WINDOW),
    "second": lambda _user, _now: Q(round__gte=2),
    "escalated": escalated_to,
}


def filtered(tickets: TicketQuerySet, chosen: Mapping[str, list[str]]) -> TicketQuerySet:
    """Narrow a queue by the filters in the address bar; unknown names and values match nothing."""
    for name, lookup in _FILTERS.items():
        values = [storable(value) for value in chosen.get(name, []) if value]
        if name in {"priority", "emotion"}:
            values = [value for value in values if value.isdecimal() and len(value) < 9]
        if values:
            tickets = tickets.filter(**{lookup: values})
    categories = [storable(value) for value in chosen.get("category", []) if value]
    if categories:
        by_category = Q()
        for value in categories:
            by_category |= Q(category=value) | Q(category__startswith=f"{value}.")
        tickets = tickets.filter(by_category)
    flags = [storable(value) for value in chosen.get("flag", []) if value]
    return tickets.filter(flags__overlap=flags) if flags else tickets


def queue_page(tickets: QuerySet[Ticket], *, after: str = "", size: int = PAGE_SIZE) -> QueuePage:
    """Return one page, next due first, tickets whose clock stands still last; one statement."""
    rows = _after(tickets, after).select_related("customer", "owner", "team")
    ordered = list(rows.order_by(F("due_at").asc(nulls_last=True), "id")[: size + 1])
    more = len(ordered) > size
    page = ordered[:size]
    return QueuePage(page, _key(page[-1]) if more else "")


def _key(ticket: Ticket) -> str:
    due = ticket.due_at.timestamp() if ticket.due_at else None
    return f"{due if due is not None else 'none'}_{ticket.pk}"


def _after(tickets: QuerySet[Ticket], after: str) -> QuerySet[Ticket]:
    due_text, _sep, id_text = after.rpartition("_")
    if not id_text.isdecimal():
        return tickets
    if due_text == "none":
        return tickets.filter(due_at=None, pk__gt=int(id_text))
    try:
        due = datetime.fromtimestamp(float(due_text)).astimezone()
    except (ValueError, OverflowError, OSError):
        return tickets
    later = Q(due_at__gt=due) | Q(due_at=due, pk__gt=int(id_text)) | Q(due_at=None)
    return tickets.filter(later)


def counts(user: User, now: datetime) -> dict[str, int]:
    """Return how many tickets stand in each view, for the rail; one statement."""
    awake = ~Q(snoozed_until__gt=now) | Q(snoozed_until=None)
    risk = Q(due_at__lt=now + RISK_WINDOW)
    numbers = (
        visible_tickets(user)
        .open()
        .aggregate(
            triage=Count("id", filter=awake & Q(abstained=True)),
            mine=Count("id", filter=awake & Q(owner=user)),
            mine_risk=Count("id", filter=awake & Q(owner=user) & risk),
            team=Count("id", filter=awake & Q(team__in=user.team_ids)),
            unassigned=Count("id", filter=awake & Q(owner=None)),
            risk=Count("id", filter=awake & risk),
            second=Count("id", filter=awake & Q(round__gte=2)),
            escalated=Count("id", filter=awake & escalated_to(user, now)),
            snoozed=Count("id", filter=Q(snoozed_until__gt=now)),
            all=Count("id", filter=awake),
        )
    )
    return dict(numbers)


def search(text: str, *, visible_to: User, limit: int = PAGE_SIZE) -> list[Ticket]:
    """Find tickets by number, order, customer or words; the newest first; two statements."""
    text = storable(text)
    hits = _word_hits(query_words(text), limit * 20)
    exact = Q(reference__iexact=text.strip()) | Q(order_number__iexact=text.strip())
    tickets = visible_tickets(visible_to).select_related("customer", "owner", "team")
    return list(tickets.filter(exact | Q(pk__in=hits)).order_by("-id")[:limit])


def _word_hits(words: list[str], limit: int) -> list[int]:
    """Return the newest tickets that hold all the words.

    Materialised, because with a plain ORDER BY id DESC LIMIT the planner walks the key backwards
    and reads every ticket when a word is absent.
    """
    if not words:
        return []
    query = " & ".join(f"'{_quoted(word)}'" for word in words)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH hits AS MATERIALIZED (SELECT ticket_id FROM tickets_ticketsearch"
            " WHERE document @@ %s::tsquery)"
            " SELECT ticket_id FROM hits ORDER BY ticket_id DESC LIMIT %s",
            [query, limit],
        )
        return [row[0] for row in cursor.fetchall()]


def _quoted(word: str) -> str:
    return word.replace("\\", "\\\\").replace("'", "''")
