"""Messages that a platform has approved and takes at any time. No Django.

The setting ``templates`` of a source lists them (or holds the list as JSON): ``name`` and
``language`` as the platform has them, ``text`` as it was approved, with ``{{1}}``, ``{{2}}`` …
where the variables go, and in ``variables`` what each of them is, for who fills it in.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from intake.channels.reading import children, text
from tickets.routes import PLACE, MessageTemplate

MOST = 100


def templates_of(settings: Mapping[str, Any]) -> tuple[MessageTemplate, ...]:
    """Return the templates of a source; what is not one is left out."""
    listed = settings.get("templates")
    if isinstance(listed, str):
        try:
            listed = json.loads(listed)
        except (ValueError, RecursionError):
            return ()
    rows = children({"rows": listed}, "rows")[:MOST]
    return tuple(_read(row) for row in rows if text(row, "name") and text(row, "text", 4096))


def _read(row: Mapping[str, Any]) -> MessageTemplate:
    words = text(row, "text", 4096)
    places = {int(found) for found in PLACE.findall(words)}
    named = row.get("variables")
    names: Sequence[Any] = named if isinstance(named, list) else ()
    count = max(places, default=0)
    variables = tuple(
        str(names[index]).strip()[:80] if index < len(names) else str(index + 1)
        for index in range(min(count, 20))
    )
    return MessageTemplate(
        name=text(row, "name"),
        language=text(row, "language", 20) or "en",
        text=words,
        variables=variables,
    )
