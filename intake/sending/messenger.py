"""Messenger and Instagram: the Send API. No Django.

Needs the secret ``access_token`` and the setting ``page_id``. Setting ``api_version``: the default
follows general knowledge, as does Instagram's limit of 1,000 bytes.
"""

from collections.abc import Mapping
from typing import Any

from intake.channels.reading import text
from intake.sending.whatsapp import API_VERSION, MetaPlatform
from intake.sending.wire import Reply, Wire, segment


class Messenger(MetaPlatform):
    """A response within the day that the platform allows."""

    name = "Messenger"
    longest_text = 2000

    def build(self, reply: Reply) -> Wire:
        """Return the message."""
        version = text(reply.settings, "api_version", 20) or API_VERSION
        return Wire(
            f"/{segment(version)}/{segment(reply.setting('page_id'))}/messages",
            headers={"Authorization": f"Bearer {reply.secret_named('access_token')}"},
            json={
                "recipient": {"id": reply.to},
                "messaging_type": "RESPONSE",
                "message": {"text": reply.text},
            },
        )

    def sent_id(self, answer: Mapping[str, Any]) -> str:
        """Return the mid."""
        return text(answer, "message_id")


class Instagram(Messenger):
    """The same call, with a shorter text."""

    name = "Instagram"
    longest_text = 1000

    def length(self, words: str) -> int:
        """Count bytes."""
        return len(words.encode())
