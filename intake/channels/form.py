"""The public complaint form. Its pages are in intake.views; here is what they store. No Django."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from intake.channels.base import Adapter, Door, Ignored, RawRequest
from intake.channels.generic import read_message
from intake.channels.payload import Fields, load_object, required_id, required_text
from intake.errors import BadBody, Refused, Unreadable
from tickets.records import IncomingMessage


class FormAdapter(Adapter):
    """The form is posted to its own page, which checks it and stores JSON like the generic one."""

    def verify(self, request: RawRequest, door: Door) -> str:
        """Refuse machines: the form has its own page with its own checks."""
        raise Refused(why="this source is a form for people")

    def external_id(self, request: RawRequest, door: Door) -> str:
        """Return the id that the page gave the form when it was shown."""
        return required_id(load_object(request.body))

    def parse(
        self, body: bytes, received_at: datetime, door: Door, headers: Mapping[str, str]
    ) -> Sequence[IncomingMessage | Ignored]:
        """Return the one complaint. Nobody vouches for what a stranger types."""
        try:
            value = load_object(body)
            text, external_id = required_text(value), required_id(value)
        except BadBody as error:
            raise Unreadable(str(error)) from error
        fields = Fields(value)
        message = read_message(
            fields, text, external_id, received_at, door, verified=False, channel="form"
        )
        wish = fields.text("wish", 40)
        if wish:
            message.meta["wish"] = wish
        return [message]
