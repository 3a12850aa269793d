"""SendGrid: https://www.twilio.com/docs/sendgrid/for-developers/parsing-email"""

import base64
import json
from typing import Any

from tests.intake.standins.base import PICTURE, Asked, Call, Heard, Said, StandIn
from tests.intake.standins.mails import MAIL_LACKS, mail_date, multipart


class SendGrid(StandIn):
    """Inbound Parse: 4xx and 3xx drop the mail for good, 5xx is tried again for days."""

    name = kind = "sendgrid"
    signature = "Authorization"
    lacks = MAIL_LACKS | {
        "handshake": "SendGrid asks nothing before its first request",
        "several": "SendGrid posts one mail a call",
        "altered body": "Inbound Parse signs nothing by default; the password is in the address",
        "old timestamp": "Inbound Parse signs nothing by default",
        "delivered": "SendGrid reports by its event webhook, not by Inbound Parse",
        "read": "SendGrid reports by its event webhook, not by Inbound Parse",
        "failed": "SendGrid reports by its event webhook, not by Inbound Parse",
    }
    tries = 12
    refusal_words = "Does not contain a valid address."

    def __init__(self) -> None:
        super().__init__()
        self.secrets = {"password": f"pw-{self.number}"}

    @property
    def api_key(self) -> str:
        return f"SG.{self.number}"

    @property
    def address(self) -> str:
        return f"customer{self.number}@example.com"

    person = address

    def django_settings(self) -> dict[str, Any]:
        names = {"SENDGRID_API_KEY": self.api_key, "SENDGRID_API_URL": f"{self.base}/v3/"}
        return {"EMAIL_BACKEND": "anymail.backends.sendgrid.EmailBackend", "ANYMAIL": names}

    def comes_again(self, heard: Heard) -> bool:
        return heard.status >= 500

    def letter(self, text: str, *, age: int = 0) -> Any:
        number = next(self.counter)
        headers = (
            f"From: Mei <{self.address}>\nTo: care@shop.example\nSubject: Order {self.number}\n"
            f"Message-ID: <{self.number}.{number}@customer.example>\n"
            f"In-Reply-To: <{self.number}.1@customer.example>\nDate: {mail_date(age)}\n"
        )
        names = ("to", "from", "subject", "text", "headers")
        return {
            "headers": headers,
            "to": "care@shop.example",
            "from": f"Mei <{self.address}>",
            "subject": f"Order {self.number}",
            "text": text,
            "charsets": json.dumps(dict.fromkeys(names, "UTF-8")),
            "envelope": json.dumps({"to": ["care@shop.example"], "from": self.address}),
            "attachments": "0",
        }

    def picture(self) -> Any:
        about = {"attachment1": {"filename": "a.png", "type": "image/png"}}
        found = {"attachments": "1", "attachment-info": json.dumps(about)}
        return self.letter("see the picture") | found

    def call(self, *letters: Any, age: int = 0) -> Call:
        (mail,) = letters
        files = [("attachment1", "a.png", "image/png", PICTURE)]
        body, kind = multipart(mail, files if mail["attachments"] == "1" else [])
        return self.signed(body, kind)

    def signed(self, body: bytes, kind: str = "multipart/form-data; boundary=x") -> Call:
        user = base64.b64encode(f"redress:{self.secrets['password']}".encode()).decode()
        return Call(body, {"Content-Type": kind, "Authorization": f"Basic {user}"})

    def serve(self, asked: Asked) -> Said:
        if asked.bearer != self.api_key:
            return self.expired()
        if asked.path != "/v3/mail/send":
            return Said(404, {"errors": [{"message": "Not found"}]})
        body = asked.json
        (whom,) = body["personalizations"]
        (to,) = whom["to"]
        texts = [part["value"] for part in body["content"] if part["type"] == "text/plain"]
        found = self.take(to["email"], texts[0])
        return Said(202, b"", {"X-Message-Id": found.id})

    def too_many(self, seconds: int) -> Said:
        said = {"errors": [{"message": "too many requests"}]}
        return Said(429, said, {"Retry-After": str(seconds)})

    def expired(self) -> Said:
        words = "The provided authorization grant is invalid, expired, or revoked"
        return Said(401, {"errors": [{"message": words, "field": None}]})

    def refusal(self) -> Said:
        error = {"message": self.refusal_words, "field": "personalizations.0.to.0.email"}
        return Said(400, {"errors": [error]})
