"""What is known of a ticket, as values for the variables of a reply."""

from datetime import date, datetime, timedelta, tzinfo

from django.conf import settings

from accounts.models import User
from knowledgebase.conditions import NOTHING_KNOWN, OrderFacts, days_between
from knowledgebase.variables import Money, currency_name
from tickets.models import Order, Ticket
from tickets.sla.calendars import CALENDARS

# Promised where no clock runs: P1, P2, P3 and their next-reply targets.
_UPDATE_WITHIN = {1: timedelta(hours=1), 2: timedelta(hours=4), 3: timedelta(hours=8)}


def zone_of(ticket: Ticket) -> tzinfo:
    """Return the zone in which times are told to this customer."""
    return CALENDARS[ticket.calendar].zone if ticket.calendar in CALENDARS else settings_zone()


def settings_zone() -> tzinfo:
    """Return the shop's own zone."""
    return CALENDARS["cn-service"].zone


def shop_day(now: datetime) -> date:
    """Return which day it is for the shop; last days of replies are counted by it."""
    return now.astimezone(settings_zone()).date()


def known_values(ticket: Ticket, *, agent: User, now: datetime, language: str) -> dict[str, object]:
    """Return the values that ticket, order, customer, agent and clocks give; no guesses."""
    owner = ticket.owner or agent
    values: dict[str, object] = {
        "customer_name": ticket.customer.name if ticket.customer else "",
        "agent_name": agent.label,
        "owner_name": owner.label,
        "shop_name": settings.REDRESS_SHOP_NAME,
        "case_no": ticket.reference,
        "order_no": ticket.order_number,
        "next_update_at": _next_update(ticket, now),
    }
    if ticket.order is not None:
        values |= _order_values(ticket.order, language, zone_of(ticket))
    return values


def order_facts(ticket: Ticket, *, now: datetime) -> OrderFacts:
    """Return what is known of the order for the conditions of use; most of it often is not."""
    order = ticket.order
    if order is None:
        return NOTHING_KNOWN
    zone = zone_of(ticket)
    delivered = order.delivered_at
    return OrderFacts(
        state=order.state or ("delivered" if delivered else ""),
        days_since_delivery=days_between(delivered, now, zone) if delivered else None,
        traits=frozenset(order.traits),
    )


def day_in(moment: datetime | None, zone: tzinfo) -> date | None:
    """Return which day a moment is for a customer; kept in UTC it may be the day before."""
    return moment.astimezone(zone).date() if moment is not None else None


def _order_values(order: Order, language: str, zone: tzinfo) -> dict[str, object]:
    return {
        "order_no": order.number,
        "order_date": day_in(order.placed_at, zone),
        "product_name": order.product_name,
        "sku": order.sku,
        "amount": Money(order.amount, order.currency) if order.amount is not None else None,
        "currency": currency_name(order.currency, language),
        "carrier": order.carrier,
        "tracking_no": order.tracking_no,
        "last_scan": order.last_scan,
        "last_scan_time": order.last_scan_time,
        "promised_date": day_in(order.promised_date, zone),
        "new_eta": day_in(order.new_eta, zone),
    }


def _next_update(ticket: Ticket, now: datetime) -> datetime:
    """Return the time by which we answer again: the running clock, never a moment gone by."""
    if ticket.due_at is not None and ticket.due_at > now:
        return ticket.due_at
    return now + _UPDATE_WITHIN.get(ticket.priority, _UPDATE_WITHIN[3])
