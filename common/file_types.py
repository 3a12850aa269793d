"""What a file is, by its own bytes: what a header says may be wrong or a lie. No Django."""

_STARTS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"fLaC", "audio/flac"),
    (0, b"\x02#!SILK", "audio/silk"),
    (0, b"#!SILK", "audio/silk"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"\x1f\x8b", "application/gzip"),
)
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"avif": "image/avif",
    b"M4A ": "audio/mp4",
    b"qt  ": "video/quicktime",
    b"3gp4": "video/3gpp",
    b"3gp5": "video/3gpp",
    b"3gp6": "video/3gpp",
}
UNKNOWN = "application/octet-stream"
PAGE = "text/html"


def sniff(content: bytes) -> str:
    """Return the type by the first bytes; octet-stream where they say nothing."""
    for offset, mark, kind in _STARTS:
        if content.startswith(mark, offset):
            return kind
    for look in (_riff, _boxes, _frames, _words):
        found = look(content)
        if found:
            return found
    return UNKNOWN


def _riff(content: bytes) -> str:
    if content[:4] != b"RIFF":
        return ""
    return {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}.get(
        content[8:12], ""
    )


def _boxes(content: bytes) -> str:
    if content[4:8] != b"ftyp":
        return ""
    return _BRANDS.get(content[8:12], "video/mp4")


def _frames(content: bytes) -> str:
    if content[:2] == b"BM" and content[6:10] == bytes(4):
        return "image/bmp"
    if len(content) < 2 or content[0] != 0xFF:
        return ""
    if content[1] & 0xF6 == 0xF0:
        return "audio/aac"
    return "audio/mpeg" if content[1] & 0xE0 == 0xE0 else ""


def _words(content: bytes) -> str:
    head = content[:4096]
    if not head or b"\x00" in head:
        return ""
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return ""
        text = head[: error.start].decode("utf-8-sig")
    start = text.lstrip().lower()
    if start.startswith(("<!doctype html", "<html", "<head", "<body")):
        return PAGE
    return "text/xml" if start.startswith(("<?xml", "<svg")) else "text/plain"
