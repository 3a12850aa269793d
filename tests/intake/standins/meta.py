"""WhatsApp Cloud, Messenger and Instagram: one handshake, one signature, one Graph API."""

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

CHALLENGE = "1158201444"


class Meta(StandIn):
    """What the three share."""

    signature = "X-Hub-Signature-256"
    lacks = {
        "old timestamp": "Meta's signature covers no time; the ids decide",
        "renewal": "the token stays until an administrator changes it",
    }
    # In truth some hundred calls over days.
    tries = 6

    def __init__(self) -> None:
        super().__init__()
        self.secrets = {
            "app_secret": f"app-secret-{self.number}",
            "verify_token": f"agreed-{self.number}",
            "access_token": f"EAAG{self.number}",
        }

    def question(self, *, wrong: bool = False) -> Call:
        token = "a guess" if wrong else self.secrets["verify_token"]
        return Call(
            method="GET",
            query={
                "hub.mode": "subscribe",
                "hub.challenge": CHALLENGE,
                "hub.verify_token": token,
            },
        )

    def is_answered(self, heard: Heard) -> bool:
        return heard.status == 200 and heard.body == CHALLENGE.encode()

    def signed(self, body: bytes) -> Call:
        mac = hmac.new(self.secrets["app_secret"].encode(), body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": JSON_TYPE,
            "User-Agent": "facebookexternalua",
            self.signature: f"sha256={mac}",
        }
        return Call(body, headers)

    def is_token_good(self, asked: Asked) -> bool:
        return asked.bearer == self.secrets["access_token"]

    def error(self, status: int, code: int, words: str, *, kind: str = "OAuthException") -> Said:
        error = {"message": words, "type": kind, "code": code, "fbtrace_id": "AbC"}
        return Said(status, {"error": error})

    def expired(self) -> Said:
        words = "Error validating access token: Session has expired on Saturday, 21-Nov-26."
        return self.error(401, 190, words)

    def out_of_order(self) -> Said:
        return self.error(500, 2, "An unexpected error has occurred. Please retry your request.")


class WhatsApp(Meta):
    """https://developers.facebook.com/docs/whatsapp/cloud-api"""

    name = kind = "whatsapp"
    refusal_words = "Re-engagement message"

    @property
    def person(self) -> str:
        return f"86138{self.number:08d}"

    @property
    def phone_number_id(self) -> str:
        return f"1066{self.number}"

    @property
    def settings(self) -> dict[str, Any]:
        return {"phone_number_id": self.phone_number_id, "api_url": self.base}

    def letter(self, text: str, *, age: int = 0) -> Any:
        return self._message("text", {"body": text}, age)

    def picture(self) -> Any:
        ref = f"media-{self.number}"
        self.media[ref] = PICTURE
        return self._message("image", {"id": ref, "mime_type": "image/png", "sha256": "x"}, 0)

    def _message(self, kind: str, part: Any, age: int) -> Any:
        return {
            "from": self.person,
            "id": f"wamid.HBgM{self.number}{next(self.counter)}==",
            "timestamp": str(now(age)),
            "type": kind,
            kind: part,
        }

    def call(self, *letters: Any, age: int = 0) -> Call:
        contact = {"profile": {"name": "李雷"}, "wa_id": self.person}
        return self._of({"contacts": [contact], "messages": list(letters)})

    def _of(self, value: Any) -> Call:
        metadata = {
            "display_phone_number": "15550001111",
            "phone_number_id": self.phone_number_id,
        }
        whole = {"messaging_product": "whatsapp", "metadata": metadata} | value
        change = {"field": "messages", "value": whole}
        entry = {"id": f"waba-{self.number}", "changes": [change]}
        return self.signed(encoded({"object": "whatsapp_business_account", "entry": [entry]}))

    def receipt(self, sent: Received, state: str) -> Call:
        status: dict[str, Any] = {
            "id": sent.id,
            "status": state,
            "timestamp": str(now()),
            "recipient_id": sent.to,
        }
        if state == "failed":
            status["errors"] = [{"code": 131026, "title": "Message undeliverable"}]
        return self._of({"statuses": [status]})

    def serve(self, asked: Asked) -> Said:
        if not self.is_token_good(asked):
            return self.expired()
        version, _, rest = asked.path.strip("/").partition("/")
        if asked.method == "GET" and asked.path.startswith("/cdn/"):
            return Said(200, self.media[rest], {"Content-Type": "image/png"})
        self.check(version.startswith("v") and version[1:3].isdigit(), f"version {version}")
        if asked.method == "GET" and rest in self.media:
            about = {"id": rest, "mime_type": "image/png", "messaging_product": "whatsapp"}
            return Said(200, about | {"url": f"{self.base}/cdn/{rest}", "file_size": len(PICTURE)})
        if rest != f"{self.phone_number_id}/messages":
            return self.error(400, 100, "Unsupported post request.")
        body = asked.json
        self.check(asked.headers["content-type"].startswith(JSON_TYPE), "not JSON")
        if body["messaging_product"] != "whatsapp" or body["type"] != "text":
            return self.error(400, 100, "Invalid parameter")
        found = self.take(
            body["to"],
            body["text"]["body"],
            known_as=f"wamid.out{self.number}-{next(self.counter)}",
        )
        contacts = [{"input": body["to"], "wa_id": body["to"]}]
        said = {"messaging_product": "whatsapp", "contacts": contacts}
        return Said(200, said | {"messages": [{"id": found.id}]})

    def too_many(self, seconds: int) -> Said:
        said = self.error(429, 130429, "(#130429) Rate limit hit")
        return Said(429, said.body, {"Retry-After": str(seconds)})

    def refusal(self) -> Said:
        return self.error(400, 131047, f"(#131047) {self.refusal_words}")


