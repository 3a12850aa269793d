"""How the customer can be reached now: told before somebody writes, checked when they send."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets import routes
from tickets.errors import (
    FilesNotTaken,
    NoOtherWay,
    TextTooLong,
    UnknownMessageTemplate,
    WindowClosed,
)
from tickets.models import Message, Ticket
from tickets.routes import EMAIL, Means, MessageTemplate, Route

OWN = "own"
NONE = "none"
SOON = timedelta(hours=2)
LONG_MINUTES = 48 * 60
_LONGEST_VALUE = 1000


@dataclass(frozen=True, slots=True)
class Reach:
    """By which way a reply leaves: ``own`` (the channel's), ``email`` or ``none``.

    ``email`` is the address that could be written to, or is; "" without one.
    """

    way: str
    means: Means | None = None
    email: str = ""
    is_closed: bool = False
    is_late: bool = False
    left: str = ""
    is_soon: bool = False

    @property
    def templates(self) -> tuple[MessageTemplate, ...]:
        """The approved messages of the channel."""
        return self.means.templates if self.means else ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """How somebody wants a reply to leave: ``via`` is "" or e-mail; or as an approved message."""

    via: str = ""
    template: str = ""
    values: Sequence[str] = ()


AS_USUAL = Chosen()


def open_route(ticket: Ticket, message: Message, now: datetime) -> Route | None:
    """Return the way a message leaves by, e-mail where the platform takes none any more.

    Closing and automatic messages come here with nobody to choose; who writes a reply has been
    told, and has chosen.
    """
    if not message.meta.get("via") and not message.meta.get("template"):
        means = routes.means_for(ticket)
        if means is not None and means.is_closed(now) and _email(ticket, message):
            message.save(update_fields=["meta"])
    return routes.route_for(ticket, message)


def reach_of(ticket: Ticket, now: datetime, *, last: Message | None = None) -> Reach:
    """Return how a reply would leave now; ``last`` as of ``routes.means_for``."""
    means = routes.means_for(ticket, last)
    unsent = Message(ticket=ticket, channel=ticket.channel, source=ticket.source, text="")
    # A message that is not saved has no id; what is asked for is the way alone.
    unsent.pk = 0
    if means is not None:
        is_closed = means.is_closed(now)
        is_late = not is_closed and means.closes_at is not None and now >= means.closes_at
        email = _email(ticket, unsent) if is_closed else ""
        left = _left(means, is_late=is_late, now=now)
        return Reach(
            OWN,
            means,
            email,
            is_closed=is_closed,
            is_late=is_late,
            left=span_words(left) if left else "",
            is_soon=bool(left) and left < SOON,
        )
    route = routes.route_for(ticket, unsent)
    if route is None:
        return Reach(NONE)
    return Reach(EMAIL, email=route.address) if route.kind == EMAIL else Reach(OWN)


def _left(means: Means, *, is_late: bool, now: datetime) -> timedelta:
    until = means.late_until if is_late else means.closes_at
    return max(until - now, timedelta()) if until else timedelta()


def span_words(span: timedelta) -> str:
    """Write a span in hours and minutes, in days where it is long."""
    minutes = int(span.total_seconds() // 60)
    if minutes >= LONG_MINUTES:
        days = minutes // (24 * 60)
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": max(rest, 1)}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}


def can_go_by_email(message: Message) -> bool:
    """Tell whether what failed on its own channel could leave by e-mail."""
    if message.outgoing is None or message.outgoing.kind == EMAIL:
        return False
    return bool(_email(message.ticket, Message(pk=0, channel=message.channel)))


def _email(ticket: Ticket, message: Message) -> str:
    """Return the address and let the message go there; leave it as it is where there is none."""
    before, message.meta = message.meta, message.meta | {"via": EMAIL}
    route = routes.route_for(ticket, message)
    if route is None:
        message.meta = before
    return route.address if route else ""


def check_reply_leaves(
    ticket: Ticket, text: str, *, chosen: Chosen, has_files: bool, now: datetime
) -> tuple[str, dict[str, Any]]:
    """Return the text to send and what the message must remember.

    Raises WindowClosed, TextTooLong, FilesNotTaken, UnknownMessageTemplate, NoOtherWay: better
    said now than after it was queued.
    """
    if chosen.via == EMAIL:
        unsent = Message(ticket=ticket, channel=ticket.channel, pk=0)
        if not _email(ticket, unsent):
            raise NoOtherWay
        return text, {"via": EMAIL}
    means = routes.means_for(ticket)
    if means is None:
        return text, {}
    if chosen.template:
        return _as_template(means, chosen)
    if means.is_closed(now):
        raise WindowClosed(platform=means.platform)
    _check_limits(means, text, has_files)
    return text, {}


def _check_limits(means: Means, text: str, has_files: bool) -> None:
    length = means.measure(text.strip())
    if means.longest is not None and length > means.longest:
        raise TextTooLong(platform=means.platform, length=length, longest=means.longest)
    if has_files and not means.takes_files:
        raise FilesNotTaken(platform=means.platform)


def _as_template(means: Means, chosen: Chosen) -> tuple[str, dict[str, Any]]:
    found = next((one for one in means.templates if one.key == chosen.template), None)
    values = [" ".join(value.split())[:_LONGEST_VALUE] for value in chosen.values]
    if found is None or len(values) < len(found.variables):
        raise UnknownMessageTemplate
    values = values[: len(found.variables)]
    if not all(values):
        raise UnknownMessageTemplate
    template = {"name": found.name, "language": found.language, "values": values}
    return found.filled(values), {"template": template}
