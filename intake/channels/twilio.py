"""What Twilio's text messages and calls share: the signature and the form. No Django.

Secret: ``auth_token`` (a plain secret is this one). The signature covers the public address, so
REDRESS_PUBLIC_URL must be the one that Twilio calls; it covers no time. Requests are repeated only
when the number is set up for it.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from common.text import storable
from intake.channels import reading
from intake.channels.base import (
    Adapter,
    Answer,
    Door,
    Ignored,
    RawRequest,
    Receipt,
    body_digest,
)
from intake.channels.reading import text
from intake.errors import Refused, Unreadable

MOST_FIELDS = 1000
XML = "text/xml; charset=utf-8"
NOTHING_TO_SAY = Answer('<?xml version="1.0" encoding="UTF-8"?><Response/>', content_type=XML)

_STATES = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "undelivered": "failed",
    "failed": "failed",
}
# Codes of refusals and, in receipts, of messages that did not arrive.
REASONS = {
    "21211": "unknown_recipient",
    "21614": "unknown_recipient",
    "21408": "unknown_recipient",
    "21610": "blocked",
    "21617": "too_long",
    "21606": "not_set_up",
    "21212": "not_set_up",
    "20003": "credentials",
    "20404": "credentials",
    "63016": "window_closed",
    "30003": "unknown_recipient",
    "30005": "unknown_recipient",
    "30006": "unknown_recipient",
    "30004": "blocked",
    "30007": "content",
    "30001": "rate_limited",
}


class TwilioAdapter(Adapter):
    """A form, signed together with the address that it was posted to."""

    refusal_is_final = True

    def verify(self, request: RawRequest, door: Door) -> str:
        """Check X-Twilio-Signature, with the address as it is and with and without its port."""
        secret = door.secret_named("auth_token", alone=True)
        given = request.headers.get("x-twilio-signature", "")
        signed = _signed_fields(request)
        expected = [_signature(secret, url, signed) for url in _addresses(request.url)]
        # Every one is compared, so that the time says nothing.
        matches = [reading.same(one, given) for one in expected]
        if not secret or not any(matches):
            raise Refused(why="X-Twilio-Signature is not that of this address and form")
        return "signature"

    def answer(self, request: RawRequest, door: Door) -> Answer | None:
        """Say nothing to the customer: agents answer."""
        return NOTHING_TO_SAY


def read_form(body: bytes) -> dict[str, str]:
    """Return the fields of the form, the first of each name. Raises Unreadable."""
    try:
        pairs = _pairs(body)
    except ValueError as error:
        raise Unreadable(f"it is no form: {error}") from error
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields.setdefault(storable(name), value)
    return fields


def form_or_empty(body: bytes) -> Mapping[str, str]:
    """Return the fields, none where the body is no form."""
    try:
        return read_form(body)
    except Unreadable:
        return {}


def read_receipt(fields: Mapping[str, str], received_at: datetime) -> Receipt | Ignored:
    """Return what a status callback says of a message of ours; steps before "sent" say nothing."""
    sid, status = text(fields, "MessageSid"), text(fields, "MessageStatus", 20)
    if not sid or status not in _STATES:
        return Ignored(f"receipt: {sid} is {status}")
    state, code = _STATES[status], text(fields, "ErrorCode", 20)
    said = (f"{code} {text(fields, 'ErrorMessage', 300)}").strip()
    return Receipt(
        state=state,
        external_id=sid,
        at=received_at,
        code=REASONS.get(code, "refused") if state == "failed" else "",
        why=said if state == "failed" else "",
    )


def _pairs(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(
        body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
    )


def _signed_fields(request: RawRequest) -> str:
    """Return the sorted names and values; a body that is no form is signed by its digest."""
    digest = next((v for n, v in parse_qsl(urlsplit(request.url).query) if n == "bodySHA256"), "")
    if digest:
        if not reading.same(body_digest(request.body), digest.lower()):
            raise Refused(why="bodySHA256 is not that of this body")
        return ""
    try:
        pairs = _pairs(request.body)
    except ValueError:
        raise Refused(why="the form cannot be read") from None
    # A value that is repeated counts once.
    return "".join(name + value for name, value in sorted(set(pairs)))


def _signature(secret: str, url: str, fields: str) -> str:
    signed = (url + fields).encode("utf-8", "surrogatepass")
    return base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha1).digest()).decode()


def _addresses(url: str) -> Iterable[str]:
    """Return the address with and without its port: proxies hide which one was called."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = parts.port or (80 if parts.scheme == "http" else 443)
    variants = (url, *(urlunsplit(parts._replace(netloc=n)) for n in (host, f"{host}:{port}")))
    return tuple(dict.fromkeys(variants))
