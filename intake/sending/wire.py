"""What leaves and what comes back: requests as records, answers as outcomes. No Django."""

import logging
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any, ClassVar
from urllib.parse import quote

import httpx

from intake.channels.base import secret_named
from intake.channels.reading import child, number, text
from intake.sending.tokens import FreshTokens, TokenRefused, Tokens
from outbox.errors import PermanentFailure, TemporaryFailure

# Addresses hold tokens, and httpx writes each address into the log.
logging.getLogger("httpx").setLevel(logging.WARNING)

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
LARGEST_ANSWER = 1024 * 1024
_LATER = frozenset({408, 425, 429})
_LONGEST_REASON = 300
_EMPTY: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply and what its source holds; ``key`` names the intent and stays on a retry.

    ``receipts_url`` is where the platform may tell what became of it. ``about`` holds what the
    customer's last message says of itself (ids that an answer must name). ``template`` is a
    message that the platform has approved: name, language and variables. ``is_late`` says that
    the ordinary reply window is over.
    """

    to: str
    text: str
    secret: str
    settings: Mapping[str, Any]
    key: str
    receipts_url: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    template: Mapping[str, Any] = field(default_factory=dict)
    is_late: bool = False
    tokens: Tokens = field(default_factory=FreshTokens)

    def secret_named(self, name: str, *, alone: bool = False) -> str:
        """Return a secret. Raises PermanentFailure without it."""
        found = secret_named(self.secret, name, alone=alone)
        if not found:
            raise _missing(name)
        return found

    def setting(self, name: str) -> str:
        """Return a setting. Raises PermanentFailure without it."""
        found = text(self.settings, name)
        if not found:
            raise _missing(name)
        return found


def _missing(name: str) -> PermanentFailure:
    why = f"The source has no “{name}”, so nothing can be sent."
    return PermanentFailure(why, code="not_set_up")


@dataclass(frozen=True, slots=True)
class Wire:
    """A request: ``path`` below the platform's address, with JSON or a form."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, str] | None = None
    auth: tuple[str, str] | None = None
    method: str = "POST"
    query: Mapping[str, str] = field(default_factory=dict)


Exchange = Callable[[Wire], Mapping[str, Any]]


