"""WeChat Official Accounts: customer service messages. No Django.

Needs the secret ``app_secret`` and the setting ``app_id``. A token is asked for before each
message: the stable one stays the same until it runs out, and nothing is kept here that another
process could make invalid. The limit of 2,048 bytes and the codes that pass follow general
knowledge; the setting ``longest_text`` replaces the limit.
"""

from collections.abc import Mapping
from typing import Any

from intake.channels.reading import number, text
from intake.sending.wire import Exchange, Platform, Reply, Wire, segment
from outbox.errors import TemporaryFailure

# Busy; the token ran out or was replaced in between; too many calls.
_LATER = frozenset({-1, 40001, 40014, 42001, 45009, 45011})


class WeChat(Platform):
    """Plain text, within 48 hours of the customer's last message; errors come with status 200."""

    name = "WeChat"
    base_url = "https://api.weixin.qq.com"
    longest_text = 2048

    def converse(self, reply: Reply, exchange: Exchange) -> str:
        """Ask for a token, then send with it."""
        token = text(exchange(self.ask_token(reply)), "access_token", 1000)
        if not token:
            raise TemporaryFailure("WeChat gave no token.")
        exchange(self.build_with(reply, token))
        return ""

    def ask_token(self, reply: Reply) -> Wire:
        """Return the question for a token."""
        return Wire(
            "/cgi-bin/stable_token",
            json={
                "grant_type": "client_credential",
                "appid": reply.setting("app_id"),
                "secret": reply.secret_named("app_secret"),
            },
        )

    def build_with(self, reply: Reply, token: str) -> Wire:
        """Return the message."""
        body = {"touser": reply.to, "msgtype": "text", "text": {"content": reply.text}}
        return Wire(f"/cgi-bin/message/custom/send?access_token={segment(token)}", json=body)

    def length(self, words: str) -> int:
        """Count bytes."""
        return len(words.encode())

    def is_refused(self, status: int, answer: Mapping[str, Any]) -> bool:
        """Look at errcode, not at the status alone."""
        return super().is_refused(status, answer) or bool(number(answer, "errcode"))

    def is_later(self, status: int, answer: Mapping[str, Any]) -> bool:
        """Some codes pass."""
        return super().is_later(status, answer) or number(answer, "errcode") in _LATER

    def reason(self, answer: Mapping[str, Any]) -> str:
        """Return the code and its words."""
        return f"{text(answer, 'errcode', 20)} {text(answer, 'errmsg', 300)}".strip()
