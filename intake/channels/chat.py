"""Live chat: what the widget's end points store becomes a message. No Django."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from intake.channels.base import Adapter, Door, Ignored, RawRequest
from intake.channels.generic import read_message
from intake.channels.payload import Fields, load_object, required_id, required_text
from intake.errors import BadBody, Refused, Unreadable
from tickets.records import IncomingMessage


class ChatAdapter(Adapter):
    """The widget has end points of its own, which check it and store JSON like the generic one."""

    def verify(self, request: RawRequest, door: Door) -> str:
        """Refuse machines: the widget has its own doors with their own checks."""
        raise Refused(why="this source is a chat widget for people")

    def external_id(self, request: RawRequest, door: Door) -> str:
        """Return the id that the widget gave the line."""
        return required_id(load_object(request.body))

    def parse(
        self, body: bytes, received_at: datetime, door: Door, headers: Mapping[str, str]
    ) -> Sequence[IncomingMessage | Ignored]:
        """Return the one message of a line.

        The browser's token vouches for "the same visitor as before", and the shop's signature
        for the customer. An address that somebody typed vouches for nothing: it is no key, or
        whoever typed another person's would read along.
        """
        try:
            value = load_object(body)
            text, external_id = required_text(value), required_id(value)
        except BadBody as error:
            raise Unreadable(str(error)) from error
        fields = Fields(value)
        message = read_message(
            fields, text, external_id, received_at, door, verified=True, channel="chat"
        )
        visitor = f"visitor {message.thread}"
        is_known = bool(message.external_ids)
        message.meta["chat"] = message.thread
        message.meta["visitor"] = "signed" if is_known else "anonymous"
        typed = fields.text("typed_email", 320)
        if typed:
            message.meta["typed_email"] = typed
        return [replace(message, external_ids=(*message.external_ids, visitor))]
