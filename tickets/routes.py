"""How a reply gets back to the customer, by channel. Rooms above register their channels."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tickets.models import Message, Ticket


@dataclass(frozen=True, slots=True)
class Route:
    """Where and how one reply leaves; becomes an outbox row.

    ``scope`` is within what the platform's ids of messages are unique: the source's slug.
    """

    kind: str
    address: str
    scope: str = ""
    subject: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    payload: dict[str, Any] = field(default_factory=dict)
    external_id: str = ""


# Returns None when this channel cannot reach the customer, so that e-mail is tried.
RouteBuilder = Callable[[Ticket, Message], Route | None]

_builders: dict[str, RouteBuilder] = {}


def register(channel: str, build: RouteBuilder) -> None:
    """Make ``build`` the way that replies on this channel leave."""
    _builders[channel] = build


def route_for(ticket: Ticket, message: Message) -> Route | None:
    """Return the channel's own route, else e-mail, else None: the source must fetch it."""
    build = _builders.get(message.channel)
    route = build(ticket, message) if build else None
    return route or _builders["email"](ticket, message)
