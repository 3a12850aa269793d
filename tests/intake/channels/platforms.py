"""The platforms as their own servers behave: how each signs, worked out apart from the adapters."""

import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from intake.channels import adapter_for
from intake.channels.base import Door, Ignored, RawRequest
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

PLATFORMS = [TELEGRAM, LINE, SLACK]


def samples(platform: Platform) -> list[bytes]:
    """Return the recorded-looking bodies of a platform."""
    return [path.read_bytes() for path in sorted(DATA.glob(f"{platform.kind}_[!_]*.*"))]
