"""WhatsApp Cloud API: text messages. No Django.

Needs the secret ``access_token`` and the setting ``phone_number_id``. Setting ``api_version``: the
default follows general knowledge. Outside the 24 hours after the customer's last message WhatsApp
refuses, and its reason is shown.
"""

from collections.abc import Mapping
from typing import Any

from intake.channels.reading import child, children, number, text
from intake.sending.wire import Platform, Reply, Wire, segment

API_VERSION = "v21.0"
# Too many calls, for the app, the number or the pair of numbers; temporarily out of order.
_LATER = frozenset({1, 2, 4, 80007, 130429, 131000, 131016, 131048, 131056})


class MetaPlatform(Platform):
    """What the Graph API's answers have in common."""

    base_url = "https://graph.facebook.com"

    def is_later(self, status: int, answer: Mapping[str, Any]) -> bool:
        """Some refusals with status 400 pass."""
        return super().is_later(status, answer) or number(child(answer, "error"), "code") in _LATER


class WhatsApp(MetaPlatform):
    """Plain text."""

    name = "WhatsApp"
    longest_text = 4096

    def build(self, reply: Reply) -> Wire:
        """Return the message."""
        version = text(reply.settings, "api_version", 20) or API_VERSION
        number_id = segment(reply.setting("phone_number_id"))
        return Wire(
            f"/{segment(version)}/{number_id}/messages",
            headers={"Authorization": f"Bearer {reply.secret_named('access_token')}"},
            json={
                "messaging_product": "whatsapp",
                "recipient_type": "individual",
                "to": reply.to,
                "type": "text",
                "text": {"preview_url": False, "body": reply.text},
            },
        )

    def sent_id(self, answer: Mapping[str, Any]) -> str:
        """Return the wamid, which receipts name."""
        return next((text(one, "id") for one in children(answer, "messages")), "")
