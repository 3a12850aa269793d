"""Calls by Twilio: the caller speaks after the tone, the recording is the complaint. No Django.

Secret: ``auth_token``. Settings: ``greeting`` (what the caller hears), ``voice_language`` (such as
zh-CN), ``longest_seconds``. The recording and its later transcript share the recording's id, so
that they are one complaint; a transcript that failed leaves the recording as it is.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from intake.channels import reading
from intake.channels.base import Answer, Door, Ignored, Item, RawRequest
from intake.channels.reading import bracket, medium, text
from intake.channels.twilio import (
    NOTHING_TO_SAY,
    XML,
    TwilioAdapter,
    form_or_empty,
    read_form,
    read_receipt,
)
from tickets.records import IncomingMessage

GREETING = "Please tell us after the tone what went wrong, with your order number."
# What Twilio says instead of a number when the caller hides it.
_HIDDEN = frozenset({"", "anonymous", "restricted", "unavailable", "+266696687", "+7378742833"})


class TwilioVoiceAdapter(TwilioAdapter):
    """The call itself, its recording, and later its transcript."""

    def external_id(self, request: RawRequest, door: Door) -> str:
        """Return RecordingSid and the step; Twilio reports the recording at two addresses."""
        fields = form_or_empty(request.body)
        sid, step = text(fields, "RecordingSid"), _step(fields)
        if text(fields, "MessageStatus"):
            return ""
        if not sid:
            return reading.one_id([text(fields, "CallSid")], prefix=f"call-{step}")
        return reading.one_id([sid], prefix=step)

    def parse(
        self, body: bytes, received_at: datetime, door: Door, headers: Mapping[str, str]
    ) -> Sequence[Item]:
        """Return the recording or its transcript, a receipt of a reply, or why it is neither."""
        fields = read_form(body)
        if text(fields, "MessageStatus"):
            return [read_receipt(fields, received_at)]
        sid, step = text(fields, "RecordingSid"), _step(fields)
        if not sid:
            return [Ignored(f"a call: {text(fields, 'CallStatus', 20) or 'no state'}")]
        if step == "transcript":
            return [_transcript(fields, sid, received_at, door)]
        if text(fields, "RecordingStatus", 20) in {"in-progress", "absent", "failed"}:
            return [Ignored(f"no recording: {text(fields, 'RecordingStatus', 20)}")]
        return [_recording(fields, sid, received_at, door)]

    def answer(self, request: RawRequest, door: Door) -> Answer | None:
        """Ask a caller to speak, and hang up after the recording."""
        fields = form_or_empty(request.body)
        if text(fields, "MessageStatus"):
            return NOTHING_TO_SAY
        if text(fields, "RecordingSid") or text(fields, "CallStatus", 20) != "ringing":
            return Answer("<Response><Hangup/></Response>", content_type=XML)
        here, language = quoteattr(request.url), quoteattr(door.setting("voice_language", "en-US"))
        greeting = escape(door.setting("greeting", GREETING))
        longest = quoteattr(door.setting("longest_seconds", "180"))
        return Answer(
            f"<Response><Say language={language}>{greeting}</Say>"
            f'<Record action={here} maxLength={longest} transcribe="true"'
            f" transcribeCallback={here}/></Response>",
            content_type=XML,
        )


def _step(fields: Mapping[str, str]) -> str:
    if text(fields, "TranscriptionSid") or text(fields, "TranscriptionStatus"):
        return "transcript"
    return "recording" if text(fields, "RecordingSid") else text(fields, "CallStatus", 20)


def _recording(
    fields: Mapping[str, str], sid: str, received_at: datetime, door: Door
) -> IncomingMessage:
    length = reading.clock(reading.number(fields, "RecordingDuration"))
    url = text(fields, "RecordingUrl", 2000)
    ref = medium("voice", sid, content_type="audio/wav", url=url)
    return _message(fields, sid, bracket("voice", length), [ref], received_at, door)


def _transcript(
    fields: Mapping[str, str], sid: str, received_at: datetime, door: Door
) -> IncomingMessage:
    said = text(fields, "TranscriptionText", reading.LONGEST_TEXT)
    words = said or "[the recording could not be transcribed]"
    return _message(fields, f"{sid}:transcript", words, [], received_at, door)


def _message(
    fields: Mapping[str, str],
    external_id: str,
    words: str,
    media: Sequence[object],
    received_at: datetime,
    door: Door,
) -> IncomingMessage:
    caller, sid = text(fields, "From", 60), text(fields, "RecordingSid")
    is_hidden = caller.lower() in _HIDDEN
    return reading.chat_message(
        door,
        channel="phone",
        external_id=external_id,
        words=words,
        received_at=received_at,
        sent_at=received_at,
        # The two parts of one complaint must find each other, also when the number is hidden.
        thread=sid,
        person=f"call {text(fields, 'CallSid')}" if is_hidden else caller,
        to="" if is_hidden else caller,
        phones=() if is_hidden else (caller,),
        media=media,
    )
