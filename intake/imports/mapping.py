"""How a row becomes a message, and what is wrong with it if it does not. No Django."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from common.text import storable
from intake.imports import values
from intake.imports.headers import FIELDS, suggest

__all__ = ["FIELDS", "Mapped", "Options", "Outcome", "RowProblem", "map_row", "suggest"]

# Older rows are history, as with every other channel (domain guide, section 1).
OLD_AFTER = timedelta(hours=24)
_FUTURE = timedelta(days=1)
_LIMITS = {
    "review_id": 150,
    "order_number": 64,
    "buyer_id": 200,
    "buyer_name": 200,
    "subject": 300,
    "product": 300,
    "sku": 64,
    "kind": 60,
    "phone": 40,
    "email": 320,
    "url": 2000,
}


class Outcome(StrEnum):
    """What a row would become."""

    MESSAGE = "message"
    PRAISE = "praise"
    UNWANTED = "unwanted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Options:
    """What was chosen for the whole file.

    ``old_is_history``: rows older than a day start no clocks and count in no figure.
    """

    zone: str = "Asia/Shanghai"
    day_first: bool = False
    skip_praise: bool = True
    skip_unwanted: bool = False
    old_is_history: bool = True
    is_public: bool = True


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row cannot be taken; ``value`` is what stands there."""

    code: str
    field: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A row as it was understood. ``key`` is the row's own, the same in every file."""

    outcome: Outcome
    message: dict[str, Any] = field(default_factory=dict)
    problems: tuple[RowProblem, ...] = ()
    key: str = ""
    is_history: bool = False


def map_row(
    cells: Sequence[str], mapping: Mapping[str, int], options: Options, now: datetime
) -> Mapped:
    """Return what a row becomes; ``mapping`` gives a column for each field."""
    row = {
        name: storable(cells[index]) if index < len(cells) else ""
        for name, index in mapping.items()
    }
    problems = _too_long(row)
    written_at = _written_at(row, options, now, problems)
    rating = _rating(row, problems)
    wanted = values.parse_yes(row.get("reply_wanted", ""))
    if values.is_rounded(row.get("order_number", "")):
        problems.append(RowProblem("rounded", "order_number", row["order_number"]))
    if values.is_rounded(row.get("review_id", "")):
        problems.append(RowProblem("rounded", "review_id", row["review_id"]))
    text = _text(row)
    if not text and rating is None and not problems:
        problems.append(RowProblem("no_text", "text"))
    if problems:
        return Mapped(Outcome.FAILED, problems=tuple(problems))
    if not text and rating == 5 and options.skip_praise:
        return Mapped(Outcome.PRAISE)
    if wanted is False and options.skip_unwanted:
        return Mapped(Outcome.UNWANTED)
    thread, key = _keys(row, written_at, text, rating)
    message = _message(row, text, rating, written_at, wanted, options)
    is_old = written_at is not None and now - written_at > OLD_AFTER
    return Mapped(
        Outcome.MESSAGE,
        message | {"id": key, "thread": thread},
        key=key,
        is_history=is_old and options.old_is_history,
    )


def _too_long(row: Mapping[str, str]) -> list[RowProblem]:
    return [
        RowProblem("too_long", name, value[:80])
        for name, value in row.items()
        if len(value) > _LIMITS.get(name, 100_000)
    ]


def _written_at(
    row: Mapping[str, str], options: Options, now: datetime, problems: list[RowProblem]
) -> datetime | None:
    said = row.get("written_at", "")
    if not said:
        return None
    found = values.parse_moment(said, ZoneInfo(options.zone), day_first=options.day_first)
    if found is None:
        problems.append(RowProblem("bad_time", "written_at", said[:80]))
    elif found > now + _FUTURE:
        problems.append(RowProblem("future", "written_at", said[:80]))
    return found


def _rating(row: Mapping[str, str], problems: list[RowProblem]) -> int | None:
    said = row.get("rating", "")
    found = values.parse_rating(said) if said else None
    if said and found is None:
        problems.append(RowProblem("bad_rating", "rating", said[:80]))
    return found


def _text(row: Mapping[str, str]) -> str:
    """Return the buyer's own words, with what was added later below."""
    said, later = row.get("text", ""), row.get("follow_up", "")
    first = "" if values.is_no_text(said) else said
    second = "" if values.is_no_text(later) else f"[added later] {later}"
    return "\n\n".join(part for part in (first, second) if part)


def _keys(
    row: Mapping[str, str], written_at: datetime | None, text: str, rating: int | None
) -> tuple[str, str]:
    """Return the key of the review and that of its present words.

    The platform's id names a review; without one, whoever wrote what about which order and when.
    What is added or changed later is another message of the same review.
    """
    if row.get("review_id"):
        thread = f"id:{row['review_id']}"
    else:
        moment = written_at.isoformat() if written_at else ""
        names = ("buyer_id", "buyer_name", "order_number", "product", "sku", "kind", "text")
        thread = f"row:{_digest(moment, *(row.get(name, '') for name in names))[:40]}"
    return thread, f"{thread}#{_digest(text, str(rating))[:16]}"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


def _message(
    row: Mapping[str, str],
    text: str,
    rating: int | None,
    written_at: datetime | None,
    wanted: bool | None,
    options: Options,
) -> dict[str, Any]:
    buyer, name = row.get("buyer_id", ""), row.get("buyer_name", "")
    is_masked = values.is_masked(buyer)
    order = row.get("order_number", "").removeprefix("#")
    about = {
        "number": order,
        "product_name": row.get("product", "")[:200],
        "sku": row.get("sku", ""),
    }
    stars = "" if rating is None else f"[{rating} of 5 stars, no words]"
    found: dict[str, Any] = {
        "text": text or stars,
        "subject": row.get("subject", ""),
        "written_at": written_at.isoformat() if written_at else "",
        # A name with stars in it belongs to many: it is shown, and joins nobody.
        "buyer_id": "" if is_masked else buyer,
        "buyer_name": name or buyer,
        "rating": rating,
        "product": row.get("product", ""),
        "kind": row.get("kind", ""),
        "reply_wanted": wanted,
        "phone": "" if values.is_masked(row.get("phone", "")) else row.get("phone", ""),
        "email": "" if values.is_masked(row.get("email", "")) else row.get("email", ""),
        "url": row.get("url", ""),
        "is_public": options.is_public,
        "order": {key: value for key, value in about.items() if value} if order else None,
    }
    return {key: value for key, value in found.items() if value not in ("", None)}
