"""Mailgun routes that post a mail here. No Django.

Secret: ``signing_key`` (a plain secret is this one). The signature covers timestamp and token, not
the mail. So a token is taken once: it is the delivery's id, and what comes with a token that was
here before is kept but not filed. A mail that Mailgun posts again is known by its Message-ID.
Addresses that end in "mime" get the mail as it came, which is best; else it is put back together.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from intake.channels import reading
from intake.channels.base import Adapter, Answer, Door, Item, RawRequest
from intake.channels.email import read_items
from intake.channels.formdata import Form, read_form
from intake.channels.providers import Part, build_mail
from intake.channels.reading import text
from intake.errors import Refused, Unreadable


class MailgunAdapter(Adapter):
    """One mail a call."""

    def verify(self, request: RawRequest, door: Door) -> str:
        """Check ``signature``: hex HMAC-SHA256(signing key, timestamp + token)."""
        form = _form(request)
        key = door.secret_named("signing_key", alone=True)
        timestamp, token = form.text("timestamp"), form.text("token")
        mac = hmac.new(key.encode(), (timestamp + token).encode("utf-8", "replace"), hashlib.sha256)
        if not key or not token or not reading.same(mac.hexdigest(), form.text("signature")):
            raise Refused(why="“signature” is not that of timestamp and token")
        reading.refuse_old(timestamp, request, door)
        return "signature over timestamp and token"

    def external_id(self, request: RawRequest, door: Door) -> str:
        """Return the token."""
        given = {"token": _form(request).text("token")}
        return reading.one_id([text(given, "token", 200)], prefix="token")

    def parse(
        self, body: bytes, received_at: datetime, door: Door, headers: Mapping[str, str]
    ) -> Sequence[Item]:
        """Return the mail."""
        form = read_form(body, headers.get("content-type", ""))
        raw = form.fields.get("body-mime") or _rebuilt(form)
        return read_items(raw, received_at, door)

    def answer(self, request: RawRequest, door: Door) -> Answer | None:
        """Say an empty 200; only 406 would stop Mailgun."""
        return reading.OK


def _form(request: RawRequest) -> Form:
    try:
        return read_form(request.body, request.headers.get("content-type", ""))
    except Unreadable:
        return Form()


def _rebuilt(form: Form) -> bytes:
    files = [Part(file.name, file.content_type, file.content) for file in form.files]
    if not form.fields.keys() & {"from", "sender", "message-headers", "body-plain", "body-html"}:
        raise Unreadable("there is no mail in the form")
    return build_mail(_headers(form), form.text("body-plain"), form.text("body-html"), files)


def _headers(form: Form) -> list[tuple[str, str]]:
    try:
        found = json.loads(form.text("message-headers"))
    except (ValueError, RecursionError):
        found = None
    pairs = [
        (pair[0], pair[1])
        for pair in (found if isinstance(found, list) else [])
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(x, str) for x in pair)
    ]
    if pairs:
        return pairs
    names = {
        "From": "from",
        "To": "recipient",
        "Subject": "subject",
        "Message-Id": "Message-Id",
    }
    return [(name, form.text(field)) for name, field in names.items() if form.text(field)]
