"""Text and picture messages by Twilio. No Django.

Secrets: ``auth_token``, and ``account_sid`` for replies. Settings: ``from_number`` or
``messaging_service_sid`` for replies.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from intake.channels import reading
from intake.channels.base import Door, Ignored, Item, RawRequest
from intake.channels.reading import bracket, medium, text
from intake.channels.twilio import TwilioAdapter, form_or_empty, read_form, read_receipt
from tickets.records import IncomingMessage

MOST_MEDIA = 20


class TwilioSmsAdapter(TwilioAdapter):
    """One message a call."""

    def external_id(self, request: RawRequest, door: Door) -> str:
        """Return MessageSid; what became of our own messages repeats it and has no id."""
        fields = form_or_empty(request.body)
        if text(fields, "MessageStatus"):
            return ""
        return reading.one_id([text(fields, "MessageSid")], prefix="message")

    def parse(
        self, body: bytes, received_at: datetime, door: Door, headers: Mapping[str, str]
    ) -> Sequence[Item]:
        """Return the message or the receipt, or why it is neither."""
        fields = read_form(body)
        sid, sender = text(fields, "MessageSid"), text(fields, "From", 60)
        if text(fields, "MessageStatus"):
            return [read_receipt(fields, received_at)]
        if not sid or not sender:
            return [Ignored("a form without MessageSid and From")]
        if text(fields, "OptOutType", 20):
            return [Ignored(f"the customer sent {text(fields, 'OptOutType', 20)} to Twilio")]
        return [_read(fields, sid, sender, received_at, door)]


def _read(
    fields: Mapping[str, str], sid: str, sender: str, received_at: datetime, door: Door
) -> IncomingMessage:
    shown, media = [], []
    for index in range(int(min(max(reading.number(fields, "NumMedia") or 0, 0), MOST_MEDIA))):
        content_type = text(fields, f"MediaContentType{index}", 120)
        kind = content_type.split("/")[0] or "file"
        shown.append(bracket(kind))
        url = text(fields, f"MediaUrl{index}", 2000)
        media.append(medium(kind, "", content_type=content_type, url=url))
    words = reading.lines(text(fields, "Body", reading.LONGEST_TEXT), *shown)
    return reading.chat_message(
        door,
        channel="sms",
        external_id=sid,
        words=words or "[empty message]",
        received_at=received_at,
        sent_at=received_at,
        thread=sender,
        person=sender,
        to=sender,
        name=text(fields, "ProfileName", 200),
        phones=(sender.removeprefix("whatsapp:"),),
        media=media,
    )
