"""Postmark: https://postmarkapp.com/developer"""

import base64
from dataclasses import replace
from typing import Any

from tests.intake.standins.base import (
    JSON_TYPE,
    PICTURE,
    Asked,
    Call,
    Heard,
    Said,
    StandIn,
    encoded,
)
from tests.intake.standins.mails import MAIL_LACKS, address_only, mail_date


class PostmarkApi(StandIn):
    """The sending side, by which other channels' replies may leave too."""

    # Said in other words by the library that talks to Postmark.
    refusal_words = "All message recipients were rejected or invalid"
    lacks = MAIL_LACKS | {
        "delivered": "mail is reported by the provider's own webhook; see the mail providers",
        "read": "mail is reported by the provider's own webhook; see the mail providers",
        "failed": "mail is reported by the provider's own webhook; see the mail providers",
    }

    @property
    def token(self) -> str:
        return f"server-token-{self.number}"

    @property
    def address(self) -> str:
        return f"customer{self.number}@example.com"

    person = address

    def django_settings(self) -> dict[str, Any]:
        names = {"POSTMARK_SERVER_TOKEN": self.token, "POSTMARK_API_URL": f"{self.base}/"}
        return {"EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend", "ANYMAIL": names}

    def serve(self, asked: Asked) -> Said:
        if asked.headers.get("x-postmark-server-token") != self.token:
            return self.expired()
        if asked.path not in {"/email", "/email/batch"}:
            return Said(404, {"ErrorCode": 404, "Message": "Not found"})
        body = asked.json
        one = body[0] if isinstance(body, list) else body
        found = self.take(address_only(one["To"]), one["TextBody"])
        said = {"To": one["To"], "MessageID": found.id, "ErrorCode": 0, "Message": "OK"}
        return Said(200, [said] if isinstance(body, list) else said)

    def too_many(self, seconds: int) -> Said:
        said = {"ErrorCode": 429, "Message": "Rate limit exceeded"}
        return Said(429, said, {"Retry-After": str(seconds)})

    def out_of_order(self) -> Said:
        return Said(503, {"ErrorCode": 100, "Message": "Maintenance"})

    def expired(self) -> Said:
        words = "Request does not contain a valid Server token."
        return Said(401, {"ErrorCode": 10, "Message": words})

    def refusal(self) -> Said:
        words = (
            "You tried to send to recipient(s) that have been marked as inactive. Found inactive "
            f"addresses: {self.address}. Inactive recipients are ones that have generated a hard "
            "bounce, a spam complaint, or a manual suppression."
        )
        return Said(422, {"ErrorCode": 406, "Message": words})


class Postmark(PostmarkApi):
    """Inbound mail as JSON, ten tries; 403 stops at once."""

    name = kind = "postmark"
    signature = "Authorization"
    lacks = MAIL_LACKS | {
        "handshake": "Postmark asks nothing before its first request",
        "delivered": "Postmark reports by webhooks of its own, not by the inbound one",
        "read": "Postmark reports by webhooks of its own, not by the inbound one",
        "failed": "Postmark reports by webhooks of its own, not by the inbound one",
        "several": "Postmark posts one mail a call",
        "altered body": "Postmark signs nothing; the password stands in the address",
        "old timestamp": "Postmark signs nothing; MessageID decides",
    }
    tries = 10

    def __init__(self) -> None:
        super().__init__()
        self.secrets = {"password": f"pw-{self.number}"}

    def comes_again(self, heard: Heard) -> bool:
        return super().comes_again(heard) and heard.status != 403

    def letter(self, text: str, *, age: int = 0) -> Any:
        number = next(self.counter)
        return {
            "FromName": "Mei",
            "From": self.address,
            "FromFull": {"Email": self.address, "Name": "Mei", "MailboxHash": ""},
            "To": "care@shop.example",
            "ToFull": [{"Email": "care@shop.example", "Name": "", "MailboxHash": ""}],
            "Subject": f"Order {self.number}",
            "MessageID": f"73e6d360-{self.number}-{number}",
            "Date": mail_date(age),
            "TextBody": text,
            "HtmlBody": "",
            "StrippedTextReply": "",
            "Headers": [
                {"Name": "Message-ID", "Value": f"<{self.number}.{number}@customer.example>"},
                {"Name": "In-Reply-To", "Value": f"<{self.number}.1@customer.example>"},
            ],
            "Attachments": [],
        }

    def picture(self) -> Any:
        content = base64.b64encode(PICTURE).decode()
        file = {"Name": "a.png", "Content": content, "ContentType": "image/png", "ContentID": ""}
        return self.letter("see the picture") | {"Attachments": [file]}

    def call(self, *letters: Any, age: int = 0) -> Call:
        (mail,) = letters
        return self.signed(encoded(mail))

    def signed(self, body: bytes) -> Call:
        user = base64.b64encode(f"redress:{self.secrets['password']}".encode()).decode()
        return Call(body, {"Content-Type": JSON_TYPE, "Authorization": f"Basic {user}"})

    def by_address(self, call: Call) -> Call:
        """The password in the address instead."""
        return replace(
            call,
            headers={"Content-Type": JSON_TYPE},
            query={"key": self.secrets["password"]},
        )
