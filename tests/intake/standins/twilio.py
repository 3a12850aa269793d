"""Twilio's text messages and calls: https://www.twilio.com/docs/usage/webhooks"""

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.intake.standins.base import (
    FORM_TYPE,
    PICTURE,
    SOUND,
    Asked,
    Call,
    Heard,
    Received,
    Said,
    StandIn,
    with_header,
)

_ONCE = {
    "renewal": "the token stays until an administrator changes it",
    "several": "Twilio makes one request for each message or step of a call",
    "handshake": "Twilio asks nothing before its first request",
    "after a fault": "Twilio calls once, then the fallback address that the number names",
    "old timestamp": "Twilio signs no time; MessageSid and RecordingSid decide",
    "order": "Twilio's form names no time",
}


class Twilio(StandIn):
    """What both share: the form, its signature over the address, and basic authentication."""

    signature = "X-Twilio-Signature"
    tries = 1
    refusal_words = "Attempt to send to unsubscribed recipient"

    def __init__(self) -> None:
        super().__init__()
        self.account = f"AC{self.number:032x}"
        self.secrets = {"auth_token": f"token-{self.number}", "account_sid": self.account}

    @property
    def person(self) -> str:
        return f"+86139{self.number:08d}"

    @property
    def settings(self) -> dict[str, Any]:
        return {"from_number": "+15550002222", "api_url": self.base}

    def call(self, *letters: Any, age: int = 0) -> Call:
        (form,) = letters
        whole = {"AccountSid": self.account, "ApiVersion": "2010-04-01"} | form
        return self.signed(urlencode(whole).encode())

    def signed(self, body: bytes) -> Call:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        signed = self.door + "".join(name + value for name, value in sorted(set(pairs)))
        mac = hmac.new(self.secrets["auth_token"].encode(), signed.encode(), hashlib.sha1)
        headers = {
            "Content-Type": f"{FORM_TYPE}; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            self.signature: base64.b64encode(mac.digest()).decode(),
        }
        return Call(body, headers)

    def again(self, call: Call, count: int) -> Call:
        """Only where the number's address asks for retries; the signature stays."""
        return with_header(call, "I-Twilio-Idempotency-Token", "5c8d0c0d")

    def receipt(self, sent: Received, state: str) -> Call | None:
        if state == "read":
            return None
        status = {"failed": "undelivered"}.get(state, state)
        form = {"MessageSid": sent.id, "SmsSid": sent.id, "MessageStatus": status}
        form |= {"SmsStatus": status, "To": sent.to, "From": "+15550002222"}
        if state == "failed":
            form["ErrorCode"] = "30003"
        return self.call(form)

    def is_content(self, heard: Heard) -> bool:
        is_xml = heard.content_type.startswith(("text/xml", "application/xml"))
        return heard.status == 200 and is_xml and heard.body.rstrip().endswith(b">")

    def serve(self, asked: Asked) -> Said:
        if asked.path.startswith("/store/"):
            self.check("authorization" not in asked.headers, "the store was shown the token")
            return Said(200, self.media[asked.path.rpartition("/")[2]])
        credentials = f"{self.account}:{self.secrets['auth_token']}".encode()
        if asked.headers.get("authorization") != "Basic " + base64.b64encode(credentials).decode():
            return self.expired()
        if asked.method == "GET":
            return self._medium(asked)
        if asked.path != f"/2010-04-01/Accounts/{self.account}/Messages.json":
            return self._no(404, 20404, "The requested resource was not found")
        form = asked.form
        if not (form.get("From") or form.get("MessagingServiceSid")):
            return self._no(400, 21603, "A 'From' phone number is required")
        sid = f"SM{self.number:016x}{next(self.counter):016x}"
        self.take(form["To"], form["Body"], known_as=sid)
        return Said(201, {"sid": sid, "status": "queued", "to": form["To"], "error_code": None})

    def _medium(self, asked: Asked) -> Said:
        """Twilio sends on to its store of files, which is another host."""
        ref = asked.path.rpartition("/")[2].partition(".")[0]
        store = self.base.replace("127.0.0.1", "localhost")
        return Said(307, b"", {"Location": f"{store}/store/{ref}"})

    def _no(self, status: int, code: int, words: str) -> Said:
        link = f"https://www.twilio.com/docs/errors/{code}"
        return Said(status, {"code": code, "message": words, "more_info": link, "status": status})

    def too_many(self, seconds: int) -> Said:
        said = self._no(429, 20429, "Too Many Requests")
        return Said(429, said.body, {"Retry-After": str(seconds)})

    def expired(self) -> Said:
        return self._no(401, 20003, "Authenticate")

    def refusal(self) -> Said:
        return self._no(400, 21610, self.refusal_words)


class TwilioSms(Twilio):
    """Text and picture messages."""

    name = kind = "twilio_sms"
    lacks = _ONCE | {"read": "text messages over the telephone network tell nothing of reading"}

    def letter(self, text: str, *, age: int = 0) -> Any:
        sid = f"SM{self.number:024x}{next(self.counter):08x}"
        return {
            "MessageSid": sid,
            "SmsSid": sid,
            "SmsMessageSid": sid,
            "SmsStatus": "received",
            "From": self.person,
            "To": "+15550002222",
            "Body": text,
            "NumMedia": "0",
            "NumSegments": "1",
            "FromCountry": "CN",
        }

    def picture(self) -> Any:
        ref = f"ME{self.number}"
        self.media[ref] = PICTURE
        where = f"{self.base}/2010-04-01/Accounts/{self.account}/Messages/MM1/Media/{ref}"
        found = {"NumMedia": "1", "MediaContentType0": "image/png", "MediaUrl0": where}
        return self.letter("") | found


class TwilioVoice(Twilio):
    """A call: greeting, recording, transcript."""

    name = kind = "twilio_voice"
    lacks = _ONCE | {
        "read": "text messages over the telephone network tell nothing of reading",
    }

    def _step(self, **more: str) -> Any:
        caller = {"From": self.person, "Caller": self.person, "To": "+15550002222"}
        return {"CallSid": f"CA{self.number:032x}", "Direction": "inbound"} | caller | more

    def ringing(self) -> Any:
        return self._step(CallStatus="ringing")

    def recording(self) -> Any:
        ref = f"RE{self.number:026x}{next(self.counter):06x}"
        self.media[ref] = SOUND
        where = f"{self.base}/2010-04-01/Accounts/{self.account}/Recordings/{ref}"
        return self._step(
            CallStatus="completed", RecordingSid=ref, RecordingUrl=where, RecordingDuration="32"
        )

    picture = recording

    def letter(self, text: str, *, age: int = 0) -> Any:
        ref = f"RE{self.number:026x}{next(self.counter):06x}"
        return self.transcript(ref, text)

    def transcript(self, recording: str, text: str, state: str = "completed") -> Any:
        return self._step(
            RecordingSid=recording,
            TranscriptionSid=f"TR{recording[2:]}",
            TranscriptionStatus=state,
            TranscriptionText=text,
            RecordingUrl=f"{self.base}/2010-04-01/Accounts/{self.account}/Recordings/{recording}",
        )
