"""Twilio: text messages. No Django.

Needs the secrets ``account_sid`` and ``auth_token`` and one of the settings
``messaging_service_sid`` and ``from_number``.
"""

from collections.abc import Mapping
from typing import Any

from intake.channels.reading import text
from intake.sending.wire import Platform, Reply, Wire, segment


class TwilioSms(Platform):
    """One message; Twilio cuts it into parts for the network itself."""

    name = "Twilio"
    base_url = "https://api.twilio.com"
    longest_text = 1600

    def build(self, reply: Reply) -> Wire:
        """Return the message."""
        account, token = reply.secret_named("account_sid"), reply.secret_named("auth_token")
        service = text(reply.settings, "messaging_service_sid")
        sender = (
            {"MessagingServiceSid": service} if service else {"From": reply.setting("from_number")}
        )
        return Wire(
            f"/2010-04-01/Accounts/{segment(account)}/Messages.json",
            form={"To": reply.to, "Body": reply.text} | sender,
            auth=(account, token),
        )

    def sent_id(self, answer: Mapping[str, Any]) -> str:
        """Return the sid, which receipts name."""
        return text(answer, "sid")

    def reason(self, answer: Mapping[str, Any]) -> str:
        """Return the message."""
        return text(answer, "message", 300)
