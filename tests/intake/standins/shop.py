"""A shop's own system behind the generic webhook, with a callback for replies: docs/channels.md."""

import base64
import hashlib
import hmac
from typing import Any

from tests.intake.standins.base import (
    JSON_TYPE,
    PICTURE,
    Asked,
    Call,
    Heard,
    Received,
    Said,
    StandIn,
    encoded,
    now,
)


class Shop(StandIn):
    """Signs by X-Redress-Signature and checks the same on what comes back."""

    name = kind = "generic"
    signature = "X-Redress-Signature"
    lacks = {
        "renewal": "the secret stays until an administrator changes it",
        "fixed token": "the secret stays until an administrator changes it",
        "handshake": "the webhook's address is typed in; nobody asks",
        "several": "one message a call",
    }
    refusal_words = "422"

    def __init__(self) -> None:
        super().__init__()
        self.secrets = {"secret": f"a secret for {self.number}"}

    @property
    def secret(self) -> str:
        return self.secrets["secret"]

    @property
    def address(self) -> str:
        return f"thread-{self.number}"

    @property
    def settings(self) -> dict[str, Any]:
        return {"callback_url": f"{self.base}/replies"}

    def letter(self, text: str, *, age: int = 0) -> Any:
        return {
            "id": f"order-{self.number}-{next(self.counter)}",
            "text": text,
            "thread": self.address,
            "sent_at": now(age),
            "customer": {"id": self.person, "name": "Mei"},
        }

    def picture(self) -> Any:
        file = {"name": "a.png", "type": "image/png"}
        content = base64.b64encode(PICTURE).decode()
        return self.letter("see") | {"attachments": [file | {"content_base64": content}]}

    def call(self, *letters: Any, age: int = 0) -> Call:
        (value,) = letters
        return self.signed(encoded(value), age)

    def signed(self, body: bytes, age: int = 0) -> Call:
        seconds = str(now(age))
        headers = {"X-Redress-Timestamp": seconds, self.signature: self._proof(seconds, body)}
        return Call(body, headers | {"Content-Type": JSON_TYPE})

    def _proof(self, seconds: str, body: bytes) -> str:
        signed = seconds.encode() + b"." + body
        return "sha256=" + hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()

    def again(self, call: Call, count: int) -> Call:
        return self.signed(call.body)

    def is_content(self, heard: Heard) -> bool:
        return heard.status in {200, 202}

    def serve(self, asked: Asked) -> Said:
        seconds = asked.headers["x-redress-timestamp"]
        self.check(abs(now() - int(seconds)) < 60, "an old timestamp")
        if asked.headers[self.signature.lower()] != self._proof(seconds, asked.body):
            return Said(401, {})
        self.check(bool(asked.headers["idempotency-key"]), "no key")
        body = asked.json
        if not any(one.id == body["id"] for one in self.received):
            self.take(body["thread"], body["text"], known_as=body["id"])
        return Said(200, {})

    def receipt(self, sent: Received, state: str) -> Call | None:
        said = {"message": sent.id, "state": state, "at": now(), "reason": "no such phone"}
        return self.signed(encoded({"receipt": said}))

    def refusal(self) -> Said:
        return Said(422, {})
