"""The JSON body of generic and form deliveries, read leniently. No Django.

Only ``id`` and ``text`` must be right. Whatever else cannot be used is left out and named in
``meta["left_out"]``, because a complaint is never refused for a detail.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from common.text import storable
from intake.errors import BadBody
from tickets.records import IncomingAttachment, IncomingOrder

LONGEST_ID = 255
MOST_ATTACHMENTS = 50
LARGEST_ATTACHMENT = 25 * 1024 * 1024


def load_object(body: bytes) -> dict[str, Any]:
    """Parse the body as one JSON object. Raises BadBody for anything else."""
    try:
        value = json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadBody(why="it is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise BadBody(why="it is not JSON") from error
    if not isinstance(value, dict):
        raise BadBody(why="it must be one JSON object")
    return value


def required_id(value: Mapping[str, Any]) -> str:
    """Return the delivery's own id. Raises BadBody."""
    found = value.get("id")
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    if not isinstance(found, str) or not found.strip():
        raise BadBody(why="“id” must be a text that is not empty")
    found = storable(found)
    if len(found) > LONGEST_ID or not found:
        raise BadBody(why=f"“id” must have 1 to {LONGEST_ID} characters")
    return found


def required_text(value: Mapping[str, Any]) -> str:
    """Return the complaint. Raises BadBody."""
    found = value.get("text")
    if not isinstance(found, str):
        raise BadBody(why="“text” must be a text")
    has_more = any(value.get(name) for name in ("html", "attachments", "subject", "rating"))
    if not found.strip() and not has_more:
        raise BadBody(why="“text” must not be empty")
    return storable(found)


class Fields:
    """Optional fields of a JSON object; remembers the names of those that were unusable."""

    def __init__(self, value: Mapping[str, Any]) -> None:
        self.value = value
        self.left_out: list[str] = []

    def text(self, name: str, limit: int = 2000) -> str:
        """Return a text, a number as text, or ""."""
        found = self.value.get(name)
        if found is None:
            return ""
        if isinstance(found, bool) or not isinstance(found, str | int | float):
            self.left_out.append(name)
            return ""
        return storable(str(found)).strip()[:limit]

    def moment(self, name: str) -> datetime | None:
        """Return an ISO 8601 time or Unix seconds as an aware time; None if it is neither."""
        found = self.value.get(name)
        if found is None or found == "":
            return None
        try:
            if isinstance(found, int | float) and not isinstance(found, bool):
                return datetime.fromtimestamp(found, UTC)
            parsed = datetime.fromisoformat(str(found))
            return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError, OSError):
            self.left_out.append(name)
            return None

    def amount(self, name: str) -> Decimal | None:
        """Return a sum of money with two digits; None if it is none."""
        found = self.value.get(name)
        if found is None or found == "":
            return None
        try:
            amount = Decimal(str(found))
            if not amount.is_finite() or abs(amount) >= Decimal(10) ** 10:
                raise InvalidOperation
            return amount.quantize(Decimal("0.01"))
        except InvalidOperation:
            self.left_out.append(name)
            return None

    def integer(self, name: str, low: int, high: int) -> int | None:
        """Return a whole number within the bounds; None if it is none."""
        found = self.value.get(name)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int) or not low <= found <= high:
            self.left_out.append(name)
            return None
        return found

    def flag(self, name: str) -> bool | None:
        """Return true or false; None when not said."""
        found = self.value.get(name)
        if found is not None and not isinstance(found, bool):
            self.left_out.append(name)
            return None
        return found

    def child(self, name: str) -> "Fields":
        """Return the fields of a nested object, empty ones where there is none."""
        found = self.value.get(name)
        if found is not None and not isinstance(found, Mapping):
            self.left_out.append(name)
        return Fields(found if isinstance(found, Mapping) else {})


def read_order(fields: Fields) -> IncomingOrder | None:
    """Read ``order``: a number, or an object with number, amount, currency and so on."""
    found = fields.value.get("order")
    if found is None or found == "":
        return None
    if not isinstance(found, Mapping):
        number = fields.text("order", 64)
        return IncomingOrder(number=number) if number else None
    order = Fields(found)
    number = order.text("number", 64) or order.text("id", 64)
    if not number:
        fields.left_out.append("order")
        return None
    currency = order.text("currency", 3).upper()
    result = IncomingOrder(
        number=number,
        amount=order.amount("amount"),
        currency=currency if len(currency) == 3 else "CNY",
        placed_at=order.moment("placed_at"),
        product_name=order.text("product_name", 200),
        sku=order.text("sku", 64),
        carrier=order.text("carrier", 80),
        tracking_no=order.text("tracking_no", 80),
        promised_date=order.moment("promised_date"),
        state=order.text("state", 10).lower(),
        delivered_at=order.moment("delivered_at"),
        traits=_traits(found.get("traits")),
    )
    fields.left_out += [f"order.{name}" for name in order.left_out]
    return result


def _traits(found: Any) -> tuple[str, ...]:
    """Return the words of a list; what is none of them is dropped when the order is kept."""
    words = found if isinstance(found, list) else []
    return tuple(word.lower() for word in words[:20] if isinstance(word, str))


def read_attachments(fields: Fields) -> tuple[IncomingAttachment, ...]:
    """Decode the attachments; what cannot be decoded or is too large is named, not lost silently.

    The raw delivery still holds it.
    """
    found = fields.value.get("attachments")
    if found is None:
        return ()
    if not isinstance(found, list):
        fields.left_out.append("attachments")
        return ()
    result = []
    for index, item in enumerate(found):
        attachment = _attachment(item) if index < MOST_ATTACHMENTS else None
        if attachment is None and index < MOST_ATTACHMENTS and _named_file(item):
            continue
        if attachment is None:
            fields.left_out.append(f"attachments[{index}]")
        else:
            result.append(attachment)
    return tuple(result)


def read_media(fields: Fields) -> list[dict[str, str]]:
    """Return the attachments that are named by an address, to be fetched later."""
    found = fields.value.get("attachments")
    items = found[:MOST_ATTACHMENTS] if isinstance(found, list) else []
    return [named for named in map(_named_file, items) if named]


def _named_file(item: Any) -> dict[str, str]:
    if not isinstance(item, Mapping) or item.get("content_base64") is not None:
        return {}
    fields = Fields(item)
    url = fields.text("url", 2000)
    if not url.startswith("https://"):
        return {}
    named = {"kind": "file", "name": fields.text("name", 255), "url": url}
    named["type"] = fields.text("type", 120)
    return {name: value for name, value in named.items() if value}


def _attachment(item: Any) -> IncomingAttachment | None:
    if not isinstance(item, Mapping) or not isinstance(item.get("content_base64"), str):
        return None
    try:
        content = base64.b64decode(item["content_base64"], validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(content) > LARGEST_ATTACHMENT:
        return None
    fields = Fields(item)
    return IncomingAttachment(
        name=fields.text("name", 1000),
        content_type=fields.text("type", 120) or "application/octet-stream",
        content=content,
    )
