"""Checks a reply with everything that is known about its ticket."""

import re
from datetime import date, datetime, tzinfo
from decimal import Decimal

from django.conf import settings

from accounts.models import User
from accounts.permissions import Permission, can
from knowledgebase import policy, tone
from knowledgebase.queries.filling import day_in, zone_of
from knowledgebase.queries.suggesting import reply_language
from tickets.limits import limit_for
from tickets.models import ApprovalState, Direction, Message, MessageKind, Order, Ticket

_NUMBER_LIKE = re.compile(r"[A-Za-z]{0,6}-?\d[A-Za-z0-9-]{2,40}")
_LATEST = 20


def check_text(
    ticket: Ticket, text: str, *, by: User, template_slug: str = ""
) -> list[tone.Finding]:
    """Return every finding on a reply to this ticket, blocking ones first."""
    return tone.check(text, tone_context(ticket, text, by=by, template_slug=template_slug))


def tone_context(
    ticket: Ticket, text: str, *, by: User, template_slug: str = ""
) -> tone.ToneContext:
    """Gather what the checker may know: limits of the sender, the order's facts, others' data."""
    order, zone = ticket.order, zone_of(ticket)
    return tone.ToneContext(
        # Where the customer's language is unknown, any will do.
        language=reply_language(ticket, text),
        emotion=ticket.emotion,
        group=policy.group_of(ticket.category),
        refund_limit=limit_for(by.role, "R"),
        goodwill_limit=limit_for(by.role, "CM"),
        approved=can(by, Permission.APPROVE_REMEDY),
        approved_amounts=_approved_amounts(ticket),
        known_values=_own_values(ticket, by),
        foreign_values=_others_orders(ticket, text),
        order_amount=order.amount if order else None,
        order_dates=_days(zone, order.placed_at if order else None),
        promised_dates=_days(
            zone, order.promised_date if order else None, order.new_eta if order else None
        ),
        sent_before=tuple(
            Message.objects.filter(ticket=ticket, direction=Direction.OUT, kind=MessageKind.REPLY)
            .order_by("-id")
            .values_list("text", flat=True)[:_LATEST]
        ),
        length="L" if template_slug in policy.LONG_SCENARIOS else "",
    )


def _approved_amounts(ticket: Ticket) -> frozenset[Decimal]:
    """Return what somebody with a higher limit has agreed to on this ticket."""
    granted = ticket.approvals.filter(state__in=[ApprovalState.APPROVED, ApprovalState.USED])
    amounts = set(granted.values_list("amount", flat=True))
    if ticket.remedy_amount is not None:
        amounts.add(ticket.remedy_amount)
    return frozenset(amounts)


def _days(zone: tzinfo, *moments: datetime | None) -> tuple[date, ...]:
    days = (day_in(moment, zone) for moment in moments)
    return tuple(day for day in days if day is not None)


def _own_values(ticket: Ticket, by: User) -> tuple[str, ...]:
    order = ticket.order
    values = [ticket.reference, ticket.order_number, by.label, settings.REDRESS_SHOP_NAME]
    if ticket.customer is not None:
        values.append(ticket.customer.name)
    if ticket.owner is not None:
        values.append(ticket.owner.label)
    if order is not None:
        values += [order.number, order.product_name, order.sku, order.carrier]
        values += [order.tracking_no, order.last_scan]
    return tuple(sorted(filter(None, values), key=len, reverse=True))


def _others_orders(ticket: Ticket, text: str) -> tuple[str, ...]:
    """Return order numbers in the text that belong to somebody else."""
    named = set(_NUMBER_LIKE.findall(text)) - {ticket.order_number, ticket.reference}
    if not named:
        return ()
    others = Order.objects.filter(number__in=named)
    if ticket.customer_id is not None:
        others = others.exclude(customer_id=ticket.customer_id)
        others = others.exclude(tickets__customer_id=ticket.customer_id)
    return tuple(others.values_list("number", flat=True))
