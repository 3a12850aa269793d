"""The way back: replies leave on the platform that the customer wrote on."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from common import clock
from intake.models import Source
from intake.sending import PLATFORMS
from intake.sending.templates import templates_of
from intake.sending.tokens import Fetch
from intake.sending.wire import Platform, Reply
from outbox import services as outbox
from outbox.errors import PermanentFailure
from outbox.models import Outgoing
from tickets.models import Direction, Message, Ticket
from tickets.routes import Means, Route

KIND = "platform"


@dataclass(frozen=True, slots=True)
class WayBack:
    """A source that replies can be sent by, and where and when the customer wrote last."""

    source: Source
    platform: Platform
    to: str
    about: Mapping[str, Any]
    written_at: datetime

    def closes_at(self) -> datetime | None:
        """Return when the platform stops taking ordinary replies."""
        window = self.platform.window_for(self.source.settings)
        return self.written_at + window if window else None

    def late_until(self) -> datetime | None:
        """Return until when it takes those that say that a person wrote them."""
        window = self.platform.late_window_for(self.source.settings)
        return self.written_at + window if window else None


def way_of(ticket: Ticket, last: Message | None = None) -> WayBack | None:
    """Return how the ticket's source answers; None where it cannot, or is not set up to."""
    source = Source.objects.filter(slug=ticket.source, kind__in=PLATFORMS).first()
    platform = PLATFORMS[source.kind] if source else None
    if source is None or platform is None or platform.missing(source.secret, source.settings):
        return None
    if last is None or last.source != source.slug:
        written = ticket.messages.filter(direction=Direction.IN, source=source.slug)
        last = written.order_by("-id").first()
    if last is None:
        return None
    to, about = str(last.meta.get("reply_to", ""))[:320], last.meta.get("about") or {}
    if not to or not platform.can_answer(about):
        return None
    return WayBack(source, platform, to, about, last.sent_at or last.received_at)


def platform_route(ticket: Ticket, message: Message) -> Route | None:
    """Answer where the customer wrote last on the ticket's source; None where we cannot."""
    way = way_of(ticket)
    if way is None:
        return None
    closes_at, late_until = way.closes_at(), way.late_until()
    payload = {
        "source": way.source.slug,
        "to": way.to,
        "about": dict(way.about),
        "template": message.meta.get("template") or {},
        "closes_at": closes_at.isoformat() if closes_at else "",
        "late_until": late_until.isoformat() if late_until else "",
    }
    return Route(kind=KIND, scope=way.source.slug, address=way.to, payload=payload)


def platform_means(ticket: Ticket, last: Message | None = None) -> Means | None:
    """Say what the ticket's source takes now; None where it cannot answer."""
    way = way_of(ticket, last)
    if way is None:
        return None
    platform, options = way.platform, way.source.settings
    return Means(
        platform=platform.name,
        address=way.to,
        longest=platform.longest(options),
        measure=platform.length,
        closes_at=way.closes_at(),
        late_until=way.late_until(),
        templates=templates_of(options) if platform.takes_templates else (),
    )


def send_reply(outgoing: Outgoing) -> str:
    """Send and return the platform's id. Raises TemporaryFailure, PermanentFailure."""
    payload = outgoing.payload
    source = Source.objects.filter(slug=payload.get("source", "")).first()
    platform = PLATFORMS.get(source.kind) if source else None
    if source is None or platform is None:
        why = "The source that this came from is not there any more."
        raise PermanentFailure(why, code="no_way")
    template = payload.get("template") or {}
    is_late = not template and _check_window(platform, payload, clock.now())
    reply = Reply(
        to=str(payload.get("to", "")),
        text=outgoing.body,
        secret=source.secret,
        settings=source.settings,
        key=outgoing.dedupe_key,
        receipts_url=settings.REDRESS_PUBLIC_URL.rstrip("/") + source.get_absolute_url(),
        about=payload.get("about") or {},
        template=template,
        is_late=is_late,
        tokens=KeptTokens(_token_name(source)),
    )
    return platform.send(reply)


def _check_window(platform: Platform, payload: Mapping[str, Any], now: datetime) -> bool:
    """Tell whether the ordinary window is over. Raises PermanentFailure when every one is.

    The platform would refuse too, but some take the message and drop it silently.
    """
    closes_at, late_until = _moment(payload, "closes_at"), _moment(payload, "late_until")
    if closes_at is None or now < closes_at:
        return False
    if late_until is not None and now < late_until:
        return True
    why = f"{platform.name} takes replies until {closes_at:%Y-%m-%d %H:%M} UTC only."
    raise PermanentFailure(why, code="window_closed")


def _moment(payload: Mapping[str, Any], name: str) -> datetime | None:
    found = payload.get(name)
    return datetime.fromisoformat(found) if isinstance(found, str) and found else None


def _token_name(source: Source) -> str:
    """Name the token of a source with these credentials: other ones must not find the old token."""
    known = f"{source.secret} {sorted((k, str(v)) for k, v in source.settings.items())}"
    return f"{source.slug}:{hashlib.sha256(known.encode()).hexdigest()[:24]}"


@dataclass(frozen=True, slots=True)
class KeptTokens:
    """Tokens that all workers share, in the database."""

    name: str

    def get(self, fetch: Fetch) -> str:
        """Return a token that is still good. Raises TemporaryFailure."""
        return outbox.get_token(name=self.name, fetch=_asking(fetch))

    def renew(self, refused: str, fetch: Fetch) -> str:
        """Return another token than the one that was refused. Raises TemporaryFailure."""
        return outbox.renew_token(name=self.name, refused=refused, fetch=_asking(fetch))


def _asking(fetch: Fetch) -> Callable[[str, bool], outbox.Fetched]:
    def ask(refresh: str, was_refused: bool) -> outbox.Fetched:
        token = fetch(refresh, was_refused)
        return outbox.Fetched(token.value, token.seconds, token.refresh)

    return ask
