"""`manage.py explain_mail FILE --json`: what Redress reads in a mail. Needs no database."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from intake.mail import Mail, classify, read_mail


class Command(BaseCommand):
    """Print the reading of one mail from a file, or from standard input for '-'."""

    help = "Show what Redress reads in a mail (FILE or - for standard input)."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE and --json."""
        parser.add_argument("file", help="path of the raw mail, or - for standard input")
        parser.add_argument(
            "--json", action="store_true", help="one JSON object instead of plain lines"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, explain, print."""
        explained = explain(read_mail(_bytes_of(options["file"])))
        if options["json"]:
            # ASCII only, so that no terminal's charset can make the command fail.
            self.stdout.write(json.dumps(explained, indent=2))
            return
        for key, value in explained.items():
            self.stdout.write(f"{key}: {json.dumps(value)}")


def _bytes_of(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}") from error


def kind_of(mail: Mail) -> str:
    """One word for who wrote: bounce, auto-reply, bulk or person."""
    if mail.is_bounce:
        return "bounce"
    if mail.is_auto_reply:
        return "auto-reply"
    return "bulk" if mail.is_bulk else "person"


def reasons_of(mail: Mail) -> list[str]:
    """The headers that speak for a machine; for a machine without any, its words."""
    found = classify.evidence(mail.headers)
    if not found and kind_of(mail) != "person":
        return ["words of the sender, the subject or the text"]
    return found


def explain(mail: Mail) -> dict[str, Any]:
    """The reading as plain JSON values."""
    return {
        "from_address": mail.from_address,
        "from_name": mail.from_name,
        "to": [mailbox.email for mailbox in mail.to],
        "cc": [mailbox.email for mailbox in mail.cc],
        "subject": mail.subject,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "date": mail.date.isoformat() if mail.date else None,
        "text": mail.text,
        "reply_text": mail.reply_text,
        "html": mail.html,
        "attachments": [
            {
                "name": one.name,
                "type": one.content_type,
                "size": one.size,
                "content_id": one.content_id,
                "inline": one.inline,
            }
            for one in mail.attachments
        ],
        "kind": kind_of(mail),
        "kind_reasons": reasons_of(mail),
        "is_auto_reply": mail.is_auto_reply,
        "is_bounce": mail.is_bounce,
        "is_bulk": mail.is_bulk,
        "may_acknowledge": mail.may_acknowledge,
        "content_digest": mail.content_digest,
        "defects": list(mail.defects),
    }
