"""The platforms as their own servers behave: how each signs, worked out apart from the adapters."""

import base64
import hashlib
import hmac
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from intake.channels import adapter_for
from intake.channels.base import Door, Ignored, RawRequest, Receipt
from tickets.records import IncomingMessage

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
URL = "https://care.shop.example/intake/door/"
DATA = Path(__file__).parents[2] / "data" / "webhooks"


@dataclass(frozen=True)
class Platform:
    """One platform and the source that is set up for it.

    ``signature`` names where the signature stands: a header, or ``?name`` in the address;
    ``timed`` says whether the platform signs a time.
    """

    kind: str
    secrets: dict[str, str]
    sign: Callable[..., RawRequest]
    signature: str
    timed: bool = False
    covers_body: bool = True
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def door(self) -> Door:
        return Door("door", json.dumps(self.secrets), 300, self.settings)

    def request(self, body: bytes, **changes: Any) -> RawRequest:
        return self.sign(body, self.secrets, **changes)

    def read(self, body: Any, headers: dict[str, str] | None = None) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return list(adapter_for(self.kind).parse(raw, NOW, self.door, headers or {}))

    def message(self, body: Any, headers: dict[str, str] | None = None) -> IncomingMessage:
        (found,) = self.read(body, headers)
        assert isinstance(found, IncomingMessage), found
        return found

    def receipts(self, body: Any, headers: dict[str, str] | None = None) -> list[Receipt]:
        found = self.read(body, headers)
        assert found
        receipts = [item for item in found if isinstance(item, Receipt)]
        assert len(receipts) == len(found), found
        return receipts

    def ignored(self, body: Any, headers: dict[str, str] | None = None) -> str:
        (found,) = self.read(body, headers)
        assert isinstance(found, Ignored), found
        return found.why


def request(body: bytes, *, at: datetime = NOW, **parts: Any) -> RawRequest:
    return replace(RawRequest(body, {}, NOW, url=URL), **parts)


def hex_mac(secret: str, signed: bytes, digest: str = "sha256") -> str:
    return hmac.new(secret.encode(), signed, digest).hexdigest()


def b64_mac(secret: str, signed: bytes, digest: str = "sha256") -> str:
    return base64.b64encode(hmac.new(secret.encode(), signed, digest).digest()).decode()


def sign_telegram(body: bytes, secrets: dict[str, str], at: datetime = NOW) -> RawRequest:
    return request(body, headers={"x-telegram-bot-api-secret-token": secrets["webhook_secret"]})


def sign_line(body: bytes, secrets: dict[str, str], at: datetime = NOW) -> RawRequest:
    return request(body, headers={"x-line-signature": b64_mac(secrets["channel_secret"], body)})


def sign_slack(body: bytes, secrets: dict[str, str], at: datetime = NOW) -> RawRequest:
    seconds = str(int(at.timestamp()))
    signature = "v0=" + hex_mac(secrets["signing_secret"], f"v0:{seconds}:".encode() + body)
    headers = {"x-slack-request-timestamp": seconds, "x-slack-signature": signature}
    return request(body, headers=headers)


def sign_meta(body: bytes, secrets: dict[str, str], at: datetime = NOW) -> RawRequest:
    return request(
        body, headers={"x-hub-signature-256": "sha256=" + hex_mac(secrets["app_secret"], body)}
    )


def sign_twilio(
    body: bytes, secrets: dict[str, str], at: datetime = NOW, url: str = URL
) -> RawRequest:
    fields = sorted(set(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)))
    signed = url + "".join(f"{name}{value}" for name, value in fields)
    headers = {
        "x-twilio-signature": b64_mac(secrets["auth_token"], signed.encode(), "sha1"),
        "content-type": "application/x-www-form-urlencoded",
    }
    return request(body, headers=headers, url=url)


def sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def query_of(secrets: dict[str, str], at: datetime, name: str, *more: str) -> dict[str, str]:
    seconds = str(int(at.timestamp()))
    signature = sha1(secrets["token"], seconds, "nonce", *more)
    return {"timestamp": seconds, "nonce": "nonce", name: signature}


def sign_wechat(body: bytes, secrets: dict[str, str], at: datetime = NOW) -> RawRequest:
    return request(body, query=query_of(secrets, at, "signature"))


