"""How a message names files that are fetched later. No Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intake.channels.reading import children, text

MOST_FILES = 50


@dataclass(frozen=True, slots=True)
class MediaRef:
    """One file by the platform's id, or by its address; ``kind`` is image, voice, file and so on.

    Adapters write it with ``reading.medium`` into ``meta["media"]``.
    """

    kind: str
    id: str = ""
    name: str = ""
    content_type: str = ""
    url: str = ""


def read_references(meta: Mapping[str, Any]) -> list[MediaRef]:
    """Return the files that a message names; what names neither id nor address is left out."""
    found = [
        MediaRef(
            kind=text(one, "kind", 40) or "file",
            id=text(one, "id", 500),
            name=text(one, "name"),
            content_type=text(one, "type", 120),
            url=text(one, "url", 2000),
        )
        for one in children(meta, "media")[:MOST_FILES]
    ]
    return [ref for ref in found if ref.id or ref.url]
