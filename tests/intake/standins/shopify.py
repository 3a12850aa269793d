"""Shopify: https://shopify.dev/docs/apps/build/webhooks"""

import base64
import hashlib
import hmac
import json
from typing import Any

from tests.intake.standins.base import JSON_TYPE, Call, encoded
from tests.intake.standins.postmark import PostmarkApi


class Shopify(PostmarkApi):
    """Orders with the buyer's note; replies go by mail, since Shopify has no talk with buyers."""

    name = kind = "shopify"
    signature = "X-Shopify-Hmac-Sha256"
    lacks = PostmarkApi.lacks | {
        "handshake": "Shopify asks nothing before its first request",
        "several": "Shopify sends one resource a call",
        "old timestamp": "Shopify signs no time; X-Shopify-Webhook-Id decides",
        "picture": "an order has no files",
        "conversation": "each order's note is a complaint of its own",
    }
    tries = 8

    def __init__(self) -> None:
        super().__init__()
        self.secrets = {"client_secret": f"shpss_{self.number}"}

    def letter(self, text: str, *, age: int = 0) -> Any:
        number = self.number * 1000 + next(self.counter)
        return {
            "id": number,
            "name": f"#{number}",
            "note": text,
            "created_at": "2026-11-20T09:00:00+08:00",
            "total_price": "129.00",
            "currency": "CNY",
            "email": self.address,
            "customer": {"id": 7000 + self.number, "email": self.address, "first_name": "Mei"},
            "line_items": [{"title": "Kettle", "sku": "K-1", "quantity": 1}],
        }

    def call(self, *letters: Any, age: int = 0) -> Call:
        (order,) = letters
        return self.topic("orders/create", order, f"{order['id']}")

    def topic(self, topic: str, value: Any, key: str) -> Call:
        return self.signed(encoded(value), topic, key)

    def signed(self, body: bytes, topic: str = "orders/create", key: str = "odd") -> Call:
        mac = hmac.new(self.secrets["client_secret"].encode(), body, hashlib.sha256).digest()
        headers = {
            "Content-Type": JSON_TYPE,
            "X-Shopify-Topic": topic,
            "X-Shopify-Shop-Domain": "shop.myshopify.example",
            "X-Shopify-Webhook-Id": f"b54557e4-{key}",
            "X-Shopify-Event-Id": f"98880550-{key}",
            self.signature: base64.b64encode(mac).decode(),
        }
        return Call(body, headers)

    def order_of(self, call: Call) -> Any:
        return json.loads(call.body)
