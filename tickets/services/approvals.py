"""Asking for a remedy above one's limit, and deciding on it; never on one's own request."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Q, QuerySet, Sum

from accounts.models import User
from accounts.permissions import Permission, require
from common.text import storable
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
from tickets.models.ticket import ActorKind
from tickets.services.events import record

CUSTOMER_WINDOW = timedelta(days=90)
# A resolution that a person takes back so soon was a slip: nothing was given by it.
UNDONE_WITHIN = timedelta(minutes=10)


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
    AlreadyDecided, ReasonNeeded, TicketClosed where nothing is left to be given.
    """
    require(by, Permission.APPROVE_REMEDY)
    note = storable(note).strip()
    approval = _locked(approval_id)
    wanted = ApprovalState.APPROVED if approve else ApprovalState.DECLINED
    if approval.state != ApprovalState.WAITING:
        if approval.state == wanted and approval.decided_by == by:
            return approval
        raise AlreadyDecided(state=ApprovalState(approval.state).label)
    if not states.is_open(approval.ticket.status):
        raise TicketClosed(reference=approval.ticket.reference)
    if approval.requested_by_id == by.pk:
        raise OwnRequest
    if not approve and not note:
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
    approval.note = note
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
    _one_at_a_time(ticket)
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
    too, so that splitting a remedy, over tickets or rounds, does not get around the limit.
    """
    limit = limits.limit_for(by.role, remedy)
    if limit is None or amount <= 0:
        return None
    kind = limits.kind_of(remedy)
    # A ticket that was opened again has still given what it gave.
    others = Ticket.objects.exclude(pk=ticket.pk).filter(
        remedy__in=kind, first_resolved_at__isnull=False
    )
    on_order = to_customer = amount + _given_before(ticket, kind)
    if ticket.order_id is not None:
        on_order += _given(others.filter(order_id=ticket.order_id))
    if ticket.customer_id is not None:
        start = now - CUSTOMER_WINDOW
        recent = Q(resolved_at__gt=start) | Q(resolved_at=None, first_resolved_at__gt=start)
        to_customer += _given(others.filter(recent, customer_id=ticket.customer_id))
    return limit if on_order > limit or to_customer > limits.CUSTOMER_TIMES * limit else None


def _given(tickets: QuerySet[Ticket]) -> Decimal:
    return tickets.aggregate(total=Sum("remedy_amount"))["total"] or Decimal(0)


def _given_before(ticket: Ticket, kind: frozenset[str]) -> Decimal:
    """Return what earlier rounds of this ticket gave, less what was taken back at once."""
    if ticket.first_resolved_at is None:
        return Decimal(0)
    kinds = [EventKind.RESOLVED, EventKind.ROUND]
    events = list(ticket.events.filter(kind__in=kinds).order_by("id"))
    total = Decimal(0)
    for event, following in zip(events, [*events[1:], None], strict=True):
        if event.kind != EventKind.RESOLVED or event.data.get("remedy") not in kind:
            continue
        undone = (
            following is not None
            and following.kind == EventKind.ROUND
            and following.actor_kind == ActorKind.PERSON
            and following.data.get("keeps_owner")
            and following.at - event.at <= UNDONE_WITHIN
        )
        total += Decimal(0) if undone else Decimal(event.data.get("amount") or 0)
    return total


def _one_at_a_time(ticket: Ticket) -> None:
    """Let remedies of one order, and of one customer, wait for each other until the commit.

    Two tickets resolved in the same moment would each see nothing given by the other. Locks of
    rows would do as well, but filing a message takes those in another order.
    """
    keys = [f"remedy of order {ticket.order_id}"] if ticket.order_id else []
    keys += [f"remedy of customer {ticket.customer_id}"] if ticket.customer_id else []
    with connection.cursor() as cursor:
        for key in sorted(keys):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


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
        "note": note,
    }
    record(approval.ticket, EventKind.APPROVAL, at=now, by=by, data=data)
