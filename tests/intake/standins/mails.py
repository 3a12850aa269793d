"""What the stand-ins of mail providers share."""

import uuid
from collections.abc import Mapping, Sequence
from email.utils import formatdate, parseaddr

from tests.intake.standins.base import now

MAIL_LACKS = {
    "conversation": "a mail joins by the Message-ID of ours that it answers; see the mail tests",
    "renewal": "the key of a mail provider does not run out",
    "fixed token": "the key of a mail provider is the installation's, not the source's",
}


def address_only(written: str) -> str:
    """Return the address of ``Name <address>``."""
    return parseaddr(written)[1]


def mail_date(age: int) -> str:
    """A Date header, ``age`` seconds ago."""
    return formatdate(now(age))


def multipart(
    fields: Mapping[str, str], files: Sequence[tuple[str, str, str, bytes]] = ()
) -> tuple[bytes, str]:
    """A form with files, and its content type."""
    boundary = uuid.uuid4().hex
    lines: list[bytes] = []
    for name, value in fields.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        lines.append(head.encode() + value.encode() + b"\r\n")
    for name, filename, kind, content in files:
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; '
            f'filename="{filename}"\r\nContent-Type: {kind}\r\n\r\n'
        )
        lines.append(head.encode() + content + b"\r\n")
    lines.append(f"--{boundary}--\r\n".encode())
    return b"".join(lines), f"multipart/form-data; boundary={boundary}"
