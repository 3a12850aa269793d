"""The tree of parts of a mail, with repairs for boundaries that are missing, doubled or wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from intake.mail import charsets, headers, limits, parameters, transfer
from intake.mail.headers import Headers

_TYPE = re.compile(r"^[a-z0-9][\w.+-]*/[\w.+-]+$")
_LOST_BOUNDARY = re.compile(
    rb"(?:\A|\n)--([^\s\r\n][^\r\n]{0,200}?)[ \t]*\r?\n(?=content-[\w-]+[ \t]*:)", re.IGNORECASE
)


@dataclass(slots=True)
class Part:
    """One MIME part; `start` and `end` frame its undecoded body in the mail's bytes."""

    headers: Headers
    content_type: str
    params: dict[str, str]
    start: int
    end: int
    depth: int
    data: bytes
    declared: bool = True
    children: list[Part] = field(default_factory=list)

    @property
    def maintype(self) -> str:
        """What stands before the slash."""
        return self.content_type.partition("/")[0]

    @property
    def subtype(self) -> str:
        """What stands behind the slash."""
        return self.content_type.partition("/")[2]

    @property
    def body(self) -> bytes:
        """The undecoded body."""
        return self.data[self.start : self.end]


@dataclass(slots=True)
class Reading:
    """State of one read: the defects so far and the number of parts."""

    defects: list[str] = field(default_factory=list)
    parts: int = 0

    def defect(self, text: str) -> None:
        """Note what was wrong, once."""
        if text and text not in self.defects and len(self.defects) < limits.MAX_DEFECTS:
            self.defects.append(text)


def read(data: bytes, reading: Reading) -> Part:
    """The mail as a tree of parts."""
    return _part(data, 0, len(data), 0, "text/plain", reading)


def _part(data: bytes, start: int, end: int, depth: int, default: str, reading: Reading) -> Part:
    reading.parts += 1
    fields, body, defects = headers.split(data, start, end, top=depth == 0)
    for defect in defects:
        reading.defect(defect)
    part = _typed(fields, default, reading)
    part.data, part.start, part.end, part.depth = data, body, end, depth
    fields.hint = part.params.get("charset", "")
    if part.maintype == "multipart":
        _read_children(part, reading)
    elif (
        depth == 0
        and part.maintype == "text"
        and (not part.declared or part.params.get("boundary"))
    ):
        _look_for_lost_parts(part, reading)
    return part


def _typed(fields: Headers, default: str, reading: Reading) -> Part:
    """A part with its type; of several Content-Type fields the first that makes sense counts."""
    values = fields.all_unfolded("content-type")
    chosen: tuple[str, dict[str, str]] | None = None
    for value in values:
        kind, params = parameters.parse(value)
        kind = _repaired_type(kind, params)
        usable = _TYPE.match(kind) and (not kind.startswith("multipart/") or params.get("boundary"))
        if usable or chosen is None:
            chosen = (kind, params)
        if usable:
            break
    if len(values) > 1:
        reading.defect("several Content-Type headers")
    kind, params = chosen or (default, {})
    if not _TYPE.match(kind):
        reading.defect(f"unreadable content type {kind[:60]!r}")
        kind = default
    return Part(fields, kind, params, 0, 0, 0, b"", declared=bool(values))


def _repaired_type(kind: str, params: dict[str, str]) -> str:
    """Types as people misspell them."""
    if kind in (
        "text",
        "plain",
        "text/",
        "text/text",
        "text/ascii",
        "plain/text",
        "text/plaintext",
        "content-type:text/plain",
    ):
        return "text/plain"
    if kind in ("html", "text/htm", "html/text", "text/xhtml", "application/xhtml+xml"):
        return "text/html"
    if kind in ("multipart", "multipart/") or (not kind and params.get("boundary")):
        return "multipart/mixed"
    kind = kind.removeprefix("content-type:")
    return "/".join(kind.split("/")[:2]) if kind.count("/") > 1 else kind


