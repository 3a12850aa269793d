"""Which files a visitor may send: how many, how large, of which kind. No Django."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from common.text import storable

MOST_FILES = 5
LARGEST_FILE = 10 * 1024 * 1024
LARGEST_TOTAL = 20 * 1024 * 1024

# Extension -> type, and what such a file begins with where that is certain.
_KINDS: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "gif": ("image/gif", (b"GIF87a", b"GIF89a")),
    "webp": ("image/webp", (b"RIFF",)),
    "heic": ("image/heic", ()),
    "pdf": ("application/pdf", (b"%PDF-",)),
    "txt": ("text/plain", ()),
    "csv": ("text/csv", ()),
    "doc": ("application/msword", (b"\xd0\xcf\x11\xe0",)),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (b"PK\x03\x04",),
    ),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (b"PK\x03\x04",)),
    "mp4": ("video/mp4", ()),
    "mov": ("video/quicktime", ()),
    "webm": ("video/webm", (b"\x1a\x45\xdf\xa3",)),
    "mp3": ("audio/mpeg", ()),
    "m4a": ("audio/mp4", ()),
    "wav": ("audio/wav", (b"RIFF",)),
}
EXTENSIONS = tuple(f".{name}" for name in _KINDS)
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe")


class FileRefused(Exception):
    """A file cannot be taken; ``code`` says why and ``name`` which one."""

    def __init__(self, code: str, name: str = "") -> None:
        super().__init__(f"{code}: {name}")
        self.code = code
        self.name = name


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it goes into the delivery: the type is ours, not the sender's."""

    name: str
    content_type: str
    content: bytes


def read_files(value: Any) -> list[SentFile]:
    """Return the files of a message: name and content in base64. Raises FileRefused."""
    if value in (None, []):
        return []
    if not isinstance(value, list):
        raise FileRefused("bad_file")
    if len(value) > MOST_FILES:
        raise FileRefused("too_many_files")
    files = [_read(item) for item in value]
    if sum(len(file.content) for file in files) > LARGEST_TOTAL:
        raise FileRefused("too_large")
    return files


def as_json(files: Sequence[SentFile]) -> list[dict[str, str]]:
    """Return the files as a delivery holds them."""
    return [
        {
            "name": file.name,
            "type": file.content_type,
            "content_base64": base64.b64encode(file.content).decode("ascii"),
        }
        for file in files
    ]


def _read(item: Any) -> SentFile:
    fields = item if isinstance(item, Mapping) else {}
    name, encoded = fields.get("name"), fields.get("content_base64")
    if not isinstance(name, str) or not isinstance(encoded, str):
        raise FileRefused("bad_file")
    name = storable(name)[:1000]
    content_type, beginnings = _KINDS.get(name.rpartition(".")[2].lower(), ("", ()))
    if not content_type:
        raise FileRefused("bad_type", name)
    if len(encoded) > LARGEST_FILE * 4 // 3 + 4:
        raise FileRefused("too_large", name)
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise FileRefused("bad_file", name) from None
    if not content:
        raise FileRefused("empty_file", name)
    if len(content) > LARGEST_FILE:
        raise FileRefused("too_large", name)
    if (beginnings and not content.startswith(beginnings)) or content.startswith(_PROGRAMS):
        raise FileRefused("bad_type", name)
    return SentFile(name, content_type, content)
