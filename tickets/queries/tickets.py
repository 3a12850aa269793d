"""Finding single tickets, and which ones a person may see."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject, Now

from accounts.models import User
from accounts.permissions import Permission, can
from common.errors import NotFound
from tickets.models import Draft, FailingAddress, Identity, Ticket, TicketQuerySet
from tickets.queries.failing import FAILS_FOR


def visible_tickets(user: User | AnonymousUser) -> TicketQuerySet:
    """Return the tickets that the person may read: their own and their teams', or all.

    Tickets that nobody owns yet and no team has are everybody's: somebody must pick them up.
    """
    if can(user, Permission.READ_ALL_TICKETS):
        return Ticket.objects.all()
    if not can(user, Permission.READ_TICKETS) or not isinstance(user, User):
        return Ticket.objects.none()
    mine = Q(owner=user) | Q(team__in=user.team_ids) | Q(team=None)
    return Ticket.objects.filter(mine)


def get_ticket(reference: str, *, visible_to: User | AnonymousUser) -> Ticket:
    """Return one ticket with the people around it. Raises NotFound, also for hidden ones."""
    ticket = _with_people(reference, visible_to).first()
    if ticket is None:
        raise NotFound
    return ticket


@dataclass(frozen=True, slots=True)
class TicketPage:
    """A ticket with what its page needs beside it.

    ``drafts`` are the person's own (kind, text, slug, saved_at as ISO text), ``identities`` the
    customer's (kind, value, verified, and since when and why mail to it fails), the surest first.
    """

    ticket: Ticket
    drafts: list[dict[str, Any]]
    identities: list[dict[str, Any]]


def get_ticket_page(reference: str, *, visible_to: User) -> TicketPage:
    """Return a ticket, drafts and identities in one statement. Raises NotFound."""
    drafts = Draft.objects.filter(ticket=OuterRef("pk"), user=visible_to).order_by("id")
    failing = FailingAddress.objects.filter(
        address=OuterRef("value"), last_at__gt=Now() - FAILS_FOR
    )
    known = (
        Identity.objects.filter(customer=OuterRef("customer"))
        .annotate(fails_since=failing.values("since")[:1], fails_why=failing.values("why")[:1])
        .order_by("-verified", "kind", "id")
    )
    ticket = (
        _with_people(reference, visible_to)
        .annotate(
            own_drafts=ArraySubquery(
                drafts.values(
                    json=JSONObject(
                        kind="kind", text="text", slug="template_slug", saved_at="saved_at"
                    )
                )
            ),
            identities=ArraySubquery(
                known.values(
                    json=JSONObject(
                        kind="kind",
                        value="value",
                        verified="verified",
                        fails_since="fails_since",
                        fails_why="fails_why",
                    )
                )
            ),
        )
        .first()
    )
    if ticket is None:
        raise NotFound
    # Annotations have no place in the model's type.
    found: Any = ticket
    return TicketPage(ticket, found.own_drafts, found.identities)


def _with_people(reference: str, visible_to: User | AnonymousUser) -> TicketQuerySet:
    return (
        visible_tickets(visible_to)
        .select_related("customer", "order", "owner", "team", "merged_into", "repeat_of")
        .filter(reference=reference.upper())
    )


def lock_ticket(ticket_id: int) -> Ticket:
    """Return a ticket and hold it until the transaction ends. Raises NotFound."""
    ticket = Ticket.objects.select_for_update().filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFound
    return ticket
