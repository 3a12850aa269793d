"""Douyin (抖音): private messages of a business account, ``im/send/msg``. No Django.

Needs the secret ``refresh_token`` (of the business account that authorised
the application) and the settings ``client_key`` and ``open_id`` (of that account; the one that the
customer wrote to is taken without it). A reply names conversation and message that it answers, and
is taken only for private messages, never for comments. Host, ``open_id``, ``access-token`` and the
ids follow the platform's pages; ``scene``, the paths and codes of the tokens, the window of 24
hours and the 1,000 characters follow general knowledge: the settings ``scene``,
``reply_window_hours`` and ``longest_text`` replace them. There are no receipts, and nothing keeps a
message from arriving twice when a worker dies on the way.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from intake.channels.reading import child, number, text
from intake.sending.tokens import Token, TokenRefused
from intake.sending.wire import Exchange, Platform, Reply, Wire
from outbox.errors import PermanentFailure, TemporaryFailure

_TOKEN = frozenset({2190002, 2190008, 10008, 28001003, 28001008})
_LATER = frozenset({2100001, 2100004, 10001, 28001005})
_REASONS = {
    2190001: "rate_limited",
    2190003: "credentials",
    2190004: "credentials",
    10010: "credentials",
    10020: "credentials",
    28001007: "credentials",
    2100005: "refused",
    28003017: "window_closed",
}
_DEFAULT_SECONDS = 7200.0


class Douyin(Platform):
    """Plain text; errors come with status 200, in ``data`` or ``extra``."""

    name = "Douyin"
    base_url = "https://open.douyin.com"
    longest_text = 1000
    window = timedelta(hours=24)
    needs_secrets = ("refresh_token",)
    needs_settings = ("client_key",)

    def converse(self, reply: Reply, exchange: Exchange) -> str:
        """Send with the token that is kept; a refused one is renewed once."""

        def fetch(refresh: str, _forced: bool) -> Token:
            return self._token(exchange(self.ask_token(reply, refresh)))

        self._check(reply)
        token = reply.tokens.get(fetch)
        try:
            answer = exchange(self.build_with(reply, token))
        except TokenRefused:
            token = reply.tokens.renew(token, fetch)
            answer = exchange(self.build_with(reply, token))
        return text(child(answer, "data"), "msg_id")

    def ask_token(self, reply: Reply, refresh: str) -> Wire:
        """Return the question for a token; the last refresh token counts, not the first one."""
        form = {
            "client_key": reply.setting("client_key"),
            "grant_type": "refresh_token",
            "refresh_token": refresh or reply.secret_named("refresh_token"),
        }
        return Wire("/oauth/refresh_token/", form=form)

    def build_with(self, reply: Reply, token: str) -> Wire:
        """Return the message."""
        ours = text(reply.settings, "open_id") or text(reply.about, "our_id")
        return Wire(
            "/im/send/msg/",
            query={"open_id": ours},
            headers={"access-token": token},
            json={
                "msg_id": text(reply.about, "message_id"),
                "conversation_id": text(reply.about, "conversation_id"),
                "to_user_id": reply.to,
                "scene": text(reply.settings, "scene") or "im_reply_msg",
                "content": {"msg_type": 1, "text": {"text": reply.text}},
            },
        )

    def can_answer(self, about: Mapping[str, Any]) -> bool:
        """Private messages can be answered, comments cannot."""
        return bool(text(about, "conversation_id") and text(about, "message_id"))

    def _check(self, reply: Reply) -> None:
        if not self.can_answer(reply.about):
            why = "The customer wrote a comment; Douyin takes replies to private messages only."
            raise PermanentFailure(why, code="no_way")

    def _token(self, answer: Mapping[str, Any]) -> Token:
        data = child(answer, "data")
        found = text(data, "access_token", 1000)
        if not found:
            raise TemporaryFailure("Douyin gave no token.")
        seconds = number(data, "expires_in") or _DEFAULT_SECONDS
        return Token(found, seconds, text(data, "refresh_token", 1000))

    def is_refused(self, status: int, answer: Mapping[str, Any]) -> bool:
        """Look at error_code, not at the status alone; an answer without any is none."""
        return super().is_refused(status, answer) or _error(answer) != 0

    def is_token_refused(self, status: int, answer: Mapping[str, Any]) -> bool:
        """Some codes say that another token may do."""
        return _error(answer) in _TOKEN

    def is_later(self, status: int, answer: Mapping[str, Any]) -> bool:
        """Some codes pass; an answer that is none may pass too."""
        error = _error(answer)
        is_strange = status == 200 and error is None
        return super().is_later(status, answer) or is_strange or error in _LATER

    def code_of(self, status: int, answer: Mapping[str, Any]) -> str:
        """Return our reason for theirs."""
        return _REASONS.get(int(_error(answer) or 0)) or super().code_of(status, answer)

    def reason(self, answer: Mapping[str, Any]) -> str:
        """Return the description."""
        parts = (child(answer, "data"), child(answer, "extra"))
        return next((text(part, "description", 300) for part in parts if part), "")


def _error(answer: Mapping[str, Any]) -> float | None:
    found = [number(child(answer, name), "error_code") for name in ("data", "extra")]
    known = [code for code in found if code is not None]
    return next((code for code in known if code), 0.0 if known else None)
