"""Mails as the providers behind ``anymail.py`` hand them over: as raw as each gives them.

A body that is not what its provider sends raises KeyError, TypeError or ValueError; the adapter
makes one answer of them.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from email import message_from_string
from typing import Any
from urllib.parse import parse_qs, quote

from intake.channels.providers import Part, build_mail

# Brevo hands attachments out by a call of their own; they are fetched later.
Mail = tuple[bytes, list[dict[str, str]]]
BREVO_FILES = "https://api.brevo.com/v3/inbound/attachments/"
NOTHING: list[dict[str, str]] = []


def amazon_ses(body: bytes) -> Iterator[Mail]:
    """SNS notification of a receipt rule with the SNS action, plain or base64."""
    event = ses_event(body)
    if event.get("notificationType") != "Received":
        return
    content, action = event["content"], event["receipt"]["action"]
    is_encoded = str(action.get("encoding", "")).upper() == "BASE64"
    yield (base64.b64decode(content) if is_encoded else _raw(content)), NOTHING


def ses_event(body: bytes) -> Mapping[str, Any]:
    """Return the event inside an SNS notification, an empty one for what SNS says itself."""
    outer = json.loads(body)
    if outer["Type"] != "Notification":
        return {}
    try:
        event = json.loads(outer["Message"])
    except ValueError:
        # "Successfully validated SNS topic …"
        return {}
    return event if isinstance(event, dict) else {}


def mandrill(body: bytes) -> Iterator[Mail]:
    """A form with a JSON list; inbound events hold the raw mail."""
    for event in mandrill_events(body):
        if event.get("event") == "inbound":
            yield _raw(event["msg"]["raw_msg"]), NOTHING


def mandrill_events(body: bytes) -> list[dict[str, Any]]:
    """Return the events of a form."""
    form = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=20)
    return [event for event in json.loads(form["mandrill_events"][0]) if isinstance(event, dict)]


def mailersend(body: bytes) -> Iterator[Mail]:
    """Raw mail as text."""
    event = json.loads(body)
    if event.get("type") == "inbound.message":
        yield _raw(event["data"]["raw"]), NOTHING


def postal(body: bytes) -> Iterator[Mail]:
    """Raw mail, mostly in base64."""
    event = json.loads(body)
    if "rcpt_to" in event:
        raw = event["message"]
        yield (base64.b64decode(raw) if event.get("base64") is True else _raw(raw)), NOTHING


def sparkpost(body: bytes) -> Iterator[Mail]:
    """A list of relayed mails, raw, mostly in base64."""
    for event in json.loads(body):
        relayed = event["msys"].get("relay_message")
        if relayed is not None:
            content = relayed["content"]
            raw, is_encoded = content["email_rfc822"], content.get("email_rfc822_is_base64")
            yield (base64.b64decode(raw) if is_encoded else _raw(raw)), NOTHING


def brevo(body: bytes) -> Iterator[Mail]:
    """A list of mails in parts; attachments are named by tokens."""
    for item in json.loads(body).get("items", []):
        headers = list(_headers(item.get("Headers") or {}))
        words, page = str(item.get("RawTextBody") or ""), str(item.get("RawHtmlBody") or "")
        files = [
            {
                "kind": "file",
                "url": f"{BREVO_FILES}{quote(str(file['DownloadToken']), safe='')}"[:2000],
                "name": str(file.get("Name") or "")[:255],
                "type": str(file.get("ContentType") or "")[:120],
            }
            for file in item.get("Attachments") or []
        ]
        yield build_mail(headers, words, page), files


def mailjet(body: bytes) -> Iterator[Mail]:
    """A mail in parts; each part refers to its text or its base64."""
    event = json.loads(body)
    if not isinstance(event, dict) or "Headers" not in event:
        return
    words, page = str(event.get("Text-part") or ""), str(event.get("Html-part") or "")
    files = [
        _mailjet_file(part, event)
        for part in event.get("Parts") or []
        if "Attachment" in str(part.get("ContentRef") or "")
    ]
    yield build_mail(list(_headers(event["Headers"])), words, page, files), NOTHING


def _mailjet_file(part: Mapping[str, Any], event: Mapping[str, Any]) -> Part:
    # The headers of the part give its name and id; a small mail with them alone is parsed.
    lines = "\n".join(f"{name}: {value}" for name, value in _headers(part.get("Headers") or {}))
    head = message_from_string(f"{lines}\n\n")
    content = base64.b64decode(str(event[part["ContentRef"]]))
    name, given_id = head.get_filename("") or "", str(head.get("Content-ID") or "")
    return Part(name, head.get_content_type(), content, given_id)


def _headers(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, values in found.items():
        for value in values if isinstance(values, list) else [values]:
            yield str(name), str(value)


def _raw(text: str) -> bytes:
    """Return a raw mail that came as text; bytes that were no UTF-8 are lost already."""
    return text.encode("utf-8", "surrogateescape")


READERS: dict[str, Callable[[bytes], Iterator[Mail]]] = {
    "amazon_ses": amazon_ses,
    "brevo": brevo,
    "mailersend": mailersend,
    "mailjet": mailjet,
    "mandrill": mandrill,
    "postal": postal,
    "sparkpost": sparkpost,
}
