"""Files of messages: stored once under their digest, named safely."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from tickets import queries
from tickets.models import Attachment, Message
from tickets.records import IncomingAttachment
from tickets.services.events import touch

LONGEST_NAME_BYTES = 255
NO_NAME = "attachment"
# Bidirectional overrides can make "exe.jpg" out of "gpj.exe".
_BIDI = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def safe_name(name: str) -> str:
    """Return a name that is safe to show and to offer for download; never empty, never a path."""
    base = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    base = _BIDI.sub("", base)
    base = "".join(c for c in base if unicodedata.category(c) not in {"Cc", "Cs", "Zl", "Zp"})
    base = base.strip().lstrip(".").strip()
    return _shortened(base) or NO_NAME


def _shortened(name: str) -> str:
    if len(name.encode()) <= LONGEST_NAME_BYTES:
        return name
    extension = PurePath(name).suffix
    stem = name.removesuffix(extension)
    extension = extension if len(extension.encode()) <= 20 else ""
    room = LONGEST_NAME_BYTES - len(extension.encode())
    return stem.encode()[:room].decode("utf-8", "ignore") + extension


def _is_whole(path: str, size: int) -> bool:
    return default_storage.exists(path) and default_storage.size(path) == size


@transaction.atomic
def attach_file(*, message_id: int, file: IncomingAttachment, now: datetime) -> Attachment:
    """Add a file that came later than its message."""
    message = Message.objects.get(pk=message_id)
    ticket = queries.lock_ticket(message.ticket_id)
    attachment = store_attachments(message, [file])[0]
    touch(ticket, now)
    return attachment


def store_attachments(message: Message, files: Sequence[IncomingAttachment]) -> list[Attachment]:
    """Store the files of a message and return their rows; two of the same name are both kept.

    The same content is written once: its path is its digest, so a retry after a crash finds the
    file and only the row is written again. A file that a crash cut off has another size: then the
    content goes beside it.
    """
    rows = []
    for file in files:
        sha256 = hashlib.sha256(file.content).hexdigest()
        path = f"attachments/{sha256[:2]}/{sha256}"
        if not _is_whole(path, len(file.content)):
            path = default_storage.save(path, ContentFile(file.content))
        rows.append(
            Attachment(
                message=message,
                name=safe_name(file.name),
                content_type=file.content_type[:120].lower() or "application/octet-stream",
                size=len(file.content),
                sha256=sha256,
                file=path,
                content_id=file.content_id[:255],
                inline=file.inline,
            )
        )
    return Attachment.objects.bulk_create(rows)
