"""Parts that are files: their names, made safe, and their content."""

from __future__ import annotations

import mimetypes
import re
import unicodedata

from intake.mail import headers, limits, parameters, transfer
from intake.mail.encoded_words import decode_words
from intake.mail.record import Attachment
from intake.mail.structure import Part, Reading

_FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)
_EXTENSIONS = {
    "text/plain": ".txt", "image/jpeg": ".jpg", "image/jpg": ".jpg", "image/pjpeg": ".jpg",
    "text/calendar": ".ics", "message/rfc822": ".eml", "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s", "application/x-pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m", "application/x-pkcs7-mime": ".p7m", "text/vcard": ".vcf",
    "text/x-vcard": ".vcf", "message/delivery-status": ".txt", "text/rfc822-headers": ".txt",
    "application/ms-tnef": ".dat", "application/octet-stream": ".bin", "text/html": ".html",
}  # fmt: skip
_STEMS = {
    "text/calendar": "calendar", "application/ms-tnef": "winmail",
    "application/pkcs7-mime": "smime", "application/x-pkcs7-mime": "smime",
    "application/pkcs7-signature": "smime", "application/x-pkcs7-signature": "smime",
    "application/pgp-signature": "signature", "message/delivery-status": "delivery-status",
    "text/rfc822-headers": "message-headers",
    "message/disposition-notification": "disposition-notification",
}  # fmt: skip


def disposition(part: Part) -> tuple[str, dict[str, str]]:
    """'attachment', 'inline' or '', and the parameters."""
    return parameters.parse(part.headers.unfolded("content-disposition"))


def declared_name(part: Part) -> str:
    """The file name as the mail gives it, made safe; '' when it gives none."""
    _, params = disposition(part)
    name = (
        params.get("filename")
        or part.params.get("name")
        or part.params.get("filename")
        or params.get("name")
        or ""
    )
    if not name and part.maintype not in ("text", "message", "multipart"):
        location = part.headers.text("content-location")
        if re.fullmatch(r"(?:[^\s?#]*/)?[^\s/?#:]{1,100}\.\w{2,5}", location):
            name = location
    return safe_name(name)


def safe_name(name: str) -> str:
    """The base name without controls and bidi tricks, at most 255 bytes, extension kept."""
    name = _FORBIDDEN.sub("", unicodedata.normalize("NFC", name))
    name = re.split(r"[\\/]", name.strip().strip('"').rstrip("\\/"))[-1].strip()
    if not name.strip(". "):
        return ""
    if len(name.encode()) <= limits.MAX_NAME_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension.encode()) > 20:
        stem, extension = name, ""
    tail = f".{extension}" if extension else ""
    room = limits.MAX_NAME_BYTES - len(tail.encode())
    return stem.encode()[:room].decode("utf-8", "ignore") + tail


def read(part: Part, reading: Reading) -> Attachment:
    """The part as an attachment; one without a name gets one."""
    kind, _ = disposition(part)
    body = part.body
    content, defect = transfer.decode(body, part.headers.unfolded("content-transfer-encoding"))
    if (
        part.maintype == "message"
        and transfer.name_of(part.headers.unfolded("content-transfer-encoding")) == "uuencode"
    ):
        content = body
    reading.defect(defect)
    if len(content) > limits.MAX_PART_BYTES:
        reading.defect(
            f"an attachment is over {limits.MAX_PART_BYTES // 1024 // 1024} MB and was cut"
        )
        content = content[: limits.MAX_PART_BYTES]
    cid = part.headers.text("content-id").strip().strip("<>").strip()
    name = declared_name(part) or _made_name(part, content)
    return Attachment(
        name,
        part.content_type,
        content,
        cid,
        kind == "inline" or (bool(cid) and kind != "attachment"),
    )


def _made_name(part: Part, content: bytes) -> str:
    kind = part.content_type
    extension = _EXTENSIONS.get(kind) or mimetypes.guess_extension(kind) or ""
    if kind == "message/rfc822":
        fields, _, _ = headers.split(content, 0, min(len(content), 100_000), top=True)
        subject = safe_name(re.sub(r'[\\/:*?"<>|]+', "-", decode_words(fields.text("subject"))))
        return safe_name(f"{subject or 'message'}{extension}")
    described = part.headers.text("content-description")
    if re.fullmatch(r"[^\\/]{1,120}\.\w{2,5}", described):
        return safe_name(described)
    return _STEMS.get(kind, "image" if part.maintype == "image" else "attachment") + extension
