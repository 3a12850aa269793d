"""Reading what platforms send, whatever they send: no input raises but Unreadable. No Django."""

import hmac
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from common.text import storable
from intake.channels.base import Answer, Door, RawRequest, body_digest
from intake.channels.payload import load_object
from intake.errors import BadBody, Refused, StaleTimestamp, Unreadable
from tickets.records import IncomingMessage

OK = Answer()
LONGEST_TEXT = 100_000
_EMPTY: Mapping[str, Any] = {}


def same(expected: str, given: str) -> bool:
    """Compare in constant time; never true without something to expect, never raises."""
    if not expected:
        return False
    return hmac.compare_digest(
        expected.encode("utf-8", "surrogatepass"), given.encode("utf-8", "surrogatepass")
    )


def refuse_old(timestamp: str, request: RawRequest, door: Door) -> None:
    """Raise StaleTimestamp for Unix seconds too far from when the request came."""
    is_number = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12
    if not is_number:
        raise Refused(why="the timestamp must be Unix seconds")
    if abs(request.received_at.timestamp() - int(timestamp)) > door.window_seconds:
        raise StaleTimestamp(seconds=door.window_seconds)


def load(body: bytes) -> dict[str, Any]:
    """Return the JSON object. Raises Unreadable."""
    try:
        return load_object(body)
    except BadBody as error:
        raise Unreadable(str(error)) from error


def load_or_empty(body: bytes) -> dict[str, Any]:
    """Return the JSON object, or an empty one: ids are looked for before anything is judged."""
    try:
        return load_object(body)
    except BadBody:
        return {}


def child(value: Any, *path: str) -> Mapping[str, Any]:
    """Return the object at the end of the path, an empty one where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else _EMPTY


def children(value: Any, name: str) -> list[Mapping[str, Any]]:
    """Return the objects of a list."""
    found = value.get(name) if isinstance(value, Mapping) else None
    if not isinstance(found, list):
        return []
    return [item for item in found if isinstance(item, Mapping)]


def text(value: Any, name: str, limit: int = 255) -> str:
    """Return a text or a number as text, fit for the database; "" for anything else."""
    found = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    if isinstance(found, float) and not math.isfinite(found):
        return ""
    if isinstance(found, int) and found.bit_length() > 256:
        return ""
    return storable(str(found)).strip()[:limit]


def number(value: Any, name: str) -> float | None:
    """Return a finite number, also one written as text."""
    try:
        found = float(text(value, name, 40))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def moment(value: Any, name: str, received_at: datetime, *, milliseconds: bool = False) -> datetime:
    """Return a Unix time as an aware one, never later than the delivery; its own time if none."""
    found = number(value, name)
    if found is None or found <= 0:
        return received_at
    try:
        sent = datetime.fromtimestamp(found / 1000 if milliseconds else found, UTC)
    except (ValueError, OverflowError, OSError):
        return received_at
    return min(sent, received_at)


def clock(seconds: float | None) -> str:
    """Return a length as minutes and seconds: 0:12."""
    whole = int(seconds) if seconds is not None and 0 <= seconds < 360_000 else 0
    return f"{whole // 60}:{whole % 60:02d}"


def bracket(*parts: str) -> str:
    """Return what cannot be shown as words: ``[voice 0:12]``."""
    return f"[{' '.join(part for part in parts if part)}]"


def place(latitude: float | None, longitude: float | None, *names: str) -> str:
    """Return a location as words."""
    point = "" if latitude is None or longitude is None else f"{latitude:.5f},{longitude:.5f}"
    return bracket("location", ", ".join(part for part in (*names, point) if part))


def medium(kind: str, ref: str, *, name: str = "", content_type: str = "", url: str = "") -> Any:
    """Return the reference by which a file is fetched later."""
    found = {"kind": kind, "id": ref, "name": name, "type": content_type, "url": url}
    return {key: value for key, value in found.items() if value}


def lines(*parts: str) -> str:
    """Join what is there, one below the other."""
    return "\n".join(part for part in parts if part)


def one_id(ids: Iterable[str], *, prefix: str) -> str:
    """Return the id of a delivery from those of what it holds; "" for none.

    The prefix keeps ids of messages and of deliveries apart; several are digested, since a
    delivery that is sent again may hold the same ones with other details.
    """
    known = [found for found in ids if found]
    if not known:
        return ""
    if len(known) == 1:
        return f"{prefix}:{known[0]}"[:240]
    return f"{prefix}:{body_digest(' '.join(known).encode('utf-8', 'replace'))}"


def chat_message(
    door: Door,
    *,
    channel: str,
    external_id: str,
    words: str,
    received_at: datetime,
    sent_at: datetime,
    thread: str,
    person: str,
    to: str,
    name: str = "",
    language: str = "",
    phones: Sequence[str] = (),
    media: Sequence[Any] = (),
    note: str = "",
    is_note: bool = False,
) -> IncomingMessage:
    """Build a message from a platform that vouches for its writer.

    ``to`` is where a reply goes. ``is_note``: about an earlier message (changed, withdrawn); it
    joins that ticket and never opens one.
    """
    words = words[:LONGEST_TEXT]
    meta: dict[str, Any] = {"reply_to": to}
    if media:
        meta["media"] = list(media)
    if note:
        meta["note"] = note
    return IncomingMessage(
        source=door.slug,
        channel=channel,
        external_id=external_id[:255],
        text=words,
        received_at=received_at,
        subject=first_line(words),
        language=language.replace("_", "-").split("-")[0].lower()[:8],
        sent_at=sent_at,
        thread=thread[:255],
        from_name=name[:200],
        phones=tuple(phone for phone in phones if phone),
        external_ids=(person,) if person else (),
        identity_verified=True,
        is_auto=is_note,
        meta=meta,
    )


def first_line(words: str) -> str:
    """Return the first line, cut where it is too long for a subject."""
    line = next((line.strip() for line in words.splitlines() if line.strip()), "")
    return line if len(line) <= 80 else f"{line[:79]}…"


def json_answer(value: Mapping[str, Any]) -> Answer:
    """Return an answer in JSON."""
    return Answer(json.dumps(value, ensure_ascii=False), content_type="application/json")
