"""WhatsApp Cloud API: text messages and approved templates. No Django.

Needs the secret ``access_token`` and the setting ``phone_number_id``. Setting ``api_version``: the
default follows general knowledge, as do the codes. Outside the 24 hours after the customer's last
message only templates are taken (setting ``templates``, see ``intake.sending.templates``). There is
no key for a second try, but each message carries a marker that its receipts give back: when a
worker dies between sending and noting it, the receipt does the noting, mostly before the second try
is due.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from intake.channels.meta import PASSING_CODES, reason_of
from intake.channels.reading import child, children, number, text
from intake.sending.wire import Platform, Reply, Wire, segment

API_VERSION = "v21.0"


class MetaPlatform(Platform):
    """What the Graph API's answers have in common."""

    base_url = "https://graph.facebook.com"

    def is_later(self, status: int, answer: Mapping[str, Any]) -> bool:
        """Some refusals with status 400 pass."""
        return (
            super().is_later(status, answer)
            or number(child(answer, "error"), "code") in PASSING_CODES
        )

    def code_of(self, status: int, answer: Mapping[str, Any]) -> str:
        """Return our reason for theirs."""
        error = child(answer, "error")
        found = reason_of(number(error, "code"), number(error, "error_subcode"))
        return found or super().code_of(status, answer)


class WhatsApp(MetaPlatform):
    """Plain text, or a template with its variables."""

    name = "WhatsApp"
    longest_text = 4096
    window = timedelta(hours=24)
    receipts = frozenset({"sent", "delivered", "read", "failed"})
    takes_templates = True
    needs_secrets = ("access_token",)
    needs_settings = ("phone_number_id",)

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
                "biz_opaque_callback_data": reply.key,
                **_content(reply),
            },
        )

    def sent_id(self, answer: Mapping[str, Any]) -> str:
        """Return the wamid, which receipts name."""
        return next((text(one, "id") for one in children(answer, "messages")), "")


def _content(reply: Reply) -> dict[str, Any]:
    if not reply.template:
        return {"type": "text", "text": {"preview_url": False, "body": reply.text}}
    values = reply.template.get("values")
    said = [{"type": "text", "text": str(each)} for each in values or ()]
    template: dict[str, Any] = {
        "name": text(reply.template, "name"),
        "language": {"code": text(reply.template, "language", 20) or "en"},
    }
    if said:
        template["components"] = [{"type": "body", "parameters": said}]
    return {"type": "template", "template": template}
