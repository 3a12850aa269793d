"""Telegram: sendMessage. Needs the secret ``bot_token``. No Django.

Bots are not told what became of a message. There is no key for a second try: a message may arrive
twice when a worker dies between sending and noting it, or when the answer is lost.
"""

from collections.abc import Mapping
from typing import Any

from intake.channels.reading import child, number, text
from intake.sending.wire import Platform, Reply, Wire


class Telegram(Platform):
    """Plain text, counted in UTF-16 units."""

    name = "Telegram"
    base_url = "https://api.telegram.org"
    longest_text = 4096
    needs_secrets = ("bot_token",)

    def build(self, reply: Reply) -> Wire:
        """Return the call of sendMessage."""
        token = reply.secret_named("bot_token")
        return Wire(f"/bot{token}/sendMessage", json={"chat_id": reply.to, "text": reply.text})

    def length(self, words: str) -> int:
        """Count as Telegram does."""
        return len(words.encode("utf-16-le")) // 2

    def sent_id(self, answer: Mapping[str, Any]) -> str:
        """Return chat and number of the message."""
        result = child(answer, "result")
        return f"{text(child(result, 'chat'), 'id')}:{text(result, 'message_id')}"

    def reason(self, answer: Mapping[str, Any]) -> str:
        """Return the description."""
        return text(answer, "description", 300)

    def code_of(self, status: int, answer: Mapping[str, Any]) -> str:
        """403: blocked by the customer or deleted; 404: a token that is none."""
        if status == 403:
            return "blocked"
        if status == 404:
            return "credentials"
        is_unknown = status == 400 and "chat not found" in text(answer, "description", 300)
        return "unknown_recipient" if is_unknown else super().code_of(status, answer)

    def retry_after(self, answer: Mapping[str, Any]) -> float | None:
        """Return parameters.retry_after."""
        return number(child(answer, "parameters"), "retry_after")
