"""Postmark's inbound mail. No Django.

Secret: ``password``, given by basic authentication or as ``?key=`` in the address (general
knowledge: Postmark signs nothing). Setting ``user``, "redress" where none is set. 403 would make
Postmark drop the mail at once, so a wrong password is 401. With "include raw email" the mail is
read as it came, else it is put back together.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from intake.channels import reading
from intake.channels.base import Adapter, Answer, Door, Item, RawRequest
from intake.channels.email import read_items
from intake.channels.providers import Part, build_mail, verify_password
from intake.channels.reading import child, children, text
from intake.errors import Unreadable

_LONGEST = 5_000_000


class PostmarkAdapter(Adapter):
    """One mail a call, in JSON."""

    refusal_is_final = True

    def verify(self, request: RawRequest, door: Door) -> str:
        """Check the password."""
        return verify_password(request, door)

    def external_id(self, request: RawRequest, door: Door) -> str:
        """Return MessageID, which Postmark gives itself and nobody can pre-empt."""
        value = reading.load_or_empty(request.body)
        return reading.one_id([text(value, "MessageID", 200)], prefix="message")

    def parse(
        self, body: bytes, received_at: datetime, door: Door, headers: Mapping[str, str]
    ) -> Sequence[Item]:
        """Return the mail."""
        value = reading.load(body)
        raw = text(value, "RawEmail", 50_000_000).encode("utf-8", "replace")
        if not raw and not (value.keys() & {"From", "FromFull", "TextBody", "HtmlBody"}):
            raise Unreadable("there is no mail in it")
        return read_items(raw or _rebuilt(value), received_at, door)

    def answer(self, request: RawRequest, door: Door) -> Answer | None:
        """Say an empty 200."""
        return reading.OK


def _rebuilt(value: Mapping[str, Any]) -> bytes:
    headers = [
        (text(header, "Name"), text(header, "Value", 20_000))
        for header in children(value, "Headers")
    ]
    known = {name.lower() for name, _ in headers}
    # Postmark takes these out of the list.
    taken = {name: text(value, name, 20_000) for name in ("From", "To", "Cc", "Subject", "Date")}
    headers += [
        (name, found) for name, found in taken.items() if found and name.lower() not in known
    ]
    if not text(value, "From") and text(child(value, "FromFull"), "Email", 320):
        headers.append(("From", text(child(value, "FromFull"), "Email", 320)))
    if "message-id" not in known and text(value, "MessageID"):
        headers.append(("Message-ID", f"<{text(value, 'MessageID')}@postmark>"))
    files = [_file(file) for file in children(value, "Attachments")]
    page, words = text(value, "HtmlBody", _LONGEST), text(value, "TextBody", _LONGEST)
    return build_mail(headers, words, page, files)


def _file(file: Mapping[str, Any]) -> Part:
    try:
        content = base64.b64decode(str(file.get("Content") or "").encode("ascii", "replace"))
    except (binascii.Error, ValueError):
        content = b""
    name, kind = text(file, "Name"), text(file, "ContentType", 120)
    return Part(name, kind, content, text(file, "ContentID"))
