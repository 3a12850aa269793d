"""Which parts are the running text, and how they are put together."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from intake.mail import attachments, charsets, html_text, limits, opaque_signed, structure, transfer
from intake.mail.record import Attachment
from intake.mail.structure import Part, Reading

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_LOOKS_HTML = re.compile(r"\s*(?:<!doctype html|<html[\s>]|<body[\s>]|<head[\s>])", re.IGNORECASE)
_STUB = re.compile(
    r"(?:does(?: not|n't) support|unable to (?:display|view|read)|can(?:not|'t) (?:display|view)"
    r"|view (?:this|the) (?:e-?mail|message) in|requires? an? html|to view (?:this|the) message"
    r"|html[- ](?:capable|enabled|compatible|format)"
    r"|(?:this|the) (?:e-?mail|message) (?:is|was sent) in html|(?:请使用|不)支持\s*html)",
    re.IGNORECASE,
)
_TEXT_TYPES = {
    "plain",
    "html",
    "enriched",
    "richtext",
    "x-amp-html",
    "watch-html",
    "x-web-markdown",
    "markdown",
    "x-markdown",
}


@dataclass(slots=True)
class Body:
    """Text and page of a part and all below it, with its files."""

    plain: list[str] = field(default_factory=list)
    page: list[str] = field(default_factory=list)
    #: In order: (text, page) of each piece that is to be read.
    pieces: list[tuple[str, str]] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)


def read(root: Part, reading: Reading) -> tuple[str, str, list[Attachment]]:
    """Marked text, raw page and attachments of a mail."""
    body = _read(root, reading, is_root=True)
    if not any(text.strip() or page.strip() for text, page in body.pieces):
        body.pieces = _named_text(root, reading)
    texts, pages = [], []
    has_page = any(page for _, page in body.pieces)
    for text, page in body.pieces:
        texts.append(_preferred(text, page))
        if has_page:
            pages.append(page or f"<pre>{html.escape(text)}</pre>")
    joined = "\n\n".join(text.strip("\n") for text in texts if text.strip())
    if len(joined) > limits.MAX_TEXT_CHARS:
        reading.defect("text too long, cut")
        joined = joined[: limits.MAX_TEXT_CHARS]
    return joined, "\n".join(pages), body.files


def _named_text(part: Part, reading: Reading) -> list[tuple[str, str]]:
    """The first text that has a file name but was not attached, when a mail has no other text."""
    if part.maintype == "text" and part.subtype in ("plain", "html"):
        kind, _ = attachments.disposition(part)
        return [] if kind == "attachment" else _text_leaf(part, reading).pieces
    return next((found for child in part.children if (found := _named_text(child, reading))), [])


def _preferred(text: str, page: str) -> str:
    """The plain text, unless it is empty or only says that the mail is in HTML."""
    if text.strip() and not (page and len(text) < 400 and _STUB.search(text)):
        return text
    rendered = html_text.to_text(page) if page else ""
    return rendered if html_text.without_marks(rendered).strip() else text


def _read(part: Part, reading: Reading, *, is_root: bool = False, in_choice: bool = False) -> Body:
    if part.maintype == "multipart":
        return _container(part, reading)
    if _is_text(part, is_root=is_root, in_choice=in_choice):
        return _text_leaf(part, reading)
    if part.content_type in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        return _signed_leaf(part, reading)
    body = Body(files=[attachments.read(part, reading)])
    if is_root and part.content_type == "message/rfc822" and part.depth < 3:
        inner = structure.read(body.files[0].content, Reading(parts=reading.parts))
        body.pieces = _read(inner, reading, is_root=True).pieces
    return body


def _container(part: Part, reading: Reading) -> Body:
    if part.subtype == "alternative":
        return _choice(part, reading)
    whole = Body()
    for index, child in enumerate(part.children):
        if (
            part.subtype == "related"
            and index
            and child.maintype == "text"
            and child.headers.raw("content-id")
        ):
            whole.files.append(attachments.read(child, reading))
            continue
        below = _read(child, reading)
        whole.pieces += below.pieces
        whole.files += below.files
    return whole


def _choice(part: Part, reading: Reading) -> Body:
    """Of the alternatives, one text and one page; files of all of them."""
    whole = Body()
    text = page = ""
    extra: list[tuple[str, str]] = []
    for child in part.children:
        below = _read(child, reading, in_choice=True)
        whole.files += below.files
        child_text = "\n\n".join(piece for piece, _ in below.pieces if piece.strip())
        child_page = "\n".join(piece for _, piece in below.pieces if piece.strip())
        if child.content_type in ("text/x-amp-html", "text/watch-html"):
            continue
        if child.content_type in ("text/enriched", "text/richtext") and (
            text.strip() or page.strip()
        ):
            continue
        if child_page:
            if not page.strip():
                page = child_page
            text = text or child_text
        elif child_text.strip() and not text.strip():
            text = child_text
        elif (
            child_text.strip()
            and child_text.strip() != text.strip()
            and child.content_type == "text/plain"
        ):
            extra.append((child_text, ""))
    whole.pieces = [(text, page), *extra] if text.strip() or page.strip() or extra else []
    return whole


def _is_text(part: Part, *, is_root: bool, in_choice: bool) -> bool:
    """Whether the part is text to read, not a file."""
    if part.maintype != "text" or part.subtype not in _TEXT_TYPES:
        return False
    kind, _ = attachments.disposition(part)
    if kind == "attachment":
        return False
    return is_root or in_choice or not attachments.declared_name(part)


def _text_leaf(part: Part, reading: Reading) -> Body:
    data, defect = transfer.decode(part.body, part.headers.unfolded("content-transfer-encoding"))
    reading.defect(defect)
    label = part.params.get("charset", "")
    files: list[Attachment] = []
    if part.subtype == "plain" and b"begin" in data and (b"\nend" in data or b"\rend" in data):
        data, files = _without_uuencoded(data)
    if len(data) > limits.MAX_PART_BYTES:
        reading.defect("a text part is too big, cut")
        data = data[: limits.MAX_PART_BYTES]
    if part.subtype in ("html", "x-amp-html", "watch-html"):
        meta = _META_CHARSET.search(data[:4000])
        inner = meta[1].decode("ascii") if meta else ""
        text, defect = charsets.decode(data, label if charsets.codec_for(label) else inner, inner)
        reading.defect(defect)
        return Body(pieces=[("", text.replace("\r\n", "\n"))] if text.strip() else [], files=files)
    text, defect = charsets.decode(data, label)
    reading.defect(defect)
    text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    if part.subtype in ("enriched", "richtext"):
        return Body(pieces=[(_enriched(text), "")], files=files)
    if _LOOKS_HTML.match(text[:300]) and "</" in text:
        return Body(pieces=[("", text)], files=files)
    if part.params.get("format", "").lower() == "flowed":
        text = unflow(text, delete_space=part.params.get("delsp", "").lower() == "yes")
    return Body(pieces=[(text, "")] if text.strip() else [], files=files)


def _without_uuencoded(data: bytes) -> tuple[bytes, list[Attachment]]:
    found = transfer.find_uuencoded(data)
    files: list[Attachment] = []
    for start, end, name, content in reversed(found):
        label = attachments.safe_name(charsets.decode(name)[0]) or "attachment"
        files.insert(0, Attachment(label, "application/octet-stream", content))
        data = data[:start] + data[end:]
    return data, files


def _signed_leaf(part: Part, reading: Reading) -> Body:
    """The signed mail inside is read; the signed file stays an attachment."""
    body = Body(files=[attachments.read(part, reading)])
    inner = opaque_signed.content(body.files[0].content)
    if inner and part.depth < 3:
        below = _read(structure.read(inner, Reading(parts=reading.parts)), reading)
        body.pieces, body.files = below.pieces, body.files + below.files
    return body


def unflow(text: str, *, delete_space: bool) -> str:
    """Lines joined again that format=flowed (RFC 3676) has broken, within the same quote depth."""
    joined: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:]
        content = content.removeprefix(" ")
        flowing = content.endswith(" ") and content != "-- "
        kept = content[:-1] if flowing and delete_space else content
        if open_depth == depth and content != "-- ":
            joined[-1].append(kept)
        else:
            joined.append([">" * depth + " " if depth else "", kept])
        open_depth = depth if flowing else -1
    lines = ("".join(pieces) for pieces in joined)
    return "\n".join(line if line == "-- " else line.rstrip() for line in lines)


def _enriched(text: str) -> str:
    """text/enriched without its commands: single line ends join, several stay (RFC 1896)."""
    text = re.sub(r"(?<!\n)\n(?!\n)", " ", text)
    text = re.sub(r"<param>[^<]*</param>", "", text.replace("<<", "\x02"), flags=re.IGNORECASE)
    return html.unescape(re.sub(r"</?[a-zA-Z][\w-]{0,60}>", "", text)).replace("\x02", "<")
