"""Asking for a remedy above one's limit, and deciding on it; never on one's own request."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet, Sum

from accounts.models import User
from accounts.permissions import Permission, require
from tickets import limits, queries, states
from tickets.errors import (
    AlreadyAsked,
    AlreadyDecided,
    ApprovalNeeded,
    OwnRequest,
    ReasonNeeded,
    TicketClosed,
    WithinLimit,
)
from tickets.models import Approval, ApprovalState, EventKind, Ticket
from tickets.services.events import record

CUSTOMER_WINDOW = timedelta(days=90)


@transaction.atomic
def request_approval(
    *, ticket_id: int, remedy: str, amount: Decimal, reason: str, by: User, now: datetime
) -> Approval:
    """Ask for a remedy that ``by`` may not give alone.

    Asking again for the same changes nothing. Raises WithinLimit, AlreadyAsked, ReasonNeeded,
    TicketClosed.
    """
    require(by, Permission.RESOLVE)
    ticket = queries.lock_ticket(ticket_id)
    if ticket.status not in states.OPEN_STATES:
        raise TicketClosed(reference=ticket.reference)
    if not reason.strip():
        raise ReasonNeeded
    if reach_of_limit(ticket, remedy, amount, by, now) is None:
        raise WithinLimit
    waiting = ticket.approvals.filter(state=ApprovalState.WAITING).first()
    if waiting is not None:
        if (waiting.remedy, waiting.amount, waiting.requested_by) == (remedy, amount, by):
            return waiting
        raise AlreadyAsked(name=waiting.requested_by.label, amount=waiting.amount)
    approval = Approval.objects.create(
        ticket=ticket,
        remedy=remedy,
        amount=amount,
        reason=reason.strip(),
        requested_by=by,
        requested_at=now,
    )
    _record(approval, "asked", approval.reason, by, now)
    return approval


@transaction.atomic
def decide_approval(
    *, approval_id: int, approve: bool, by: User, now: datetime, note: str = ""
) -> Approval:
    """Approve or decline a request. Declining needs a note.

    Raises OwnRequest, ApprovalNeeded where the amount is over the limit of ``by`` too,
    AlreadyDecided, ReasonNeeded.
    """
    require(by, Permission.APPROVE_REMEDY)
    approval = _locked(approval_id)
    wanted = ApprovalState.APPROVED if approve else ApprovalState.DECLINED
    if approval.state != ApprovalState.WAITING:
        if approval.state == wanted and approval.decided_by == by:
            return approval
        raise AlreadyDecided(state=ApprovalState(approval.state).label)
    if approval.requested_by_id == by.pk:
        raise OwnRequest
    if not approve and not note.strip():
        raise ReasonNeeded
    if approve and not _is_enough(approval, by, now):
        if approval.first_by_id is not None:
            # The same person once more: one word is one word.
            return approval
        approval.first_by = by
        approval.save(update_fields=["first_by"])
        _record(approval, "seconded", note, by, now)
        return approval
    approval.state = wanted
    approval.decided_by = by
    approval.decided_at = now
    approval.note = note.strip()
    approval.save(update_fields=["state", "decided_by", "decided_at", "note"])
    _record(approval, "given" if approve else "declined", note, by, now)
    return approval


@transaction.atomic
def withdraw_approval(*, approval_id: int, by: User, now: datetime) -> Approval:
    """Take one's own request back; one that is decided stays as it is."""
    require(by, Permission.RESOLVE)
    approval = _locked(approval_id)
    if approval.state != ApprovalState.WAITING or approval.requested_by_id != by.pk:
        raise AlreadyDecided(state=ApprovalState(approval.state).label)
    approval.state = ApprovalState.WITHDRAWN
    approval.decided_at = now
    approval.save(update_fields=["state", "decided_at"])
    _record(approval, "withdrawn", "", by, now)
    return approval


def check_limit(
    ticket: Ticket, remedy: str, amount: Decimal | None, by: User, now: datetime
) -> None:
    """Raise ApprovalNeeded unless ``by`` may give this, or somebody approved it; spend the word.

    For a ticket that is locked by the caller.
    """
    if amount is None:
        return
    limit = reach_of_limit(ticket, remedy, amount, by, now)
    if limit is None:
        return
    approved = ticket.approvals.filter(
        state=ApprovalState.APPROVED, remedy=remedy, amount__gte=amount
    ).first()
    if approved is None:
        raise ApprovalNeeded(limit=limit)
    approved.state = ApprovalState.USED
    approved.save(update_fields=["state"])


def reach_of_limit(
    ticket: Ticket, remedy: str, amount: Decimal, by: User, now: datetime
) -> Decimal | None:
    """Return the limit that the amount exceeds, None where it exceeds none.

    What the order, and three orders' worth within 90 days the customer, was given before counts
    too, so that splitting a remedy does not get around the limit.
    """
    limit = limits.limit_for(by.role, remedy)
    if limit is None or amount <= 0:
        return None
    kind = limits.kind_of(remedy)
    others = Ticket.objects.exclude(pk=ticket.pk).filter(remedy__in=kind, resolved_at__isnull=False)
    on_order = to_customer = amount
    if ticket.order_id is not None:
        on_order += _given(others.filter(order_id=ticket.order_id))
    if ticket.customer_id is not None:
        recent = others.filter(resolved_at__gt=now - CUSTOMER_WINDOW)
        to_customer += _given(recent.filter(customer_id=ticket.customer_id))
    return limit if on_order > limit or to_customer > limits.CUSTOMER_TIMES * limit else None


def _given(tickets: QuerySet[Ticket]) -> Decimal:
    return tickets.aggregate(total=Sum("remedy_amount"))["total"] or Decimal(0)


def _locked(approval_id: int) -> Approval:
    # The ticket first, as everywhere: whoever resolves it holds it too.
    ticket_id = Approval.objects.values_list("ticket_id", flat=True).get(pk=approval_id)
    queries.lock_ticket(ticket_id)
    return Approval.objects.select_related("ticket", "requested_by").get(pk=approval_id)


def _is_enough(approval: Approval, by: User, now: datetime) -> bool:
    """Tell whether this word alone, or as the second of two, decides. Raises ApprovalNeeded."""
    limit = reach_of_limit(approval.ticket, approval.remedy, approval.amount, by, now)
    if limit is None:
        return True
    if not limits.is_highest(by.role):
        raise ApprovalNeeded(limit=limit)
    return approval.first_by_id is not None and approval.first_by_id != by.pk


def _record(approval: Approval, what: str, note: str, by: User, now: datetime) -> None:
    data = {
        "what": what,
        "remedy": approval.remedy,
        "amount": str(approval.amount),
        "note": note.strip(),
    }
    record(approval.ticket, EventKind.APPROVAL, at=now, by=by, data=data)
