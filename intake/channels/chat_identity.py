"""Who the visitor is, signed by the shop's server: a JWT with HS256. No Django."""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common.text import storable

LONGEST_TOKEN = 4096
# A token that lives longer than a working day is a password that lies about in pages.
LONGEST_LIFE_SECONDS = 24 * 3600
CLOCK_TOLERANCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whom the shop vouches for."""

    subject: str
    name: str = ""
    email: str = ""
    order_number: str = ""


class IdentityRefused(Exception):
    """The identity is not believed; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_identity(token: str, *, secret: str, now: datetime) -> Visitor:
    """Return the visitor that a token names. Raises IdentityRefused.

    The signature is checked, in constant time, before anything that it signs is looked at; the
    algorithm is ours to choose, not the token's.
    """
    if len(token) > LONGEST_TOKEN or token.count(".") != 2 or not token.isascii():
        raise IdentityRefused("malformed")
    signed, _, signature = token.rpartition(".")
    expected = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    if not secret or not hmac.compare_digest(expected, _decoded(signature)):
        raise IdentityRefused("forged")
    head, claims = (_json(part) for part in signed.split("."))
    if head.get("alg") != "HS256":
        raise IdentityRefused("algorithm")
    _check_times(claims, now.timestamp())
    subject = _text(claims, "sub", 200)
    if not subject:
        raise IdentityRefused("no_subject")
    return Visitor(
        subject=subject,
        name=_text(claims, "name", 200),
        email=_text(claims, "email", 320),
        order_number=_text(claims, "order", 64),
    )


def token_digest(token: str) -> str:
    """Return what is kept of the token by which a browser has its conversation."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def sign_identity(claims: dict[str, Any], secret: str) -> str:
    """Return a token as a shop's server makes it."""
    parts = ({"alg": "HS256", "typ": "JWT"}, claims)
    signed = ".".join(_encoded(json.dumps(part, ensure_ascii=False).encode()) for part in parts)
    mac = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_encoded(mac)}"


def _check_times(claims: dict[str, Any], now: float) -> None:
    expires = _seconds(claims.get("exp"))
    not_before = _seconds(claims.get("nbf", claims.get("iat", 0)))
    if not expires > now - CLOCK_TOLERANCE_SECONDS:
        raise IdentityRefused("stale")
    if not_before > now + CLOCK_TOLERANCE_SECONDS:
        raise IdentityRefused("not_yet")
    if expires > now + LONGEST_LIFE_SECONDS + CLOCK_TOLERANCE_SECONDS:
        raise IdentityRefused("lives_too_long")


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e12:
        raise IdentityRefused("no_expiry")
    return float(value)


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise IdentityRefused("malformed") from None


def _json(part: str) -> dict[str, Any]:
    try:
        found = json.loads(_decoded(part).decode())
    except (ValueError, RecursionError):
        raise IdentityRefused("malformed") from None
    if not isinstance(found, dict):
        raise IdentityRefused("malformed")
    return found


def _text(claims: dict[str, Any], name: str, limit: int) -> str:
    found = claims.get(name)
    if isinstance(found, bool) or not isinstance(found, str | int):
        return ""
    if isinstance(found, int) and abs(found) >= 2**63:
        return ""
    return storable(str(found)).strip()[:limit]
