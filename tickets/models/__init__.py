"""The tables of the hub."""

from tickets.models.addresses import FailingAddress
from tickets.models.approvals import Approval, ApprovalState
from tickets.models.customers import Customer, Identity, IdentityKind, Order
from tickets.models.messages import Attachment, Direction, Draft, Message, MessageKind
from tickets.models.ticket import (
    ActorKind,
    ClockMetric,
    ClockState,
    EventKind,
    LinkKind,
    SlaClock,
    Status,
    Ticket,
    TicketEvent,
    TicketLink,
    TicketQuerySet,
    TicketSearch,
    TriageState,
)

__all__ = [
    "ActorKind",
    "Approval",
    "ApprovalState",
    "Attachment",
    "ClockMetric",
    "ClockState",
    "Customer",
    "Direction",
    "Draft",
    "EventKind",
    "FailingAddress",
    "Identity",
    "IdentityKind",
    "LinkKind",
    "Message",
    "MessageKind",
    "Order",
    "SlaClock",
    "Status",
    "Ticket",
    "TicketEvent",
    "TicketLink",
    "TicketQuerySet",
    "TicketSearch",
    "TriageState",
]
