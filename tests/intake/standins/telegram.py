"""Telegram bots: https://core.telegram.org/bots/api"""

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


class Telegram(StandIn):
    """One update a call; the header repeats the secret of setWebhook."""

    name = kind = "telegram"
    signature = "X-Telegram-Bot-Api-Secret-Token"
    lacks = {
        "renewal": "the token stays until an administrator changes it",
        "handshake": "setWebhook is a call of ours; Telegram asks nothing",
        "several": "Telegram sends one update a call",
        "delivered": "Telegram tells a bot nothing of what became of its messages",
        "read": "Telegram tells a bot nothing of what became of its messages",
        "failed": "Telegram tells a bot nothing of what became of its messages",
        "altered body": "Telegram signs nothing; the header repeats our secret",
        "old timestamp": "Telegram signs no time; update_id decides",
    }
    tries = 10
    refusal_words = "Forbidden: bot was blocked by the user"

    def __init__(self) -> None:
        super().__init__()
        self.secrets = {
            "webhook_secret": f"hook-{self.number}",
            "bot_token": f"{self.number}:AAE-token",
        }

    @property
    def person(self) -> str:
        return f"52{self.number:08d}"

    @property
    def settings(self) -> dict[str, Any]:
        return {"api_url": self.base}

    def letter(self, text: str, *, age: int = 0) -> Any:
        return self._message({"text": text}, age)

    def picture(self) -> Any:
        ref = f"AgAC{self.number}"
        self.media[ref] = PICTURE
        small = {"file_id": f"{ref}-small", "file_unique_id": "q", "width": 90, "height": 90}
        large = {"file_id": ref, "file_unique_id": "r", "width": 800, "height": 800}
        return self._message({"photo": [small, large]}, 0)

    def _message(self, what: Any, age: int) -> Any:
        person = int(self.person)
        writer = {"id": person, "is_bot": False, "first_name": "韩", "language_code": "zh-hans"}
        chat = {"id": person, "first_name": "韩", "type": "private"}
        number = next(self.counter)
        return {"message_id": number, "from": writer, "chat": chat, "date": now(age)} | what

    def call(self, *letters: Any, age: int = 0) -> Call:
        (message,) = letters
        update = {"update_id": self.number * 1000 + message["message_id"], "message": message}
        return self.signed(encoded(update))

    def signed(self, body: bytes) -> Call:
        headers = {"Content-Type": JSON_TYPE, self.signature: self.secrets["webhook_secret"]}
        return Call(body, headers)

    def serve(self, asked: Asked) -> Said:
        token = self.secrets["bot_token"]
        if asked.method == "GET" and asked.path.startswith(f"/file/bot{token}/"):
            return Said(200, self.media[asked.path.rpartition("/")[2]])
        if not asked.path.startswith(f"/bot{token}/"):
            return self.expired()
        body = dict(asked.query) | (asked.json if asked.body else {})
        if asked.path.endswith("/getFile"):
            ref = body["file_id"]
            if ref not in self.media:
                return self._no(400, "Bad Request: wrong file_id or the file is temporarily gone")
            file = {"file_id": ref, "file_unique_id": "r", "file_path": f"photos/{ref}"}
            return Said(200, {"ok": True, "result": file})
        if not asked.path.endswith("/sendMessage"):
            return self._no(404, "Not Found")
        return self._sent(body)

    def _sent(self, body: Any) -> Said:
        if str(body["chat_id"]) != self.person:
            return self._no(400, "Bad Request: chat not found")
        number = next(self.counter)
        self.take(str(body["chat_id"]), body["text"], known_as=f"{self.person}:{number}")
        chat = {"id": int(self.person), "type": "private"}
        result = {"message_id": number, "date": now(), "chat": chat, "text": body["text"]}
        return Said(200, {"ok": True, "result": result})

    def _no(self, status: int, words: str, **more: Any) -> Said:
        return Said(status, {"ok": False, "error_code": status, "description": words} | more)

    def too_many(self, seconds: int) -> Said:
        """Telegram names the time in the body, not in a header."""
        words = f"Too Many Requests: retry after {seconds}"
        return self._no(429, words, parameters={"retry_after": seconds})

    def out_of_order(self) -> Said:
        return self._no(502, "Bad Gateway")

    def expired(self) -> Said:
        return self._no(401, "Unauthorized")

    def refusal(self) -> Said:
        return self._no(403, self.refusal_words)
