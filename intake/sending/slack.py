"""Slack: chat.postMessage. Needs the secret ``bot_token``. No Django.

Slack tells nothing of what became of a message. ``client_msg_id`` keeps a second try from arriving
twice where the workspace honours it, which follows general knowledge.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from intake.channels.reading import text
from intake.sending.wire import Platform, Reply, Wire

_CREDENTIALS = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "missing_scope",
        "not_allowed_token_type",
        "no_permission",
    }
)
_REASONS = {
    "ratelimited": "rate_limited",
    "channel_not_found": "unknown_recipient",
    "not_in_channel": "unknown_recipient",
    "is_archived": "unknown_recipient",
    "msg_too_long": "too_long",
}
_LATER = frozenset({"ratelimited", "internal_error", "fatal_error", "service_unavailable"})


class Slack(Platform):
    """Answers in the thread that was written in; errors come with status 200."""

    name = "Slack"
    base_url = "https://slack.com"
    longest_text = 40_000
    needs_secrets = ("bot_token",)

    def build(self, reply: Reply) -> Wire:
        """Return the post; the address is a channel, or channel and thread."""
        channel, _, thread = reply.to.partition(":")
        # Slack's three entities; without them "<!channel>" would call everybody.
        plain = reply.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        own = str(uuid.uuid5(uuid.NAMESPACE_OID, reply.key))
        body = {"channel": channel, "text": plain, "client_msg_id": own}
        if thread:
            body["thread_ts"] = thread
        headers = {"Authorization": f"Bearer {reply.secret_named('bot_token')}"}
        return Wire("/api/chat.postMessage", headers=headers, json=body)

    def is_refused(self, status: int, answer: Mapping[str, Any]) -> bool:
        """Look at ``ok``, not at the status alone."""
        return super().is_refused(status, answer) or answer.get("ok") is not True

    def is_later(self, status: int, answer: Mapping[str, Any]) -> bool:
        """Some errors pass; an answer that is none may pass too."""
        is_strange = status == 200 and "ok" not in answer
        return super().is_later(status, answer) or is_strange or text(answer, "error") in _LATER

    def code_of(self, status: int, answer: Mapping[str, Any]) -> str:
        """Return our reason for theirs."""
        error = text(answer, "error")
        if error in _CREDENTIALS:
            return "credentials"
        return _REASONS.get(error) or super().code_of(status, answer)

    def sent_id(self, answer: Mapping[str, Any]) -> str:
        """Return channel and time of the message."""
        return f"{text(answer, 'channel')}:{text(answer, 'ts')}"
