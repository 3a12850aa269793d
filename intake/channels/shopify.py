"""Shopify: orders with a note of the buyer, and the privacy topics. No Django.

Secret: ``client_secret`` (a plain secret is this one). An order without a note is no complaint. The
privacy topics must be answered 2xx; they are kept with the reason, for the people who carry them
out. The topic stands in a header that is not signed: it only says how the body is read.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

from intake.channels import reading
from intake.channels.base import Adapter, Answer, Door, Ignored, RawRequest, body_digest
from intake.channels.payload import Fields
from intake.channels.reading import child, children, text
from intake.errors import Refused
from tickets.records import IncomingMessage, IncomingOrder

TOPIC = "x-shopify-topic"
PRIVACY_TOPICS = frozenset({"customers/data_request", "customers/redact", "shop/redact"})


class ShopifyAdapter(Adapter):
    """One topic a call."""

    kept_headers = (TOPIC, "x-shopify-shop-domain", "x-shopify-event-id")

    def verify(self, request: RawRequest, door: Door) -> str:
        """Check X-Shopify-Hmac-Sha256: base64 of HMAC-SHA256(client secret, raw body)."""
        secret = door.secret_named("client_secret", alone=True)
        mac = hmac.new(secret.encode(), request.body, hashlib.sha256).digest()
        given = request.headers.get("x-shopify-hmac-sha256", "")
        if not secret or not reading.same(base64.b64encode(mac).decode(), given):
            raise Refused(why="X-Shopify-Hmac-Sha256 is not that of this body")
        return "signature"

    def external_id(self, request: RawRequest, door: Door) -> str:
        """Return X-Shopify-Webhook-Id, which is the same on a retry."""
        given = {"id": request.headers.get("x-shopify-webhook-id", "")}
        return reading.one_id([text(given, "id", 200)], prefix="webhook")

    def parse(
        self, body: bytes, received_at: datetime, door: Door, headers: Mapping[str, str]
    ) -> Sequence[IncomingMessage | Ignored]:
        """Return the buyer's note on an order, or why there is nothing to answer."""
        value, topic = reading.load(body), text(headers, TOPIC, 60)
        if topic in PRIVACY_TOPICS:
            return [Ignored(f"privacy request, to be carried out by hand: {topic}")]
        if not topic.startswith("orders/"):
            return [Ignored(f"a topic that is no message: {topic or 'none'}")]
        note, number = text(value, "note", 20_000), text(value, "id", 64)
        if not note or not number:
            return [Ignored(f"{topic} without a note of the buyer")]
        return [_read(Fields(value), note, number, received_at, door)]

    def answer(self, request: RawRequest, door: Door) -> Answer | None:
        """Say an empty 200."""
        return reading.OK


def _read(
    order: Fields, note: str, number: str, received_at: datetime, door: Door
) -> IncomingMessage:
    customer = child(order.value, "customer")
    person, email = text(customer, "id"), text(order.value, "email", 320)
    named = f"{text(customer, 'first_name')} {text(customer, 'last_name')}".strip()
    phone = text(order.value, "phone", 40) or text(customer, "phone", 40)
    items = children(order.value, "line_items")
    currency = order.text("currency", 3).upper()
    return IncomingMessage(
        source=door.slug,
        channel="shopify",
        # Every change of an order repeats its note, which is one message as long as it is the same.
        external_id=f"order:{number}:{body_digest(note.encode())[:16]}",
        text=note,
        received_at=received_at,
        subject=reading.first_line(note),
        language=text(order.value, "customer_locale", 20).split("-")[0].lower()[:8],
        # When the note was written is not said, only when the order was.
        sent_at=received_at,
        thread=f"order:{number}",
        from_name=named,
        emails=(email,) if "@" in email else (),
        phones=(phone,) if phone else (),
        external_ids=(person,) if person else (),
        # Buyers type address and number at the till; nobody checks that they are theirs.
        identity_verified=False,
        order=IncomingOrder(
            number=text(order.value, "name", 64) or number,
            amount=order.amount("total_price"),
            currency=currency if len(currency) == 3 else "CNY",
            placed_at=order.moment("created_at"),
            product_name=text(items[0], "title", 200) if items else "",
            sku=text(items[0], "sku", 64) if items else "",
        ),
    )
