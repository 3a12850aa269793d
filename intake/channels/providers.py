"""What the mail providers share: their parts put back together as one mail. No Django.

``intake.mail.read_mail`` then reads it as any other, with all that it knows of bounces, automatic
answers, damaged encodings and quoted text.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from intake.channels import reading
from intake.channels.base import Door, RawRequest
from intake.errors import Refused

_OWN = frozenset({"content-type", "content-transfer-encoding", "content-disposition"})
_NAME = re.compile(r"[!-9;-~]{1,200}")
_BOUNDARY = "redress-provider-parts"


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the mail."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""


def build_mail(
    headers: Iterable[tuple[str, str]], text: str, html: str, files: Sequence[Part] = ()
) -> bytes:
    """Return one mail of its headers, its text and page, and its files."""
    lines = [
        f"{name}: {_one_line(value)}"
        for name, value in headers
        if _NAME.fullmatch(name) and name.lower() not in _OWN | {"mime-version"}
    ]
    lines += ["MIME-Version: 1.0", f'Content-Type: multipart/mixed; boundary="{_BOUNDARY}"', ""]
    chunks = ["\r\n".join(lines).encode("utf-8", "replace")]
    bodies = [("text/plain", text), ("text/html", html)]
    shown = [
        (f"{kind}; charset=utf-8", "", value.encode("utf-8", "replace"))
        for kind, value in bodies
        if value.strip()
    ]
    if len(shown) == 2:
        inner = f"{_BOUNDARY}-2"
        chunks.append(
            f'--{_BOUNDARY}\r\nContent-Type: multipart/alternative; boundary="{inner}"\r\n'.encode()
        )
        chunks += [_part(inner, *one) for one in shown]
        chunks.append(f"--{inner}--\r\n".encode())
    else:
        chunks += [_part(_BOUNDARY, *one) for one in shown]
    chunks += [_part(_BOUNDARY, *_file(file)) for file in files]
    chunks.append(f"--{_BOUNDARY}--\r\n".encode())
    return b"\r\n".join(chunks)


def _one_line(value: str) -> str:
    return " ".join(value.replace("\x00", "").split())


def _part(boundary: str, content_type: str, more: str, content: bytes) -> bytes:
    head = f"--{boundary}\r\nContent-Type: {content_type}\r\n{more}"
    encoded = base64.encodebytes(content).replace(b"\n", b"\r\n")
    return head.encode("utf-8", "replace") + b"Content-Transfer-Encoding: base64\r\n\r\n" + encoded


def _file(file: Part) -> tuple[str, str, bytes]:
    name = _one_line(file.name).replace("\\", "").replace('"', "'")
    kind = _one_line(file.content_type.split(";")[0]) or "application/octet-stream"
    given_id = _one_line(file.content_id).strip("<> ")
    how = "inline" if given_id else "attachment"
    more = f'Content-Disposition: {how}; filename="{name}"\r\n'
    if given_id:
        more += f"Content-ID: <{given_id}>\r\n"
    return kind, more, file.content


def verify_password(request: RawRequest, door: Door) -> str:
    """Check basic authentication, or ``?key=`` in the address, against the source's password.

    These providers sign nothing; whoever knows the address with its password may deliver.
    """
    password = door.secret_named("password", alone=True)
    if reading.same(password, request.query.get("key", "")):
        return "secret in the address"
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        decoded = ""
    user, _, given = decoded.partition(":")
    is_ours = reading.same(password, given) & reading.same(door.setting("user", "redress"), user)
    if scheme.lower() != "basic" or not is_ours:
        raise Refused(why="neither user and password nor the key in the address are this source's")
    return "basic authentication"
