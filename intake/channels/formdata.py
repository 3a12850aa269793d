"""Forms as mail providers post them: multipart/form-data or urlencoded, byte for byte. No Django.

Only as much of the format as those providers use; parts without a name are left out. The raw body
is kept by the caller, so nothing is lost here for good.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from intake.errors import Unreadable

MOST_PARTS = 1000
_LONGEST_HEAD = 16 * 1024
_PARAMETER = re.compile(r'[;\s](name|filename)="((?:[^"\\]|\\.){0,2000})"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class File:
    """A file of a form."""

    field: str
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """Fields by name, the first of each, as bytes; and files in order."""

    fields: dict[str, bytes] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)

    def text(self, name: str, charset: str = "utf-8") -> str:
        """Return a field as text; a charset that nobody knows is read as UTF-8."""
        raw = self.fields.get(name, b"")
        try:
            return raw.decode(charset, "replace")
        except (LookupError, ValueError):
            return raw.decode("utf-8", "replace")


def read_form(body: bytes, content_type: str) -> Form:
    """Return what the form holds. Raises Unreadable."""
    if content_type.lower().startswith("application/x-www-form-urlencoded"):
        return _urlencoded(body)
    if not body.startswith(b"--"):
        raise Unreadable("it is no form")
    # The body says its boundary itself; the header only repeats it.
    boundary = body.split(b"\r\n", 1)[0]
    if not 2 < len(boundary) <= 202:
        raise Unreadable("the form's boundary is missing")
    parts = (b"\r\n" + body).split(b"\r\n" + boundary, MOST_PARTS)
    form = Form()
    for part in parts[1:]:
        if part.startswith(b"--"):
            break
        _add(form, part)
    return form


def _urlencoded(body: bytes) -> Form:
    try:
        pairs = parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_PARTS
        )
    except ValueError as error:
        raise Unreadable(f"it is no form: {error}") from error
    form = Form()
    for name, value in pairs:
        form.fields.setdefault(name, value.encode("utf-8", "replace"))
    return form


def _add(form: Form, part: bytes) -> None:
    head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    if len(head) > _LONGEST_HEAD:
        return
    disposition, content_type = "", "application/octet-stream"
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-disposition":
            disposition = value
        elif name.strip().lower() == "content-type":
            content_type = value.strip()
    named = {key.lower(): value for key, value in _PARAMETER.findall(disposition)}
    if "filename" in named:
        file_name = named["filename"]
        form.files.append(File(named.get("name", ""), file_name, content_type, content))
    elif "name" in named:
        form.fields.setdefault(named["name"], content)
