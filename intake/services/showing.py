"""A raw body as a person can read it; bounded, and never an error."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from intake.channels.formdata import read_form
from intake.channels.kinds import channel_of
from intake.errors import Unreadable
from intake.mail import read_mail

LONGEST = 64 * 1024
# What is larger is shown as it came: making it pretty would take too long.
MOST_READ = 1024 * 1024
MOST_FIELDS = 200


def readable(kind: str, body: bytes, headers: Mapping[str, str]) -> str:
    """Return the body with its JSON laid out, its form or its mail decoded; "" where that fails."""
    if not body or len(body) > MOST_READ:
        return ""
    content_type = str(headers.get("content-type", "")).lower()
    try:
        return _storable(_decoded(kind, body, content_type))[:LONGEST]
    except (ValueError, RecursionError, Unreadable):
        return ""


def _decoded(kind: str, body: bytes, content_type: str) -> str:
    start = body.lstrip()[:1]
    if start in {b"{", b"["}:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    if "form" in content_type or body.startswith(b"--"):
        return _form(body, content_type)
    if kind == "email":
        return _mail(body)
    if channel_of(kind) in {"sms", "phone"}:
        return _lines(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS))
    return ""


def _form(body: bytes, content_type: str) -> str:
    form = read_form(body, content_type)
    mail = form.fields.get("body-mime") or form.fields.get("email")
    if mail:
        return _mail(mail)
    pairs = [(name, value.decode("utf-8", "replace")) for name, value in form.fields.items()]
    files = [("file", f"{one.name} ({len(one.content)})") for one in form.files]
    return _lines([*pairs[:MOST_FIELDS], *files[:MOST_FIELDS]])


def _mail(raw: bytes) -> str:
    mail = read_mail(raw)
    head = [
        ("From", f"{mail.from_name} <{mail.from_address}>".strip()),
        ("To", ", ".join(one.email for one in mail.to)),
        ("Subject", mail.subject),
        ("Date", mail.date.isoformat() if mail.date else ""),
    ]
    files = [("File", one.name) for one in mail.attachments]
    return f"{_lines([*head, *files])}\n\n{mail.text}"


def _lines(pairs: list[tuple[str, str]]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in pairs if value)


def _storable(text: str) -> str:
    return text.replace("\x00", "\N{SYMBOL FOR NULL}")
