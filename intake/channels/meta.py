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