def encrypt(plain: bytes, aes_key: str, receiver: str) -> str:
    """Encrypt as WeChat does, by the description of the format."""
    key = base64.b64decode(aes_key + "=")
    data = b"r" * 16 + struct.pack(">I", len(plain)) + plain + receiver.encode()
    fill = 32 - len(data) % 32
    box = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(box.update(data + bytes([fill]) * fill) + box.finalize()).decode()


def sign_encrypted(receiver: str) -> Callable[..., RawRequest]:
    def sign(body: bytes, secrets: dict[str, str], at: datetime = NOW) -> RawRequest:
        encrypted = encrypt(body, secrets["aes_key"], receiver)
        outer = f"<xml><ToUserName>x</ToUserName><Encrypt>{encrypted}</Encrypt></xml>"
        return request(outer.encode(), query=query_of(secrets, at, "msg_signature", encrypted))

    return sign


def sign_douyin(body: bytes, secrets: dict[str, str], at: datetime = NOW) -> RawRequest:
    signature = hashlib.sha1(secrets["client_secret"].encode() + body).hexdigest()
    return request(body, headers={"x-douyin-signature": signature, "msg-id": "dy-1"})


def sign_shopify(body: bytes, secrets: dict[str, str], at: datetime = NOW) -> RawRequest:
    headers = {
        "x-shopify-hmac-sha256": b64_mac(secrets["client_secret"], body),
        "x-shopify-topic": "orders/create",
        "x-shopify-webhook-id": "b54557e4",
    }
    return request(body, headers=headers)


TELEGRAM = Platform(
    "telegram",
    {"webhook_secret": "tg-secret", "bot_token": "1:abc"},
    sign_telegram,
    "x-telegram-bot-api-secret-token",
    covers_body=False,
)
LINE = Platform(
    "line", {"channel_secret": "line-secret", "access_token": "t"}, sign_line, "x-line-signature"
)
SLACK = Platform(
    "slack",
    {"signing_secret": "slack-secret", "bot_token": "xoxb"},
    sign_slack,
    "x-slack-signature",
    timed=True,
    settings={"bot_user_id": "UBOT"},
)

META = {"app_secret": "meta-secret", "verify_token": "agreed", "access_token": "t"}
WHATSAPP = Platform(
    "whatsapp", META, sign_meta, "x-hub-signature-256", settings={"phone_number_id": "1066"}
)
MESSENGER = Platform(
    "messenger", META, sign_meta, "x-hub-signature-256", settings={"page_id": "P1"}
)
INSTAGRAM = Platform("instagram", META, sign_meta, "x-hub-signature-256")
TWILIO = {"auth_token": "twilio-token", "account_sid": "AC1"}
TWILIO_SMS = Platform("twilio_sms", TWILIO, sign_twilio, "x-twilio-signature")
TWILIO_VOICE = Platform("twilio_voice", TWILIO, sign_twilio, "x-twilio-signature")
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
WECHAT = Platform("wechat", {"token": "wx-token"}, sign_wechat, "?signature", True, False)
WECHAT_SAFE = Platform(
    "wechat",
    {"token": "wx-token", "aes_key": AES_KEY},
    sign_encrypted("wxapp1"),
    "?msg_signature",
    True,
    False,
    {"app_id": "wxapp1"},
)
WECOM = Platform(
    "wecom",
    {"token": "wx-token", "aes_key": AES_KEY},
    sign_encrypted("corp1"),
    "?msg_signature",
    True,
    False,
    {"corp_id": "corp1"},
)
DOUYIN = Platform("douyin", {"client_secret": "dy-secret"}, sign_douyin, "x-douyin-signature")
SHOPIFY = Platform(
    "shopify", {"client_secret": "shop-secret"}, sign_shopify, "x-shopify-hmac-sha256"
)

PLATFORMS = [
    TELEGRAM,
    LINE,
    SLACK,
    WHATSAPP,
    MESSENGER,
    INSTAGRAM,
    TWILIO_SMS,
    TWILIO_VOICE,
    WECHAT,
    WECHAT_SAFE,
    WECOM,
    DOUYIN,
    SHOPIFY,
]


def samples(platform: Platform) -> list[bytes]:
    """Return the recorded-looking bodies of a platform."""
    return [path.read_bytes() for path in sorted(DATA.glob(f"{platform.kind}_[!_]*.*"))]
