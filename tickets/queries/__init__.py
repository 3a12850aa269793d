"""Reads of the hub."""

from tickets.queries.approvals import approval_to_decide, approvals_of, waiting_approvals
from tickets.queries.customers import customer_history, find_order, open_tickets_of
from tickets.queries.failing import find_failing
from tickets.queries.history import moments, timeline, unanswered_since
from tickets.queries.leaks import LEAK_FLAG, RED_CUSTOMERS, customers_with_leak
from tickets.queries.priority import earlier_complaints, priority_facts
from tickets.queries.queue import (
    VIEWS,
    QueuePage,
    counts,
    filtered,
    queue_page,
    search,
    view_tickets,
)
from tickets.queries.tickets import (
    TicketPage,
    get_ticket,
    get_ticket_page,
    lock_ticket,
    visible_tickets,
)

__all__ = [
    "LEAK_FLAG",
    "RED_CUSTOMERS",
    "VIEWS",
    "QueuePage",
    "TicketPage",
    "approval_to_decide",
    "approvals_of",
    "counts",
    "customer_history",
    "customers_with_leak",
    "earlier_complaints",
    "filtered",
    "find_failing",
    "find_order",
    "get_ticket",
    "get_ticket_page",
    "lock_ticket",
    "moments",
    "open_tickets_of",
    "priority_facts",
    "queue_page",
    "search",
    "timeline",
    "unanswered_since",
    "view_tickets",
    "visible_tickets",
    "waiting_approvals",
]
