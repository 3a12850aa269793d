"""What WhatsApp, Messenger and Instagram share: one handshake and one signature. No Django.

Secrets: ``app_secret`` signs, ``verify_token`` is what we agreed on for the handshake,
``access_token`` is for replies. The signature covers no time: the ids of the messages decide what
was here before, since the platform repeats for days.
"""

import hashlib
import hmac

from intake.channels import reading
from intake.channels.base import Adapter, Answer, Door, RawRequest
from intake.errors import Refused, WrongQuestion

# Too many calls, for the app, the number or the pair of numbers; temporarily out of order.
PASSING_CODES = frozenset(
    {1, 2, 4, 17, 32, 613, 1200, 80007, 130429, 131000, 131016, 131048, 131056}
)


_REASONS = {
    0: "credentials",
    3: "credentials",
    10: "credentials",
    190: "credentials",
    131005: "credentials",
    131031: "credentials",
    131042: "credentials",
    131047: "window_closed",
    131026: "unknown_recipient",
    131030: "unknown_recipient",
    131021: "unknown_recipient",
    131050: "blocked",
    131051: "refused",
    132000: "content",
    132001: "content",
    132005: "content",
    132007: "content",
    132012: "content",
    132015: "content",
    551: "blocked",
    100: "refused",
}
_OUTSIDE_WINDOW = frozenset({2018278, 2534022})
_UNKNOWN = frozenset({2018001, 2534014})


def reason_of(code: float | None, subcode: float | None = None) -> str:
    """Return our reason for a code of Meta's, "" for one without a name."""
    if subcode in _OUTSIDE_WINDOW:
        return "window_closed"
    if subcode in _UNKNOWN:
        return "unknown_recipient"
    if code in PASSING_CODES:
        return "rate_limited"
    return _REASONS.get(int(code), "") if code is not None else ""


class MetaAdapter(Adapter):
    """GET with hub.challenge, POST with X-Hub-Signature-256."""

    def shake_hands(self, request: RawRequest, door: Door) -> Answer | None:
        """Echo hub.challenge to who knows the verify token; 403 to everybody else."""
        if request.method != "GET":
            return None
        is_ours = reading.same(
            door.secret_named("verify_token"), request.query.get("hub.verify_token", "")
        )
        if request.query.get("hub.mode") != "subscribe" or not is_ours:
            raise WrongQuestion(why="hub.verify_token is not what was agreed on")
        return Answer(request.query.get("hub.challenge", "")[:1000])

    def verify(self, request: RawRequest, door: Door) -> str:
        """Check X-Hub-Signature-256: sha256=hex of HMAC-SHA256(app secret, raw body)."""
        secret = door.secret_named("app_secret", alone=True)
        mac = hmac.new(secret.encode(), request.body, hashlib.sha256).hexdigest()
        given = request.headers.get("x-hub-signature-256", "")
        if not secret or not reading.same(f"sha256={mac}", given):
            raise Refused(why="X-Hub-Signature-256 is not that of this body")
        return "signature"

    def answer(self, request: RawRequest, door: Door) -> Answer | None:
        """Say an empty 200."""
        return reading.OK
