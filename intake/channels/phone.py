"""Phone calls: pushed by a call centre as signed JSON, or typed in at the desk. No Django.

Signed as the generic webhook is. ``call_id`` names the call: what is pushed later under the same
one (the transcript, the recording) joins the same complaint. A call that nobody took becomes the
wish to be called back; several of one number on one day are one such wish.

Settings: ``region`` (whose numbers are written without a country code), ``media_hosts`` (from which
recordings are fetched; the link alone is shown without them).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from common.text import storable
from intake.channels import reading
from intake.channels.base import Adapter, Door, Ignored, RawRequest, body_digest, verify_signed
from intake.channels.payload import Fields, load_object, read_order
from intake.channels.reading import bracket, medium
from intake.errors import BadBody, Unreadable
from tickets.identity import DEFAULT_REGION, normal_phone
from tickets.records import IncomingMessage

_NOT_OVER = frozenset({"queued", "initiated", "started", "ringing", "in-progress", "ongoing"})
_MISSED = frozenset(
    {"missed", "no-answer", "no_answer", "busy", "abandoned", "hangup", "hang-up", "cancelled"}
)
_OUT = frozenset({"out", "outbound", "outgoing"})
LONGEST_ID = 200


class PhoneAdapter(Adapter):
    """One call a delivery; needed are ``call_id`` and ``caller``."""

    def verify(self, request: RawRequest, door: Door) -> str:
        """Check the signature over the raw body."""
        return verify_signed(request, door)

    def external_id(self, request: RawRequest, door: Door) -> str:
        """Return the call and a digest: the same push is one, what came later is another."""
        value = load_object(request.body)
        return f"call:{_call_id(value)}:{body_digest(request.body)[:16]}"

    def parse(
        self, body: bytes, received_at: datetime, door: Door, headers: Mapping[str, str]
    ) -> Sequence[IncomingMessage | Ignored]:
        """Return the call as a message, or why it is none."""
        try:
            value = load_object(body)
            call_id = _call_id(value)
        except BadBody as error:
            raise Unreadable(str(error)) from error
        return [_read(Fields(value), call_id, received_at, door)]


def _call_id(value: Mapping[str, Any]) -> str:
    found = value.get("call_id")
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    found = storable(found).strip() if isinstance(found, str) else ""
    if not 1 <= len(found) <= LONGEST_ID:
        raise BadBody(why=f"“call_id” must be a text of 1 to {LONGEST_ID} characters")
    return found


def _read(
    fields: Fields, call_id: str, received_at: datetime, door: Door
) -> IncomingMessage | Ignored:
    status = fields.text("status", 40).lower()
    is_out = fields.text("direction", 20).lower() in _OUT
    said = fields.text("transcript", reading.LONGEST_TEXT)
    summary = fields.text("summary", reading.LONGEST_TEXT)
    if status in _NOT_OVER and not said:
        return Ignored(f"the call has not ended: {status}")
    is_missed = status in _MISSED and not said and not summary
    if is_missed and is_out:
        return Ignored("we called and nobody answered")
    return _message(fields, call_id, received_at, door, is_out=is_out, is_missed=is_missed)


def _message(
    fields: Fields,
    call_id: str,
    received_at: datetime,
    door: Door,
    *,
    is_out: bool,
    is_missed: bool,
) -> IncomingMessage:
    customer = fields.child("customer")
    typed = fields.text("callee" if is_out else "caller", 60)
    number = normal_phone(typed, door.setting("region", DEFAULT_REGION))
    started, seconds = _times(fields, received_at)
    words = _words(fields, number or typed, seconds, is_out=is_out, is_missed=is_missed)
    has_transcript = bool(fields.text("transcript", 10))
    person = customer.text("id", 255)
    part = "missed" if is_missed else "transcript" if has_transcript else "call"
    return IncomingMessage(
        source=door.slug,
        channel="phone",
        external_id=f"{call_id}:{part}",
        text=words,
        received_at=received_at,
        subject=fields.text("subject", 300) or reading.first_line(words),
        sent_at=started,
        thread=_thread(call_id, number, started, is_missed=is_missed),
        reply_key=fields.text("ticket_key", 100),
        from_name=customer.text("name", 200),
        emails=tuple(filter(None, [customer.text("email", 320)])),
        phones=(number,) if number else (),
        external_ids=(person,) if person else (),
        # A call centre vouches for who called; an agent says whether this is the person known.
        identity_verified=customer.flag("confirmed") is not False,
        order=read_order(fields),
        url=fields.text("recording_url", 2000),
        meta=_meta(fields, door, call_id, started, seconds)
        | ({"callback": True} if is_missed else {}),
    )


def _times(fields: Fields, received_at: datetime) -> tuple[datetime, float | None]:
    """Return when the call began, never later than it was told, and how long it was."""
    started, ended = fields.moment("started_at"), fields.moment("ended_at")
    begin = min(started or ended or received_at, received_at)
    if started is None or ended is None:
        return begin, None
    return begin, max((ended - started).total_seconds(), 0.0)


def _thread(call_id: str, number: str, started: datetime, *, is_missed: bool) -> str:
    """Return what makes one complaint: the call, or a day's calls that nobody took."""
    if is_missed and number:
        return f"missed:{number}:{started.date().isoformat()}"
    return f"call:{call_id}"[:255]


def _words(
    fields: Fields, who: str, seconds: float | None, *, is_out: bool, is_missed: bool
) -> str:
    if is_missed:
        head = bracket("missed call, callback wanted", who or "number hidden")
    else:
        length = reading.clock(seconds) if seconds is not None else ""
        status = fields.text("status", 40).lower()
        kind = "voicemail" if status == "voicemail" else "phone call"
        head = bracket("our" if is_out else "", kind, length)
    link = fields.text("recording_url", 2000)
    recording = bracket("recording", link) if link else ""
    summary = fields.text("summary", reading.LONGEST_TEXT)
    said = fields.text("transcript", reading.LONGEST_TEXT)
    return reading.lines(summary, said, head, recording)[: reading.LONGEST_TEXT]


def _meta(
    fields: Fields,
    door: Door,
    call_id: str,
    started: datetime,
    seconds: float | None,
) -> dict[str, Any]:
    call = {
        "id": call_id,
        "caller": fields.text("caller", 60),
        "callee": fields.text("callee", 60),
        "agent": fields.text("agent", 200),
        "started_at": started.isoformat(),
        "seconds": int(seconds) if seconds is not None else "",
    }
    meta: dict[str, Any] = {"call": {name: value for name, value in call.items() if value != ""}}
    url = fields.text("recording_url", 2000)
    if url and door.settings.get("media_hosts"):
        meta["media"] = [medium("recording", "", url=url)]
    if fields.left_out:
        meta["left_out"] = list(dict.fromkeys(fields.left_out))
    return meta