def _read_children(part: Part, reading: Reading) -> None:
    if part.depth >= limits.MAX_DEPTH:
        reading.defect(f"parts nested deeper than {limits.MAX_DEPTH}")
        part.content_type = "application/octet-stream"
        return
    _decode_container(part, reading)
    boundary = _boundary(part)
    spans = _spans(part, boundary, reading) if boundary else []
    if not spans:
        lost = _LOST_BOUNDARY.search(part.data, max(part.start - 1, 0), part.end)
        if lost:
            reading.defect("multipart with a wrong or missing boundary")
            boundary = lost[1]
            spans = _spans(part, boundary, reading)
    if not spans:
        reading.defect("multipart without parts")
        _as_text(part)
        return
    default = "message/rfc822" if part.subtype == "digest" else "text/plain"
    for start, end in spans:
        if reading.parts >= limits.MAX_PARTS:
            reading.defect(f"more than {limits.MAX_PARTS} parts")
            break
        child = _part(part.data, start, end, part.depth + 1, default, reading)
        if not child.children and child.headers.fields and _boundary(child) == boundary:
            # A nested multipart with its parent's boundary: its parts are what follows.
            reading.defect("nested multipart with its parent's boundary")
            inner = _typed(child.headers, default, reading)
            if part.subtype == "mixed":
                part.content_type = inner.content_type
            continue
        part.children.append(child)


def _decode_container(part: Part, reading: Reading) -> None:
    """Some encode the whole multipart, which RFC 2045 forbids."""
    encoding = transfer.name_of(part.headers.unfolded("content-transfer-encoding"))
    if (
        encoding == "base64"
        and b"\n--" not in part.body[:100_000]
        and not part.body.startswith(b"--")
    ):
        decoded, _ = transfer.decode(part.body, "base64")
        if b"--" in decoded:
            reading.defect("multipart with a transfer encoding")
            part.data, part.start, part.end = decoded, 0, len(decoded)


def _boundary(part: Part) -> bytes:
    """The boundary as bytes, taken from the raw header: it may hold 8-bit characters."""
    raw = (
        part.headers.raw("content-type")[: limits.MAX_HEADER_CHARS]
        .decode("latin-1")
        .replace("\n", " ")
    )
    text = parameters.parse(raw)[1].get("boundary", "") or part.params.get("boundary", "")
    return text.rstrip().encode("latin-1", "replace")[:1000]


def _spans(part: Part, boundary: bytes, reading: Reading) -> list[tuple[int, int]]:
    """Where each part starts and ends."""
    data, mark = part.data, b"--" + boundary
    spans: list[tuple[int, int]] = []
    opened, closed = -1, False
    position = part.start
    while True:
        at = data.find(mark, position, part.end)
        if at < 0:
            break
        position = at + len(mark)
        if at > part.start and data[at - 1] not in b"\r\n":
            continue
        newline = data.find(b"\n", position, part.end)
        after = part.end if newline < 0 else newline + 1
        rest = data[position:after].strip()
        if rest not in (b"", b"--", b"-"):
            continue
        if opened >= 0 and len(spans) < limits.MAX_PARTS * 2:
            spans.append((opened, _before_line_end(data, opened, at)))
        closed = rest != b""
        opened = -1 if closed else after
        position = after
    if opened >= 0:
        reading.defect("last boundary missing")
        if part.end > opened or not spans:
            spans.append((opened, part.end))
    return spans


def _before_line_end(data: bytes, start: int, at: int) -> int:
    """The line end before a boundary belongs to the boundary."""
    if at > start and data[at - 1] == 10:
        at -= 1
    if at > start and data[at - 1] == 13:
        at -= 1
    return at


def _as_text(part: Part) -> None:
    head = part.body.lstrip()[:200].lower()
    part.content_type = (
        "text/html" if head.startswith((b"<html", b"<!doctype html")) else "text/plain"
    )


def _look_for_lost_parts(part: Part, reading: Reading) -> None:
    """A mail without Content-Type whose body is a multipart all the same."""
    window = part.data[part.start : part.start + 4000]
    lost = _LOST_BOUNDARY.search(window)
    if lost:
        reading.defect("multipart without its Content-Type")
        part.content_type, part.params = (
            "multipart/mixed",
            {"boundary": charsets.clean(lost[1].decode("latin-1"))},
        )
        _read_children(part, reading)
