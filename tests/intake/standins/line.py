"""LINE: https://developers.line.biz/en/reference/messaging-api/"""

import base64
import hashlib
import hmac
import json
import uuid
from typing import Any

from tests.intake.standins.base import (
    JSON_TYPE,
    PICTURE,
    Asked,
    Call,
    Said,
    StandIn,
    encoded,
    now,
)


class Line(StandIn):
    """Several events a call; redelivery marks the event and signs anew."""

    name = kind = "line"
    signature = "X-Line-Signature"
    lacks = {
        "Retry-After": "LINE names no time",
        "renewal": "the token stays until an administrator changes it",
        "delivered": "LINE reports no delivery of a push",
        "read": "LINE reports no reading of a push",
        "failed": "LINE answers a push at once or never",
        "old timestamp": "LINE's signature covers no time; webhookEventId decides",
    }
    refusal_words = "The property, 'to', in the request body is invalid"

    def __init__(self) -> None:
        super().__init__()
        self.secrets = {
            "channel_secret": f"channel-{self.number}",
            "access_token": f"long-lived-{self.number}",
        }
        self.pushes: dict[str, list[str]] = {}

    @property
    def person(self) -> str:
        return f"U{self.number:032x}"

    @property
    def settings(self) -> dict[str, Any]:
        return {"api_url": self.base}

    def letter(self, text: str, *, age: int = 0) -> Any:
        return self._event({"type": "text", "text": text, "quoteToken": "q3Plxr4Agkh"}, age)

    def picture(self) -> Any:
        event = self._event({"type": "image", "contentProvider": {"type": "line"}}, 0)
        self.media[event["message"]["id"]] = PICTURE
        return event

    def _event(self, message: Any, age: int) -> Any:
        number = next(self.counter)
        return {
            "type": "message",
            "mode": "active",
            "timestamp": now(age) * 1000,
            "source": {"type": "user", "userId": self.person},
            "webhookEventId": f"01HF{self.number:010d}{number:012d}",
            "deliveryContext": {"isRedelivery": False},
            "replyToken": f"reply{number}",
            "message": {"id": f"{self.number}{number:06d}"} | message,
        }

    def question(self, *, wrong: bool = False) -> Call:
        call = self.call()
        return call if not wrong else Call(call.body, dict(call.headers) | {self.signature: "eA=="})

    def call(self, *letters: Any, age: int = 0) -> Call:
        return self.signed(encoded({"destination": "Ubot", "events": list(letters)}))

    def signed(self, body: bytes) -> Call:
        mac = hmac.new(self.secrets["channel_secret"].encode(), body, hashlib.sha256).digest()
        value = base64.b64encode(mac).decode()
        headers = {"Content-Type": f"{JSON_TYPE}; charset=utf-8", self.signature: value}
        return Call(body, headers | {"User-Agent": "LineBotWebhook/2.0"})

    def again(self, call: Call, count: int) -> Call:
        body = json.loads(call.body)
        for event in body["events"]:
            event["deliveryContext"]["isRedelivery"] = True
        return self.signed(encoded(body))

    def serve(self, asked: Asked) -> Said:
        if asked.bearer != self.secrets["access_token"]:
            return self.expired()
        if asked.method == "GET":
            return Said(200, self.media[asked.path.split("/")[4]], {"Content-Type": "image/png"})
        if asked.path != "/v2/bot/message/push":
            return Said(404, {"message": "Not found"})
        key = str(uuid.UUID(asked.headers["x-line-retry-key"]))
        with self.lock:
            is_known = key in self.pushes
        if is_known:
            sent = [{"id": one} for one in self.pushes[key]]
            said = {"message": "The retry key is already accepted", "sentMessages": sent}
            return Said(409, said, {"X-Line-Accepted-Request-Id": "123e4567"})
        body = asked.json
        bubbles = body["messages"]
        if not 1 <= len(bubbles) <= 5 or any(len(one["text"]) > 5000 for one in bubbles):
            return Said(400, {"message": "The request body has 1 error(s)"})
        ids = [self.take(body["to"], one["text"]).id for one in bubbles]
        self.pushes[key] = ids
        return Said(200, {"sentMessages": [{"id": one, "quoteToken": "y"} for one in ids]})

    def too_many(self, seconds: int) -> Said:
        """LINE names no time."""
        return Said(429, {"message": "The API rate limit has been exceeded. Try again later."})

    def out_of_order(self) -> Said:
        return Said(500, {"message": "Internal server error"})

    def expired(self) -> Said:
        words = "Authentication failed due to the following reason: expired token."
        return Said(401, {"message": words})
