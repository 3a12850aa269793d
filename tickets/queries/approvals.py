"""Reads of remedies that wait for somebody's word."""

from collections.abc import Iterable

from accounts.models import User
from accounts.permissions import Permission, can
from tickets import limits
from tickets.models import Approval, ApprovalState, Ticket
from tickets.queries.tickets import visible_tickets

_SHOWN = (ApprovalState.WAITING, ApprovalState.APPROVED, ApprovalState.DECLINED)


def approvals_of(ticket: Ticket) -> list[Approval]:
    """Return what is asked for a ticket, or was decided and not yet given; the newest first."""
    shown = _SHOWN if ticket.is_open else (ApprovalState.APPROVED, ApprovalState.DECLINED)
    asked = ticket.approvals.filter(state__in=shown).select_related("requested_by", "decided_by")
    return list(asked.order_by("-pk")[:3])


def waiting_approvals(user: User) -> list[Approval]:
    """Return what this person may decide on, the oldest first.

    On a ticket that is no longer open nothing is left to be given; opened again, it asks again.
    """
    if not can(user, Permission.APPROVE_REMEDY):
        return []
    waiting = (
        Approval.objects.filter(
            state=ApprovalState.WAITING, ticket__in=visible_tickets(user).open().values("pk")
        )
        .exclude(requested_by=user)
        .exclude(first_by=user)
        .select_related("ticket", "requested_by", "first_by")
        .order_by("pk")
    )
    return list(_within(waiting, user))


def approval_to_decide(pk: int, user: User) -> Approval | None:
    """Return a request on a ticket that the person may see, None otherwise."""
    seen = Approval.objects.filter(pk=pk, ticket__in=visible_tickets(user).values("pk"))
    return seen.select_related("ticket", "requested_by").first()


def _within(approvals: Iterable[Approval], user: User) -> Iterable[Approval]:
    for approval in approvals:
        limit = limits.limit_for(user.role, approval.remedy)
        if limit is None or approval.amount <= limit or limits.is_highest(user.role):
            yield approval
