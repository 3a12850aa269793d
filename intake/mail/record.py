"""What Redress reads in a mail, as plain records."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox: display name (may be empty) and address as written."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A decoded part of the mail that is not its running text."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""
    inline: bool = False

    @property
    def size(self) -> int:
        """Bytes after decoding."""
        return len(self.content)

    @property
    def sha256(self) -> str:
        """Hex digest of the decoded bytes."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, read as far as it goes. All text is valid Unicode without NUL.

    `text` is the readable body with its quotes, `reply_text` only what is new in it, `html` the
    sanitised page and `raw_html` the page as it came. Ids keep their angle brackets.
    """

    headers: tuple[tuple[str, str], ...]
    from_address: str
    from_name: str
    senders: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    date: datetime | None
    text: str
    reply_text: str
    html: str
    raw_html: str
    attachments: tuple[Attachment, ...]
    is_auto_reply: bool
    is_bounce: bool
    is_bulk: bool
    may_acknowledge: bool
    content_digest: str
    defects: tuple[str, ...]

    def header(self, name: str) -> str:
        """The first non-empty value of a header, decoded and unfolded, or ''."""
        wanted = name.lower()
        return next((v for n, v in self.headers if v and n.lower() == wanted), "")
