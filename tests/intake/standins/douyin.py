"""抖音 open platform: https://developer.open-douyin.com/"""

import hashlib
import json
import secrets
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


class Douyin(StandIn):
    """One event a call, in three tries; the content is JSON, sometimes as a string."""

    name = kind = "douyin"
    signature = "X-Douyin-Signature"
    lacks = {
        "fixed token": "tokens last two hours and are asked for",
        "several": "Douyin sends one event a call",
        "delivered": "Douyin tells nothing of what became of a message that was sent",
        "read": "Douyin tells nothing of what became of a message that was sent",
        "failed": "Douyin tells nothing of what became of a message that was sent",
        "Retry-After": "Douyin names no time",
        "old timestamp": "Douyin signs no time; Msg-Id decides",
    }
    tries = 3
    refusal_words = "用户拒收消息"

    def __init__(self) -> None:
        super().__init__()
        self.secrets = {
            "client_secret": f"client-{self.number}",
            "refresh_token": f"rft.{self.number}",
        }
        self.tokens: list[str] = []
        # The one that the administrator typed in is good once; each answer brings the next.
        self.refresh_token = self.secrets["refresh_token"]

    @property
    def person(self) -> str:
        return f"_000{self.number}open"

    @property
    def settings(self) -> dict[str, Any]:
        return {"client_key": f"key{self.number}", "api_url": self.base}

    def question(self, *, wrong: bool = False) -> Call:
        body = {"event": "verify_webhook", "client_key": "k", "content": {"challenge": 12345}}
        return (self.impostor() if wrong else self).signed(encoded(body), "verify")

    def is_answered(self, heard: Heard) -> bool:
        return heard.status == 200 and json.loads(heard.body) == {"challenge": 12345}

    def letter(self, text: str, *, age: int = 0) -> Any:
        return self._content({"message_type": "text", "text": text}, age)

    def picture(self) -> Any:
        ref = f"pic{self.number}"
        self.media[ref] = PICTURE
        what = {"message_type": "image", "resource_type": "image"}
        return self._content(what | {"resource_url": f"{self.base}/tos/{ref}"}, 0)

    def _content(self, what: Any, age: int) -> Any:
        number = next(self.counter)
        return {
            "conversation_short_id": f"7{self.number}",
            "server_message_id": f"70{self.number}{number:06d}",
            "create_time": now(age) * 1000,
            "user_infos": [{"open_id": self.person, "nick_name": "小美"}],
        } | what

    def call(self, *letters: Any, age: int = 0) -> Call:
        (content,) = letters
        body = {
            "event": "im_receive_msg",
            "client_key": f"key{self.number}",
            "from_user_id": self.person,
            "to_user_id": "shop",
            "content": json.dumps(content, ensure_ascii=False),
        }
        return self.signed(encoded(body), f"msg-{content['server_message_id']}")

    def signed(self, body: bytes, msg_id: str = "odd") -> Call:
        value = hashlib.sha1(self.secrets["client_secret"].encode() + body).hexdigest()
        return Call(body, {"Content-Type": JSON_TYPE, self.signature: value, "Msg-Id": msg_id})

    def is_sending(self, asked: Asked) -> bool:
        return asked.path.startswith("/im/")

    def serve(self, asked: Asked) -> Said:
        if asked.path.startswith("/tos/"):
            return Said(200, self.media[asked.path.rpartition("/")[2]])
        if asked.path.rstrip("/") == "/oauth/refresh_token":
            return self._token(asked)
        if asked.headers.get("access-token") not in self.tokens:
            return Said(200, self._failed(28001003, "access_token无效"))
        if asked.path.rstrip("/") != "/im/send/msg":
            return Said(404, b"")
        body = asked.json
        known = (asked.query["open_id"], body["conversation_id"])
        self.check(known == ("shop", f"7{self.number}"), f"{known} is not that of the talk")
        self.check(body["msg_id"].startswith(f"70{self.number}"), "the message that is answered")
        found = self.take(body["to_user_id"], body["content"]["text"]["text"])
        data = {"error_code": 0, "description": "", "msg_id": found.id}
        return Said(200, {"data": data, "extra": {"logid": "2"}})

    def _token(self, asked: Asked) -> Said:
        body = asked.form
        self.check(body["grant_type"] == "refresh_token", "grant_type")
        self.check(body["client_key"] == f"key{self.number}", "client_key")
        if body["refresh_token"] != self.refresh_token:
            return Said(200, self._failed(10010, "refresh_token过期"))
        self.tokens = [f"act.{secrets.token_hex(8)}"]
        self.refresh_token = f"rft.{secrets.token_hex(8)}"
        data = {"access_token": self.tokens[0], "expires_in": 1296000, "error_code": 0}
        data |= {"refresh_token": self.refresh_token, "open_id": "shop"}
        return Said(200, {"data": data | {"description": ""}, "message": "success"})

    def _failed(self, code: int, words: str) -> Any:
        return {"data": {"error_code": code, "description": words}, "extra": {"error_code": code}}

    def too_many(self, seconds: int) -> Said:
        return Said(200, self._failed(2100004, "系统繁忙,请稍后再试"))

    def expired(self) -> Said:
        self.tokens.clear()
        return Said(200, self._failed(28001008, "access_token过期,请刷新或重新授权"))

    def refusal(self) -> Said:
        return Said(200, self._failed(28003070, self.refusal_words))