class Messenger(Meta):
    """https://developers.facebook.com/docs/messenger-platform"""

    name = kind = "messenger"
    object = "page"
    lacks = Meta.lacks | {
        "failed": "Messenger tells of deliveries and reading only",
        "Retry-After": "Meta says it with status 400 and code 613, and names no time",
    }
    refusal_words = "This message is sent outside of allowed window."
    read_by_mid = False

    @property
    def person(self) -> str:
        return f"7{self.number:014d}"

    @property
    def page_id(self) -> str:
        return f"page{self.number}"

    @property
    def settings(self) -> dict[str, Any]:
        return {"page_id": self.page_id, "api_url": self.base}

    def letter(self, text: str, *, age: int = 0) -> Any:
        return self._event({"message": {"mid": self._mid(), "text": text}}, age)

    def picture(self) -> Any:
        ref = f"picture-{self.number}"
        self.media[ref] = PICTURE
        file = {"type": "image", "payload": {"url": f"{self.base}/cdn/{ref}"}}
        return self._event({"message": {"mid": self._mid(), "attachments": [file]}}, 0)

    def _mid(self) -> str:
        return f"m_{self.number}-{next(self.counter)}"

    def _event(self, what: Any, age: int) -> Any:
        between = {"sender": {"id": self.person}, "recipient": {"id": self.page_id}}
        return between | {"timestamp": now(age) * 1000} | what

    def call(self, *letters: Any, age: int = 0) -> Call:
        entry = {"id": self.page_id, "time": now() * 1000, "messaging": list(letters)}
        return self.signed(encoded({"object": self.object, "entry": [entry]}))

    def receipt(self, sent: Received, state: str) -> Call | None:
        if state == "failed":
            return None
        watermark = {"watermark": (now() + 1) * 1000}
        if state == "delivered":
            return self.call(self._event({"delivery": {"mids": [sent.id]} | watermark}, 0))
        return self.call(
            self._event({"read": {"mid": sent.id} if self.read_by_mid else watermark}, 0)
        )

    def serve(self, asked: Asked) -> Said:
        version, _, rest = asked.path.strip("/").partition("/")
        if asked.method == "GET" and version == "cdn":
            return Said(200, self.media[rest], {"Content-Type": "image/png"})
        if not self.is_token_good(asked):
            return self.expired()
        if rest not in {f"{self.page_id}/messages", "me/messages"}:
            return self.error(400, 100, "Unsupported post request.")
        body = asked.json
        if body["messaging_type"] not in {"RESPONSE", "UPDATE", "MESSAGE_TAG"}:
            return self.error(400, 100, "(#100) Invalid parameter")
        person = body["recipient"]["id"]
        found = self.take(person, body["message"]["text"], known_as=self._mid())
        return Said(200, {"recipient_id": person, "message_id": found.id})

    def too_many(self, seconds: int) -> Said:
        """Messenger says so with status 400 and names no time."""
        words = "(#613) Calls to this api have exceeded the rate limit."
        return self.error(400, 613, words)

    def refusal(self) -> Said:
        return self.error(403, 10, f"(#10) {self.refusal_words}")


class Instagram(Messenger):
    """https://developers.facebook.com/docs/messenger-platform/instagram"""

    name = kind = object = "instagram"
    read_by_mid = True
    lacks = Messenger.lacks | {"delivered": "Instagram tells only when a message was seen"}

    def receipt(self, sent: Received, state: str) -> Call | None:
        return super().receipt(sent, state) if state == "read" else None
