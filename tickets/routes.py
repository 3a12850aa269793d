"""How a reply gets back to the customer, by channel. Rooms above register their channels."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tickets.models import Message, Ticket

EMAIL = "email"
# Where a template's variable goes: {{1}}.
PLACE = re.compile(r"\{\{(\d{1,2})\}\}")


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


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """A message that the platform has approved; ``variables`` says what to fill in for each."""

    name: str
    language: str
    text: str
    variables: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Name and language: what a platform tells its templates apart by."""
        return f"{self.name}:{self.language}"

    def filled(self, values: Sequence[str]) -> str:
        """Return the text as the customer will read it."""

        def value(found: re.Match[str]) -> str:
            index = int(found[1]) - 1
            return values[index] if 0 <= index < len(values) else found[0]

        return PLACE.sub(value, self.text)


@dataclass(frozen=True, slots=True)
class Means:
    """What can be sent to a customer now on the channel of the ticket's source.

    ``platform`` is its name for people, ``address`` who is reached. ``closes_at`` is when the
    platform stops taking replies, ``late_until`` until when it takes those that a person wrote.
    ``measure`` counts a text as the platform does.
    """

    platform: str
    address: str
    longest: int | None = None
    measure: Callable[[str], int] = len
    takes_files: bool = False
    closes_at: datetime | None = None
    late_until: datetime | None = None
    templates: tuple[MessageTemplate, ...] = ()

    def is_closed(self, now: datetime) -> bool:
        """Tell whether only templates are taken, or nothing at all."""
        last = max((at for at in (self.closes_at, self.late_until) if at), default=None)
        return last is not None and now >= last


# Returns None when this channel cannot reach the customer, so that e-mail is tried.
RouteBuilder = Callable[[Ticket, Message], Route | None]
# The message is the customer's last one, where the caller knows it already.
MeansFinder = Callable[[Ticket, Message | None], Means | None]

_builders: dict[str, RouteBuilder] = {}
_finders: dict[str, MeansFinder] = {}


def register(channel: str, build: RouteBuilder, means: MeansFinder | None = None) -> None:
    """Make ``build`` the way that replies on this channel leave; ``means`` tells its limits."""
    _builders[channel] = build
    if means is not None:
        _finders[channel] = means


def route_for(ticket: Ticket, message: Message) -> Route | None:
    """Return the channel's own route, else e-mail, else None: the source must fetch it.

    A message whose ``meta`` has ``via`` e-mail leaves by e-mail.
    """
    build = None if message.meta.get("via") == EMAIL else _builders.get(message.channel)
    route = build(ticket, message) if build else None
    return route or _builders[EMAIL](ticket, message)


def means_for(ticket: Ticket, last: Message | None = None) -> Means | None:
    """Return what the ticket's own channel takes; None where it says nothing about that.

    ``last`` is the customer's last message, where it is known already.
    """
    find = _finders.get(ticket.channel)
    return find(ticket, last) if find else None
