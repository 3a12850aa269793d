"""Douyin's messages and Shopify's orders."""

import json
from decimal import Decimal
from typing import Any

import pytest

from intake.channels import adapter_for
from tests.intake.channels.platforms import DATA, DOUYIN, SHOPIFY


def recorded(name: str) -> Any:
    return json.loads((DATA / name).read_bytes())


def test_content_may_be_json_in_a_text() -> None:
    body = recorded("douyin_message.json")
    message = DOUYIN.message(body)
    assert (message.text, message.from_name) == ("收到的鞋子开胶了", "小林")
    assert (message.external_id, message.thread) == ("m1", "c1:open1")
    body["content"] = json.loads(body["content"])
    assert DOUYIN.message(body) == message


def test_other_events_of_douyin_are_ignored() -> None:
    assert "authorize" in DOUYIN.ignored({"event": "authorize", "content": {}})
    assert "without sender" in DOUYIN.ignored({"event": "im_receive_msg"})


def test_the_header_is_the_id_of_a_douyin_delivery() -> None:
    request = DOUYIN.request(b"{}")
    assert adapter_for("douyin").external_id(request, DOUYIN.door) == "message:dy-1"


def order(topic: str = "orders/create", **changes: Any) -> Any:
    body = recorded("shopify_order.json") | changes
    return body, {"x-shopify-topic": topic}


def test_a_note_on_an_order_is_a_message_with_the_order() -> None:
    message = SHOPIFY.message(*order())
    assert message.text.startswith("Please do not send it")
    assert message.order is not None
    assert (message.order.number, message.order.amount) == ("#1001", Decimal("59.90"))
    assert (message.order.currency, message.order.sku) == ("EUR", "TP-1")
    assert (message.from_name, message.language) == ("Ada Byron", "en")
    assert not message.identity_verified


def test_the_same_note_in_another_change_of_the_order_is_the_same_message() -> None:
    first, again = SHOPIFY.message(*order()), SHOPIFY.message(*order("orders/updated"))
    assert first.external_id == again.external_id
    other = SHOPIFY.message(*order(note="Something else"))
    assert other.external_id != first.external_id


@pytest.mark.parametrize(
    ("topic", "note", "why"),
    [
        ("orders/create", "", "without a note"),
        ("orders/paid", None, "without a note"),
        ("products/update", "x", "products/update"),
        ("customers/redact", "x", "privacy request"),
        ("shop/redact", "", "privacy request"),
        ("customers/data_request", "", "privacy request"),
        ("", "x", "none"),
    ],
)
def test_what_is_no_complaint_is_ignored_with_the_reason(topic: str, note: Any, why: str) -> None:
    assert why in SHOPIFY.ignored(*order(topic, note=note))
