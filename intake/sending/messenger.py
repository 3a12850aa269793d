"""Messenger and Instagram: the Send API. No Django.

Needs the secret ``access_token`` and the setting ``page_id``. Setting ``api_version``: the default
follows general knowledge, as do Instagram's limit of 1,000 bytes and the codes. Within 24 hours of
the customer's last message every reply is taken; with the setting ``human_agent`` (the application
must have that permission) one that a person wrote within seven days. There is no key for a second
try: a message may arrive twice when a worker dies between sending and noting it, or when the answer
is lost.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from intake.channels.reading import text
from intake.sending.whatsapp import API_VERSION, MetaPlatform
from intake.sending.wire import Reply, Wire, segment


class Messenger(MetaPlatform):
    """A response within the day that the platform allows."""

    name = "Messenger"
    longest_text = 2000
    window = timedelta(hours=24)
    late_window = timedelta(days=7)
    receipts = frozenset({"delivered", "read"})
    needs_secrets = ("access_token",)
    needs_settings = ("page_id",)

    def build(self, reply: Reply) -> Wire:
        """Return the message."""
        kind: dict[str, str] = {"messaging_type": "RESPONSE"}
        if reply.is_late:
            kind = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
        version = text(reply.settings, "api_version", 20) or API_VERSION
        return Wire(
            f"/{segment(version)}/{segment(reply.setting('page_id'))}/messages",
            headers={"Authorization": f"Bearer {reply.secret_named('access_token')}"},
            json={
                "recipient": {"id": reply.to},
                "message": {"text": reply.text},
                **kind,
            },
        )

    def sent_id(self, answer: Mapping[str, Any]) -> str:
        """Return the mid."""
        return text(answer, "message_id")


class Instagram(Messenger):
    """The same call, with a shorter text."""

    name = "Instagram"
    longest_text = 1000
    receipts = frozenset({"read"})

    def length(self, words: str) -> int:
        """Count bytes."""
        return len(words.encode())
