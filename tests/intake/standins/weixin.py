"""WeChat Official Accounts and WeCom: signed addresses, XML, encrypted bodies, tokens.

https://developers.weixin.qq.com/doc/offiaccount/ and https://developer.work.weixin.qq.com/
"""

import base64
import hashlib
import os
import secrets
import struct
from typing import Any
from urllib.parse import unquote

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.intake.standins.base import (
    PICTURE,
    Asked,
    Call,
    Heard,
    Said,
    StandIn,
    now,
)

AES_KEY = "JdvLdT7Xx0oOQSWdTxL5nPp2Q2eRrStUuVvWwXxYyZz"
ECHO = "5927782489442352469"


def signature(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def encrypt(plain: bytes, receiver: str) -> str:
    key = base64.b64decode(f"{AES_KEY}=")
    whole = os.urandom(16) + struct.pack("!I", len(plain)) + plain + receiver.encode()
    fill = 32 - len(whole) % 32
    box = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(box.update(whole + bytes([fill] * fill)) + box.finalize()).decode()


def xml(fields: dict[str, Any]) -> bytes:
    inner = "".join(
        f"<{name}>{value}</{name}>"
        if isinstance(value, int)
        else f"<{name}><![CDATA[{value}]]></{name}>"
        for name, value in fields.items()
    )
    return f"<xml>{inner}</xml>".encode()


class Weixin(StandIn):
    """What all three share."""

    tries = 3
    receiver = ""
    is_encrypted = True
    signature = "?msg_signature"
    lacks = {
        "fixed token": "tokens last two hours and are asked for",
        "several": "one message or event a call",
        "delivered": "nothing is reported of customer service messages",
        "read": "nothing is reported of customer service messages",
        "failed": "nothing is reported of customer service messages",
        "Retry-After": "too many calls are told by errcode with status 200, without a time",
    }

    def __init__(self) -> None:
        super().__init__()
        self.tokens: list[str] = []

    @property
    def person(self) -> str:
        return f"o6_bmjrPTl{self.number}"

    def letter(self, text: str, *, age: int = 0) -> Any:
        return self._message({"MsgType": "text", "Content": text}, age)

    def picture(self) -> Any:
        ref = f"media_{self.number}"
        self.media[ref] = PICTURE
        return self._message({"MsgType": "image", "PicUrl": f"{self.base}/p", "MediaId": ref}, 0)

    def _message(self, what: Any, age: int) -> Any:
        return {
            "ToUserName": self.receiver or "gh_1",
            "FromUserName": self.person,
            "CreateTime": now(age),
            "MsgId": self.number * 10_000_000 + next(self.counter),
        } | what

    def call(self, *letters: Any, age: int = 0) -> Call:
        (fields,) = letters
        return self.signed(xml(fields), age)

    def signed(self, body: bytes, age: int = 0) -> Call:
        if not self.is_encrypted:
            return Call(body, {"Content-Type": "text/xml"}, self._query("signature", age))
        sealed = encrypt(body, self.receiver)
        outer = xml({"ToUserName": self.receiver, "Encrypt": sealed})
        query = self._query("msg_signature", age, sealed)
        return Call(outer, {"Content-Type": "text/xml"}, query)

    def _query(self, name: str, age: int, *more: str) -> dict[str, str]:
        seconds, nonce = str(now(age)), secrets.token_hex(5)
        return {
            name: signature(self.secrets["token"], seconds, nonce, *more),
            "timestamp": seconds,
            "nonce": nonce,
        }

    def too_many(self, seconds: int) -> Said:
        return Said(200, {"errcode": 45011, "errmsg": "api minute-quota reach limit, retry later"})

    def out_of_order(self) -> Said:
        return Said(200, {"errcode": -1, "errmsg": "system error"})

    def expired(self) -> Said:
        """The token that was in use is gone from now on."""
        self.tokens.clear()
        return Said(200, {"errcode": 42001, "errmsg": "access_token expired rid: 67"})

    def new_token(self) -> Said:
        self.tokens = [secrets.token_hex(8)]
        said = {"errcode": 0, "errmsg": "ok", "access_token": self.tokens[0]}
        return Said(200, said | {"expires_in": 7200})

    def is_token_good(self, asked: Asked) -> bool:
        return unquote(asked.query.get("access_token", "")) in self.tokens

    def is_sending(self, asked: Asked) -> bool:
        return asked.path.endswith("/send")

    def words_of(self, asked: Asked) -> tuple[str, str]:
        # Both platforms show the customer "\u5f88" as it stands.
        self.check(b"\\u" not in asked.body, "words are escaped")
        body = asked.json
        self.check(body["msgtype"] == "text", "not a text")
        return body["touser"], body["text"]["content"]


class WeChat(Weixin):
    """An Official Account in plain mode: the body is not signed."""

    name = "wechat"
    kind = "wechat"
    signature = "?signature"
    is_encrypted = False
    lacks = Weixin.lacks | {"altered body": "in plain mode WeChat does not sign the body"}
    refusal_words = "response out of time limit or subscription is canceled"

    def __init__(self) -> None:
        super().__init__()
        self.receiver = f"wx{self.number}"
        self.secrets = {"token": f"token-{self.number}", "app_secret": f"app-{self.number}"}

    @property
    def settings(self) -> dict[str, Any]:
        return {"app_id": self.receiver, "api_url": self.base}

    def question(self, *, wrong: bool = False) -> Call:
        query = self._query("signature", 0) | {"echostr": ECHO}
        return Call(method="GET", query=query | ({"nonce": "another"} if wrong else {}))

    def is_answered(self, heard: Heard) -> bool:
        return heard.status == 200 and heard.body == ECHO.encode()

    def is_content(self, heard: Heard) -> bool:
        """Anything else shows the customer that the service is out of order."""
        return heard.status == 200 and heard.body in {b"success", b""}

    def serve(self, asked: Asked) -> Said:
        if asked.path == "/cgi-bin/stable_token":
            return self._token(asked)
        if not self.is_token_good(asked):
            return Said(200, {"errcode": 40001, "errmsg": "invalid credential"})
        if asked.path == "/cgi-bin/media/get":
            ref = asked.query["media_id"]
            if ref not in self.media:
                return Said(200, {"errcode": 40007, "errmsg": "invalid media_id"})
            return Said(200, self.media[ref], {"Content-Type": "image/png"})
        if asked.path != "/cgi-bin/message/custom/send":
            return Said(404, b"")
        self.take(*self.words_of(asked))
        return Said(200, {"errcode": 0, "errmsg": "ok"})

    def _token(self, asked: Asked) -> Said:
        body = asked.json
        self.check(body["grant_type"] == "client_credential", "grant_type")
        if (body["appid"], body["secret"]) != (self.receiver, self.secrets["app_secret"]):
            return Said(200, {"errcode": 40125, "errmsg": "invalid appsecret"})
        # The stable token stays until it runs out.
        if self.tokens and not body.get("force_refresh"):
            return Said(200, {"access_token": self.tokens[0], "expires_in": 7200})
        return self.new_token()

    def refusal(self) -> Said:
        return Said(200, {"errcode": 45015, "errmsg": self.refusal_words})


class WeChatSafe(WeChat):
    """The same in safe mode: the body is encrypted, and signed with it."""

    name = "wechat_safe"
    is_encrypted = True
    signature = "?msg_signature"
    lacks = Weixin.lacks

    def __init__(self) -> None:
        super().__init__()
        self.secrets["aes_key"] = AES_KEY

    def again(self, call: Call, count: int) -> Call:
        """Signed anew; the encrypted text stays."""
        sealed = call.body.split(b"<Encrypt><![CDATA[")[1].split(b"]]>")[0].decode()
        return Call(call.body, call.headers, self._query("msg_signature", 0, sealed))


class WeCom(Weixin):
    """企业微信: an application's messages; the question at the door is encrypted too."""

    name = kind = "wecom"
    refusal_words = "user & party & tag all invalid"

    def __init__(self) -> None:
        super().__init__()
        self.receiver = f"ww{self.number}"
        self.secrets = {
            "token": f"token-{self.number}",
            "aes_key": AES_KEY,
            "corp_secret": f"corp-secret-{self.number}",
        }

    @property
    def settings(self) -> dict[str, Any]:
        return {"corp_id": self.receiver, "agent_id": "1000002", "api_url": self.base}

    def question(self, *, wrong: bool = False) -> Call:
        sealed = encrypt(ECHO.encode(), f"{self.receiver}x" if wrong else self.receiver)
        query = self._query("msg_signature", 0, sealed) | {"echostr": sealed}
        return Call(method="GET", query=query)

    def is_answered(self, heard: Heard) -> bool:
        return heard.status == 200 and heard.body == ECHO.encode()

    def serve(self, asked: Asked) -> Said:
        if asked.path == "/cgi-bin/gettoken":
            known = (asked.query["corpid"], asked.query["corpsecret"])
            if known != (self.receiver, self.secrets["corp_secret"]):
                return Said(200, {"errcode": 40001, "errmsg": "invalid credential"})
            return self.new_token()
        if not self.is_token_good(asked):
            return Said(200, {"errcode": 40014, "errmsg": "invalid access_token"})
        if asked.path == "/cgi-bin/media/get":
            return Said(200, self.media[asked.query["media_id"]], {"Content-Type": "image/png"})
        if asked.path != "/cgi-bin/message/send":
            return Said(404, b"")
        self.check(int(asked.json["agentid"]) == 1000002, "agentid")
        to, words = self.words_of(asked)
        found = self.take(to, words)
        return Said(200, {"errcode": 0, "errmsg": "ok", "invaliduser": "", "msgid": found.id})

    def refusal(self) -> Said:
        return Said(200, {"errcode": 81013, "errmsg": self.refusal_words})
