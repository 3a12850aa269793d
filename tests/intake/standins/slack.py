"""Slack: https://api.slack.com/apis/events-api and chat.postMessage."""

import hashlib
import hmac
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
    now,
)


def escaped(text: str) -> str:
    """Slack writes three signs as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Slack(StandIn):
    """One event a call, three more tries; errors of the API come with status 200."""

    name = kind = "slack"
    signature = "X-Slack-Signature"
    lacks = {
        "renewal": "the token stays until an administrator changes it",
        "several": "Slack sends one event a call",
        "delivered": "Slack tells an app nothing of what became of its messages",
        "read": "Slack tells an app nothing of what became of its messages",
        "failed": "Slack tells an app nothing of what became of its messages",
    }
    refusal_words = "channel_not_found"

    def __init__(self) -> None:
        super().__init__()
        self.secrets = {
            "signing_secret": f"signing-{self.number}",
            "bot_token": f"xoxb-{self.number}",
        }

    @property
    def person(self) -> str:
        return f"U{self.number}"

    @property
    def room(self) -> str:
        return f"D{self.number}"

    address = room

    @property
    def settings(self) -> dict[str, Any]:
        return {"bot_user_id": "UBOT", "api_url": self.base}

    def question(self, *, wrong: bool = False) -> Call:
        body = encoded({"token": "x", "challenge": "3eZbrw1aBm2rZ", "type": "url_verification"})
        return (self.impostor() if wrong else self).signed(body)

    def is_answered(self, heard: Heard) -> bool:
        return heard.status == 200 and heard.body == b"3eZbrw1aBm2rZ"

    def letter(self, text: str, *, age: int = 0) -> Any:
        return self._event({"text": escaped(text)}, age)

    def picture(self) -> Any:
        ref = f"F{self.number}"
        self.media[ref] = PICTURE
        file = {"id": ref, "name": "a.png", "mimetype": "image/png"}
        file["url_private"] = f"{self.base}/files-pri/{ref}"
        return self._event({"text": "", "subtype": "file_share", "files": [file]}, 0)

    def _event(self, what: Any, age: int) -> Any:
        ts = f"{now(age)}.{next(self.counter):06d}"
        return {
            "type": "message",
            "user": self.person,
            "channel": self.room,
            "channel_type": "im",
            "ts": ts,
            "event_ts": ts,
        } | what

    def call(self, *letters: Any, age: int = 0) -> Call:
        (event,) = letters
        body = {
            "token": "x",
            "team_id": "T1",
            "api_app_id": "A1",
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{self.number}{event['ts'].replace('.', '')}",
            "event_time": now(age),
        }
        return self.signed(encoded(body), age)

    def signed(self, body: bytes, age: int = 0) -> Call:
        seconds = str(now(age))
        signed = b"v0:" + seconds.encode() + b":" + body
        mac = hmac.new(self.secrets["signing_secret"].encode(), signed, hashlib.sha256)
        headers = {"X-Slack-Request-Timestamp": seconds, self.signature: f"v0={mac.hexdigest()}"}
        return Call(body, headers | {"Content-Type": JSON_TYPE, "User-Agent": "Slackbot 1.0"})

    def again(self, call: Call, count: int) -> Call:
        signed = self.signed(call.body)
        headers = {"X-Slack-Retry-Num": str(count), "X-Slack-Retry-Reason": "http_timeout"}
        return Call(signed.body, dict(signed.headers) | headers)

    def serve(self, asked: Asked) -> Said:
        if asked.bearer != self.secrets["bot_token"]:
            return Said(200, {"ok": False, "error": "invalid_auth"})
        if asked.method == "GET" and asked.path.startswith("/files-pri/"):
            return Said(200, self.media[asked.path.rpartition("/")[2]])
        if asked.path != "/api/chat.postMessage":
            return Said(200, {"ok": False, "error": "unknown_method"})
        self.check(asked.headers["content-type"].startswith(JSON_TYPE), "not JSON")
        body = asked.json
        if body["channel"] != self.room:
            return self.refusal()
        ts = f"{now()}.{next(self.counter):06d}"
        found = self.take(body["channel"], body["text"], known_as=f"{self.room}:{ts}")
        said = {"ok": True, "channel": self.room, "ts": ts}
        return Said(200, said | {"message": {"text": found.text, "bot_id": "B1"}})

    def too_many(self, seconds: int) -> Said:
        said = {"ok": False, "error": "ratelimited"}
        return Said(429, said, {"Retry-After": str(seconds)})

    def expired(self) -> Said:
        return Said(200, {"ok": False, "error": "token_expired"})

    def refusal(self) -> Said:
        return Said(200, {"ok": False, "error": self.refusal_words})
