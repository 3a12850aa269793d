"""Whether a file can be what a message named, and what it is called then. No Django."""

from common.file_types import PAGE

_EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/bmp": ".bmp",
    "image/heic": ".heic",
    "image/avif": ".avif",
    "application/pdf": ".pdf",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/amr": ".amr",
    "audio/aac": ".aac",
    "audio/mp4": ".m4a",
    "audio/wav": ".wav",
    "audio/flac": ".flac",
    "audio/silk": ".silk",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/3gpp": ".3gp",
    "video/webm": ".webm",
    "application/zip": ".zip",
    "text/plain": ".txt",
}
# Kinds whose file is never text: text in their place is an error page of the platform.
_NEVER_TEXT = frozenset(
    {"image", "voice", "audio", "video", "sticker", "animation", "video note", "shortvideo"}
)


def suits(kind: str, found: str) -> bool:
    """Tell whether what came can be what the message named.

    A page or text in place of a picture is a platform's log-in or error page. Bytes that nobody
    knows are kept: they are handed out as a download only.
    """
    if found == PAGE:
        return False
    return not (kind.replace("_", " ") in _NEVER_TEXT and found.startswith("text/"))


def name_for(kind: str, given: str, found: str) -> str:
    """Return the name to show: the platform's, or kind and extension."""
    if given:
        return given
    return f"{kind.replace(' ', '-')}{_EXTENSIONS.get(found, '')}"
