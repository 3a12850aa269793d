"""What leaves and what comes back: requests as records, answers as outcomes. No Django."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import quote

import httpx

from intake.channels.base import secret_named
from intake.channels.reading import child, text
from outbox.errors import PermanentFailure, TemporaryFailure

# Addresses hold tokens, and httpx writes each address into the log.
logging.getLogger("httpx").setLevel(logging.WARNING)

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
LARGEST_ANSWER = 1024 * 1024
_LATER = frozenset({408, 425, 429})
_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply and what its source holds; ``key`` names the intent and stays on a retry."""

    to: str
    text: str
    secret: str
    settings: Mapping[str, Any]
    key: str

    def secret_named(self, name: str, *, alone: bool = False) -> str:
        """Return a secret. Raises PermanentFailure without it."""
        found = secret_named(self.secret, name, alone=alone)
        if not found:
            raise PermanentFailure(f"The source has no “{name}”, so nothing can be sent.")
        return found

    def setting(self, name: str) -> str:
        """Return a setting. Raises PermanentFailure without it."""
        found = text(self.settings, name)
        if not found:
            raise PermanentFailure(f"The source has no “{name}”, so nothing can be sent.")
        return found


@dataclass(frozen=True, slots=True)
class Wire:
    """A POST: ``path`` below the platform's address, with JSON or a form."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, str] | None = None
    auth: tuple[str, str] | None = None


Exchange = Callable[[Wire], Mapping[str, Any]]


class Platform:
    """How one platform is written to. The setting ``api_url`` of a source replaces ``base_url``."""

    name: ClassVar[str]
    base_url: ClassVar[str]
    longest_text: ClassVar[int]

    def build(self, reply: Reply) -> Wire:
        """Return the request. Raises PermanentFailure when it can never be right."""
        raise PermanentFailure("Nothing here sends to this platform.")

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

    def retry_after(self, answer: Mapping[str, Any]) -> float | None:
        """Return the seconds to wait that the body names."""
        return None

    def send(self, reply: Reply) -> str:
        """Send and return the platform's id. Raises TemporaryFailure, PermanentFailure."""
        self.check_length(reply)
        base = text(reply.settings, "api_url", 500) or self.base_url
        with httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client:
            return self.converse(reply, lambda wire: self._exchange(client, base, wire))

    def converse(self, reply: Reply, exchange: Exchange) -> str:
        """Say what is to be said; one request for most platforms."""
        return self.sent_id(exchange(self.build(reply)))[:255]

    def check_length(self, reply: Reply) -> None:
        """Refuse what the platform would cut or refuse. Raises PermanentFailure."""
        longest = reply.settings.get("longest_text")
        longest = longest if isinstance(longest, int) and longest > 0 else self.longest_text
        length = self.length(reply.text)
        if length > longest:
            raise PermanentFailure(
                f"The text is {length} characters long; {self.name} takes {longest}."
            )

    def _exchange(self, client: httpx.Client, base: str, wire: Wire) -> Mapping[str, Any]:
        try:
            response = client.post(
                base.rstrip("/") + wire.path,
                headers=dict(wire.headers),
                json=wire.json,
                data=dict(wire.form) if wire.form is not None else None,
                auth=wire.auth or httpx.USE_CLIENT_DEFAULT,
            )
        except httpx.HTTPError as error:
            # Only the kind: the address may hold a token.
            raise TemporaryFailure(f"{self.name}: {type(error).__name__}") from None
        except httpx.InvalidURL:
            raise PermanentFailure(f"{self.name}: the address is not one.") from None
        return self.judge(response)

    def judge(self, response: httpx.Response) -> Mapping[str, Any]:
        """Return the answer. Raises TemporaryFailure, PermanentFailure."""
        answer = _json(response)
        if not self.is_refused(response.status_code, answer):
            return answer
        why = self.reason(answer)
        said = f"{self.name} answered {response.status_code}" + (f": {why}" if why else ".")
        if self.is_later(response.status_code, answer):
            raise TemporaryFailure(said, _seconds(response) or self.retry_after(answer))
        raise PermanentFailure(said)


def _json(response: httpx.Response) -> Mapping[str, Any]:
    if len(response.content) > LARGEST_ANSWER:
        return {}
    try:
        return child({"answer": response.json()}, "answer")
    except (ValueError, RecursionError):
        return {}


def _seconds(response: httpx.Response) -> float | None:
    after = response.headers.get("Retry-After", "")
    return float(after) if after.isascii() and after.isdigit() and len(after) < 8 else None


def segment(value: str) -> str:
    """Return a value fit to stand in an address's path."""
    return quote(value, safe="")
