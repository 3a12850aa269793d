"""Mailgun: https://documentation.mailgun.com/"""

import base64
import hashlib
import hmac
import json
import re
import secrets
from typing import Any

from tests.intake.standins.base import PICTURE, Asked, Call, Heard, Said, StandIn, now
from tests.intake.standins.mails import MAIL_LACKS, address_only, mail_date, multipart


class Mailgun(StandIn):
    """Routes post a mail as a form; the signature covers timestamp and token."""

    name = kind = "mailgun"
    lacks = MAIL_LACKS | {
        "handshake": "Mailgun asks nothing before its first request",
        "several": "Mailgun posts one mail a call",
        "altered body": "Mailgun signs timestamp and token, not the mail; a token is taken once",
        "delivered": "Mailgun reports by a webhook of its own, not by the route",
        "read": "Mailgun reports by a webhook of its own, not by the route",
        "failed": "Mailgun reports by a webhook of its own, not by the route",
        "header": "Mailgun's signature stands in the form",
    }
    tries = 7
    refusal_words = "to parameter is not a valid address"

    def __init__(self) -> None:
        super().__init__()
        self.secrets = {"signing_key": f"key-{self.number}"}

    @property
    def api_key(self) -> str:
        return f"api-{self.number}"

    @property
    def address(self) -> str:
        return f"customer{self.number}@example.com"

    person = address

    def django_settings(self) -> dict[str, Any]:
        names = {
            "MAILGUN_API_KEY": self.api_key,
            "MAILGUN_API_URL": f"{self.base}/v3",
            "MAILGUN_SENDER_DOMAIN": "mg.shop.example",
        }
        return {"EMAIL_BACKEND": "anymail.backends.mailgun.EmailBackend", "ANYMAIL": names}

    def comes_again(self, heard: Heard) -> bool:
        return heard.status not in {200, 406}

    def is_content(self, heard: Heard) -> bool:
        return heard.status == 200

    def letter(self, text: str, *, age: int = 0) -> Any:
        number = next(self.counter)
        first = f"{self.number}.1@customer.example"
        headers = [
            ["From", f"Mei <{self.address}>"],
            ["To", "care@shop.example"],
            ["Subject", f"Order {self.number}"],
            ["Message-Id", f"<{self.number}.{number}@customer.example>"],
            ["In-Reply-To", f"<{first}>"],
            ["Date", mail_date(age)],
        ]
        return {
            "recipient": "care@shop.example",
            "sender": self.address,
            "from": f"Mei <{self.address}>",
            "subject": f"Order {self.number}",
            "body-plain": text,
            "stripped-text": text,
            "Message-Id": f"<{self.number}.{number}@customer.example>",
            "message-headers": json.dumps(headers),
        }

    def picture(self) -> Any:
        return self.letter("see the picture") | {"attachment-count": "1"}

    def call(self, *letters: Any, age: int = 0) -> Call:
        (mail,) = letters
        files = [("attachment-1", "a.png", "image/png", PICTURE)]
        return self._form(mail, files if "attachment-count" in mail else [], age)

    def signed(self, body: bytes) -> Call:
        """The proof stands in the form, so only a field of it can be odd."""
        return self._form({"body-mime": body.decode("latin-1")}, [], 0)

    def _form(self, mail: Any, files: Any, age: int) -> Call:
        timestamp, token = str(now(age)), secrets.token_hex(25)
        key = self.secrets["signing_key"].encode()
        mac = hmac.new(key, f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
        proof = {"timestamp": timestamp, "token": token, "signature": mac}
        body, kind = multipart(mail | proof, files)
        return Call(body, {"Content-Type": kind})

    def again(self, call: Call, count: int) -> Call:
        """Each post has a new token; the mail keeps its Message-Id."""
        found = re.findall(
            rb'form-data; name="([\w-]+)"\r\n\r\n(.*?)\r\n--', call.body, flags=re.DOTALL
        )
        mail = {name.decode(): value.decode() for name, value in found}
        return self._form(mail, [], 0)

    def serve(self, asked: Asked) -> Said:
        proof = base64.b64encode(f"api:{self.api_key}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {proof}":
            return self.expired()
        if asked.path != "/v3/mg.shop.example/messages":
            return Said(404, {"message": "Domain not found"})
        form = asked.form
        found = self.take(address_only(form["to"]), form["text"])
        return Said(200, {"id": f"<{found.id}@mg.shop.example>", "message": "Queued. Thank you."})

    def expired(self) -> Said:
        return Said(401, b"Forbidden")
