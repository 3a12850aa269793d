"""The queue in groups by clock: what is late, what is next, what can wait."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.models import Ticket

SOON = timedelta(hours=1)

LABELS: dict[str, str | Promise] = {
    "late": _("Past due"),
    "soon": _("Due within 1 hour"),
    "today": _("Today"),
    "later": _("Later"),
    "still": _("Clock not running"),
    "found": _("Found"),
}


@dataclass(slots=True)
class Group:
    """One heading of the queue; ``is_whole`` says that no further page can add to it."""

    key: str
    tickets: list[Ticket] = field(default_factory=list)
    is_whole: bool = True

    @property
    def label(self) -> str | Promise:
        """The heading."""
        return LABELS[self.key]


def group_of(ticket: Ticket, now: datetime) -> str:
    """Name the group of one ticket."""
    if ticket.due_at is None:
        return "still"
    if ticket.due_at < now:
        return "late"
    if ticket.due_at < now + SOON:
        return "soon"
    is_today = timezone.localdate(ticket.due_at) == timezone.localdate(now)
    return "today" if is_today else "later"


def grouped(tickets: Iterable[Ticket], now: datetime, *, more: bool) -> list[Group]:
    """Cut a page that is ordered by due time into groups."""
    groups: list[Group] = []
    for ticket in tickets:
        key = group_of(ticket, now)
        if not groups or groups[-1].key != key:
            groups.append(Group(key))
        groups[-1].tickets.append(ticket)
    if groups and more:
        groups[-1].is_whole = False
    return groups
