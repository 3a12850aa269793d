"""SendGrid Inbound Parse. No Django.

Secret: ``password``, given by basic authentication or as ``?key=`` in the address (general
knowledge: nothing is signed by default). Setting ``user``, "redress" where none is set. A refusal
drops the mail for good, so watch the source's light after a change. With "POST the raw, full MIME
message" the mail is read as it came, else it is put back together.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from intake.channels import reading
from intake.channels.base import Adapter, Answer, Door, Item, RawRequest
from intake.channels.email import read_items
from intake.channels.formdata import Form, read_form
from intake.channels.providers import Part, build_mail, verify_password
from intake.channels.reading import text
from intake.errors import Unreadable


class SendGridAdapter(Adapter):
    """One mail a call; the digest of the body is its id, since a Message-ID can be forged."""

    refusal_is_final = True

    def verify(self, request: RawRequest, door: Door) -> str:
        """Check the password."""
        return verify_password(request, door)

    def parse(
        self, body: bytes, received_at: datetime, door: Door, headers: Mapping[str, str]
    ) -> Sequence[Item]:
        """Return the mail."""
        form = read_form(body, headers.get("content-type", ""))
        raw = form.fields.get("email") or _rebuilt(form)
        return read_items(raw, received_at, door)

    def answer(self, request: RawRequest, door: Door) -> Answer | None:
        """Say an empty 200."""
        return reading.OK


def _rebuilt(form: Form) -> bytes:
    if not form.fields.keys() & {"from", "headers", "text", "html"}:
        raise Unreadable("there is no mail in the form")
    charsets = reading.load_or_empty(form.fields.get("charsets", b"{}"))
    headers = _unfolded(form.text("headers", text(charsets, "headers", 40) or "utf-8"))
    known = {name.lower() for name, _ in headers}
    for name in ("From", "To", "Subject"):
        found = form.text(name.lower(), text(charsets, name.lower(), 40) or "utf-8")
        if name.lower() not in known and found:
            headers.append((name, found))
    words = form.text("text", text(charsets, "text", 40) or "utf-8")
    page = form.text("html", text(charsets, "html", 40) or "utf-8")
    return build_mail(headers, words, page, _files(form))


def _unfolded(block: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for line in block.replace("\r\n", "\n").split("\n"):
        name, colon, value = line.partition(":")
        if line[:1] in {" ", "\t"} and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
        elif colon:
            found.append((name.strip(), value.strip()))
    return found


def _files(form: Form) -> list[Part]:
    """Return the files; ``content-ids`` says which picture of the page each one is."""
    try:
        ids = json.loads(form.text("content-ids") or "{}")
    except (ValueError, RecursionError):
        ids = {}
    by_field = {v: k for k, v in ids.items() if isinstance(v, str)} if isinstance(ids, dict) else {}
    return [
        Part(file.name, file.content_type, file.content, by_field.get(file.field, ""))
        for file in form.files
    ]
