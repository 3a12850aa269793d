"""Tokens that platforms give for a time and want with every call. No Django.

Fetching one may make the one before invalid, so that workers share what they fetched; where it is
kept is the business of who sends (``outbox.services.tokens``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from outbox.errors import TemporaryFailure


@dataclass(frozen=True, slots=True)
class Token:
    """A token and how many seconds it is good for; ``refresh`` fetches the next one, if needed."""

    value: str
    seconds: float
    refresh: str = ""


# Asks the platform. The first argument is the refresh secret that came with the token before, ""
# without one; the second says that the platform has refused the token that it gave before.
Fetch = Callable[[str, bool], Token]


class TokenRefused(TemporaryFailure):
    """The platform does not take this token any more."""


class Tokens(Protocol):
    """Where tokens are kept."""

    def get(self, fetch: Fetch) -> str:
        """Return a token that is still good."""

    def renew(self, refused: str, fetch: Fetch) -> str:
        """Return another token than the one that was refused."""


class FreshTokens:
    """Keeps nothing: asks each time."""

    def get(self, fetch: Fetch) -> str:
        """Ask for a token."""
        return fetch("", False).value

    def renew(self, refused: str, fetch: Fetch) -> str:
        """Ask for another token."""
        return fetch("", True).value
