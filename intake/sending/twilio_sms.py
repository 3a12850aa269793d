"""Twilio: text messages, also to who has called. No Django.

Needs the secrets ``account_sid`` and ``auth_token`` and one of the settings
``messaging_service_sid`` and ``from_number``. Each message names the source's own address for what
becomes of it. There is no key for a second try: a message may arrive twice when a worker dies
between sending and noting it, or when the answer is lost. The codes follow general knowledge.
"""

from collections.abc import Mapping
from typing import Any

from intake.channels.reading import text
from intake.channels.twilio import REASONS
from intake.sending.wire import Platform, Reply, Wire, segment


class TwilioSms(Platform):
    """One message; Twilio cuts it into parts for the network itself."""

    name = "Twilio"
    base_url = "https://api.twilio.com"
    longest_text = 1600
    receipts = frozenset({"sent", "delivered", "failed"})
    needs_secrets = ("account_sid", "auth_token")

    def missing(self, secret: str, settings: Mapping[str, Any]) -> str:
        """One of the two senders must be there."""
        has_sender = text(settings, "messaging_service_sid") or text(settings, "from_number")
        return super().missing(secret, settings) or ("" if has_sender else "from_number")

    def build(self, reply: Reply) -> Wire:
        """Return the message."""
        account, token = reply.secret_named("account_sid"), reply.secret_named("auth_token")
        service = text(reply.settings, "messaging_service_sid")
        sender = (
            {"MessagingServiceSid": service} if service else {"From": reply.setting("from_number")}
        )
        told = {"StatusCallback": reply.receipts_url} if reply.receipts_url else {}
        return Wire(
            f"/2010-04-01/Accounts/{segment(account)}/Messages.json",
            form={"To": reply.to, "Body": reply.text} | sender | told,
            auth=(account, token),
        )

    def sent_id(self, answer: Mapping[str, Any]) -> str:
        """Return the sid, which receipts name."""
        return text(answer, "sid")

    def code_of(self, status: int, answer: Mapping[str, Any]) -> str:
        """Return our reason for theirs."""
        return REASONS.get(text(answer, "code", 20)) or super().code_of(status, answer)

    def reason(self, answer: Mapping[str, Any]) -> str:
        """Return the message."""
        return text(answer, "message", 300)
