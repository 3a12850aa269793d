"""What WeChat and WeCom share when they are written to: a token, and errors with status 200.

No Django. Codes that pass, and those of the reasons, follow general knowledge.
"""

from collections.abc import Mapping
from typing import Any

from intake.channels.reading import number, text
from intake.sending.tokens import Token, TokenRefused
from intake.sending.wire import Exchange, Platform, Reply, Wire, segment
from outbox.errors import PermanentFailure, TemporaryFailure

# Busy; too many calls.
_LATER = frozenset({-1, 45009, 45011, 45033})
# The token is wrong, ran out or was replaced in between.
_TOKEN = frozenset({40001, 40014, 41001, 42001})
_REASONS = {
    45015: "window_closed",
    45047: "quota",
    95001: "quota",
    95018: "window_closed",
    40003: "unknown_recipient",
    60111: "unknown_recipient",
    81013: "unknown_recipient",
    82001: "unknown_recipient",
    43004: "blocked",
    48002: "blocked",
    40013: "credentials",
    40125: "credentials",
    40164: "credentials",
    48001: "credentials",
    60011: "credentials",
    60020: "credentials",
    301002: "credentials",
    45002: "too_long",
    87014: "content",
    40056: "not_set_up",
    40091: "not_set_up",
    95000: "not_set_up",
}
_DEFAULT_SECONDS = 7200.0


class WeixinPlatform(Platform):
    """Asks for a token when there is none that is good, and once more when it is refused."""

    longest_text = 2048

    def ask_token(self, reply: Reply, *, forced: bool) -> Wire:
        """Return the question for a token; ``forced``: the one before was refused."""
        raise PermanentFailure("Nothing here asks for a token.", code="no_way")

    def message(self, reply: Reply) -> tuple[str, Mapping[str, Any]]:
        """Return path and body of the message."""
        raise PermanentFailure("Nothing here sends to this platform.", code="no_way")

    def converse(self, reply: Reply, exchange: Exchange) -> str:
        """Send with the token that is kept; a refused one is renewed once."""

        def fetch(_refresh: str, forced: bool) -> Token:
            return self._token(exchange(self.ask_token(reply, forced=forced)))

        path, body = self.message(reply)
        token = reply.tokens.get(fetch)
        try:
            answer = exchange(_with(path, body, token))
        except TokenRefused:
            token = reply.tokens.renew(token, fetch)
            answer = exchange(_with(path, body, token))
        return self.sent_id(answer)[:255]

    def _token(self, answer: Mapping[str, Any]) -> Token:
        found = text(answer, "access_token", 1000)
        if not found:
            raise TemporaryFailure(f"{self.name} gave no token.")
        return Token(found, number(answer, "expires_in") or _DEFAULT_SECONDS)

    def length(self, words: str) -> int:
        """Count bytes."""
        return len(words.encode())

    def is_refused(self, status: int, answer: Mapping[str, Any]) -> bool:
        """Look at errcode, not at the status alone."""
        return super().is_refused(status, answer) or bool(number(answer, "errcode"))

    def is_token_refused(self, status: int, answer: Mapping[str, Any]) -> bool:
        """Some codes say that another token may do."""
        return number(answer, "errcode") in _TOKEN

    def is_later(self, status: int, answer: Mapping[str, Any]) -> bool:
        """Some codes pass."""
        return super().is_later(status, answer) or number(answer, "errcode") in _LATER

    def code_of(self, status: int, answer: Mapping[str, Any]) -> str:
        """Return our reason for theirs."""
        found = number(answer, "errcode")
        if found in _LATER:
            return "rate_limited"
        return _REASONS.get(int(found or 0)) or super().code_of(status, answer)

    def reason(self, answer: Mapping[str, Any]) -> str:
        """Return the code and its words."""
        return f"{text(answer, 'errcode', 20)} {text(answer, 'errmsg', 300)}".strip()


def _with(path: str, body: Mapping[str, Any], token: str) -> Wire:
    return Wire(f"{path}?access_token={segment(token)}", json=dict(body))