class Platform:
    """How one platform is written to. The setting ``api_url`` of a source replaces ``base_url``.

    ``window`` is how long after the customer's last message a reply is taken, ``late_window`` how
    long one is that says that a person wrote it (where the source has the setting
    ``human_agent``). The settings ``longest_text`` and ``reply_window_hours`` replace the limits.
    ``receipts`` are the states that the platform reports. Without each of ``needs_secrets`` and
    ``needs_settings`` nothing can be sent.
    """

    name: ClassVar[str]
    base_url: ClassVar[str]
    longest_text: ClassVar[int]
    window: ClassVar[timedelta | None] = None
    late_window: ClassVar[timedelta | None] = None
    receipts: ClassVar[frozenset[str]] = frozenset()
    takes_templates: ClassVar[bool] = False
    needs_secrets: ClassVar[tuple[str, ...]] = ()
    needs_settings: ClassVar[tuple[str, ...]] = ()

    def missing(self, secret: str, settings: Mapping[str, Any]) -> str:
        """Return what a source still needs before anything can be sent, "" when it has all."""
        lacks = [name for name in self.needs_secrets if not secret_named(secret, name)]
        lacks += [name for name in self.needs_settings if not text(settings, name)]
        return next(iter(lacks), "")

    def window_for(self, settings: Mapping[str, Any]) -> timedelta | None:
        """Return how long after the customer's last message a reply is taken, None for ever."""
        return _hours(settings, "reply_window_hours") or self.window

    def late_window_for(self, settings: Mapping[str, Any]) -> timedelta | None:
        """Return how long one is that says that a person wrote it; None where that is not so."""
        return self.late_window if settings.get("human_agent") in {True, "true", "1"} else None

    def can_answer(self, about: Mapping[str, Any]) -> bool:
        """Tell whether what the customer wrote last can be answered at all."""
        return True

    def build(self, reply: Reply) -> Wire:
        """Return the request. Raises PermanentFailure when it can never be right."""
        raise PermanentFailure("Nothing here sends to this platform.", code="no_way")

    def length(self, words: str) -> int:
        """Return the length as the platform counts."""
        return len(words)

    def sent_id(self, answer: Mapping[str, Any]) -> str:
        """Return the platform's id of what was sent."""
        return ""

    def reason(self, answer: Mapping[str, Any]) -> str:
        """Return why it was refused, in the platform's words."""
        error = answer.get("error")
        return text(error, "message", _LONGEST_REASON) or text(answer, "error", _LONGEST_REASON)

    def is_refused(self, status: int, answer: Mapping[str, Any]) -> bool:
        """Tell whether an answer says no, whatever its status."""
        return not 200 <= status < 300

    def is_later(self, status: int, answer: Mapping[str, Any]) -> bool:
        """Tell whether it may be taken later."""
        return status in _LATER or status >= 500

    def is_token_refused(self, status: int, answer: Mapping[str, Any]) -> bool:
        """Tell whether the token has run out, so that a new one may do."""
        return False

    def code_of(self, status: int, answer: Mapping[str, Any]) -> str:
        """Return which of our reasons (``outbox.words``) a refusal is."""
        if status == 429:
            return "rate_limited"
        if status in _LATER or status >= 500:
            return "unreachable"
        return "credentials" if status == 401 else "refused"

    def retry_after(self, answer: Mapping[str, Any]) -> float | None:
        """Return the seconds to wait that the body names."""
        return None

    def send(self, reply: Reply) -> str:
        """Send and return the platform's id. Raises TemporaryFailure, PermanentFailure."""
        self.check_length(reply)
        base = text(reply.settings, "api_url", 500) or self.base_url
        with httpx.Client(timeout=TIMEOUT, follow_redirects=False, verify=trusted()) as client:
            return self.converse(reply, lambda wire: self._exchange(client, base, wire))

    def converse(self, reply: Reply, exchange: Exchange) -> str:
        """Say what is to be said; one request for most platforms."""
        return self.sent_id(exchange(self.build(reply)))[:255]

    def longest(self, settings: Mapping[str, Any]) -> int:
        """Return the longest text that is taken, as the platform counts."""
        longest = settings.get("longest_text")
        return longest if isinstance(longest, int) and longest > 0 else self.longest_text

    def check_length(self, reply: Reply) -> None:
        """Refuse what the platform would cut or refuse. Raises PermanentFailure."""
        longest, length = self.longest(reply.settings), self.length(reply.text)
        if length > longest and not reply.template:
            why = f"The text is {length} characters long; {self.name} takes {longest}."
            raise PermanentFailure(why, code="too_long")

    def _exchange(self, client: httpx.Client, base: str, wire: Wire) -> Mapping[str, Any]:
        try:
            response = client.request(
                wire.method,
                base.rstrip("/") + wire.path,
                params=dict(wire.query) or None,
                headers=dict(wire.headers),
                json=wire.json,
                data=dict(wire.form) if wire.form is not None else None,
                auth=wire.auth or httpx.USE_CLIENT_DEFAULT,
            )
        except httpx.HTTPError as error:
            # Only the kind: the address may hold a token.
            raise TemporaryFailure(f"{self.name}: {type(error).__name__}") from None
        except httpx.InvalidURL:
            why = f"{self.name}: the address is not one."
            raise PermanentFailure(why, code="not_set_up") from None
        return self.judge(response)

    def judge(self, response: httpx.Response) -> Mapping[str, Any]:
        """Return the answer. Raises TemporaryFailure, PermanentFailure."""
        answer, status = _json(response), response.status_code
        if not self.is_refused(status, answer):
            return answer
        why = self.reason(answer)
        said = f"{self.name} answered {status}" + (f": {why}" if why else ".")
        if self.is_token_refused(status, answer):
            raise TokenRefused(said, code="credentials")
        code = self.code_of(status, answer)
        if self.is_later(status, answer):
            after = _seconds(response) or self.retry_after(answer)
            raise TemporaryFailure(said, after, code=code)
        raise PermanentFailure(said, code=code)


def _hours(settings: Mapping[str, Any], name: str) -> timedelta | None:
    hours = number(settings, name)
    return timedelta(hours=hours) if hours is not None and 0 < hours < 100_000 else None


@cache
def trusted() -> ssl.SSLContext:
    """Return whom we trust; reading the list takes longer than all else of a message."""
    return httpx.create_ssl_context()


def _json(response: httpx.Response) -> Mapping[str, Any]:
    if len(response.content) > LARGEST_ANSWER:
        return _EMPTY
    try:
        return child({"answer": response.json()}, "answer")
    except (ValueError, RecursionError):
        return _EMPTY


def _seconds(response: httpx.Response) -> float | None:
    after = response.headers.get("Retry-After", "")
    return float(after) if after.isascii() and after.isdigit() and len(after) < 8 else None


def segment(value: str) -> str:
    """Return a value fit to stand in an address's path."""
    return quote(value, safe="")
