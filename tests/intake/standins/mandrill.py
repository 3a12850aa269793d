"""Mandrill: https://mailchimp.com/developer/transactional/guides/set-up-inbound-email-processing/"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from tests.intake.standins.base import (
    FORM_TYPE,
    PICTURE,
    Asked,
    Call,
    Heard,
    Received,
    Said,
    StandIn,
    now,
)
from tests.intake.standins.mails import MAIL_LACKS, mail_date


class Mandrill(StandIn):
    """Mails and news of ours at one address, several a call; django-anymail knows its words."""

    name = "mandrill"
    kind = "anymail"
    signature = "X-Mandrill-Signature"
    lacks: ClassVar[Mapping[str, str]] = MAIL_LACKS | {
        "old timestamp": "Mandrill signs no time; each mail's own id decides",
        "delivered": "Mandrill tells that a mail was sent, then that it was opened or bounced",
        "Retry-After": "Mandrill queues what is too much",
    }
    # Said in other words by the library that talks to Mandrill.
    refusal_words = "All message recipients were rejected or invalid"

    def __init__(self) -> None:
        super().__init__()
        self.secrets = {"signing_key": f"hook-{self.number}"}

    @property
    def settings(self) -> dict[str, Any]:
        return {"provider": "mandrill"}

    @property
    def address(self) -> str:
        return f"customer{self.number}@example.com"

    def django_settings(self) -> dict[str, Any]:
        names = {
            "MANDRILL_API_KEY": f"md-{self.number}",
            "MANDRILL_API_URL": f"{self.base}/api/1.0",
        }
        return {"EMAIL_BACKEND": "anymail.backends.mandrill.EmailBackend", "ANYMAIL": names}

    def question(self, *, wrong: bool = False) -> Call:
        """Mandrill looks whether the address is there, then signs an empty list."""
        return (self.impostor() if wrong else self).call()

    def letter(self, text: str, *, age: int = 0) -> Any:
        return self._mail(text, "Content-Type: text/plain; charset=utf-8\r\n\r\n", text, age)

    def picture(self) -> Any:
        parts = (
            "--x\r\nContent-Type: text/plain\r\n\r\nsee the picture\r\n--x\r\n"
            'Content-Type: image/png; name="a.png"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
            f"{base64.b64encode(PICTURE).decode()}\r\n--x--\r\n"
        )
        return self._mail("", "Content-Type: multipart/mixed; boundary=x\r\n\r\n", parts, 0)

    def _mail(self, text: str, kind: str, body: str, age: int) -> Any:
        number = next(self.counter)
        raw = (
            f"From: Mei <{self.address}>\r\nTo: care@shop.example\r\n"
            f"Subject: Order {self.number}\r\nDate: {mail_date(age)}\r\n"
            f"Message-ID: <{self.number}.{number}@customer.example>\r\n{kind}{body}\r\n"
        )
        found = {"raw_msg": raw, "email": "care@shop.example", "from_email": self.address}
        return {"event": "inbound", "ts": now(age), "msg": found | {"text": text}}

    def call(self, *letters: Any, age: int = 0) -> Call:
        return self.signed(json.dumps(letters).encode())

    def signed(self, body: bytes) -> Call:
        """The proof covers the form's one field, so only that can be odd."""
        events = body.decode("utf-8", "replace")
        whole = f"{self.door}mandrill_events{events}"
        mac = hmac.new(self.secrets["signing_key"].encode(), whole.encode(), hashlib.sha1)
        proof = base64.b64encode(mac.digest()).decode()
        form = urlencode({"mandrill_events": events}).encode()
        return Call(form, {"Content-Type": FORM_TYPE, self.signature: proof})

    def is_content(self, heard: Heard) -> bool:
        return heard.status == 200

    def receipt(self, sent: Received, state: str) -> Call | None:
        kind = {"read": "open", "failed": "hard_bounce"}.get(state)
        if kind is None:
            return None
        about = {"_id": sent.id, "email": sent.to, "diag": "smtp;550 5.1.1 unknown user"}
        return self.call({"event": kind, "ts": now(), "_id": sent.id, "msg": about})

    def serve(self, asked: Asked) -> Said:
        body = asked.json
        if body["key"] != f"md-{self.number}":
            return self._no(-1, "Invalid_Key", "Invalid API key")
        if asked.path != "/api/1.0/messages/send.json":
            return Said(404, {})
        (to,) = body["message"]["to"]
        found = self.take(to["email"], body["message"]["text"])
        return Said(200, [{"email": to["email"], "status": "sent", "_id": found.id}])

    def _no(self, code: int, name: str, words: str) -> Said:
        return Said(500, {"status": "error", "code": code, "name": name, "message": words})

    def too_many(self, seconds: int) -> Said:
        return self._no(-99, "GeneralError", "Too much at once, try again later")

    def refusal(self) -> Said:
        return Said(200, [{"email": self.address, "status": "rejected", "_id": "x"}])
