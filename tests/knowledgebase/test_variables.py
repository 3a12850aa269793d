"""Filling: what is put in, what stays open, and how values read."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from knowledgebase.variables import VARIABLES, Money, fill, format_value

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_the_guide_names_thirty_three_variables() -> None:
    assert len(VARIABLES) == 33


def test_what_is_unknown_stays_and_is_listed() -> None:
    filled = fill("{order_no} by {refund_eta}, {oops}", {"order_no": "D1"}, language="en")
    assert filled.text == "D1 by {refund_eta}, {oops}"
    assert (filled.used, filled.missing, filled.unknown) == (
        ("order_no",),
        ("refund_eta",),
        ("oops",),
    )


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (date(2026, 11, 8), "11月8日", "8 Nov"),
        (date(2027, 1, 2), "2027年1月2日", "2 Jan 2027"),
        (datetime(2026, 11, 16, 4, 5, tzinfo=UTC), "11月16日 12:05", "16 Nov 12:05"),
        (Money(Decimal(1299)), "¥1,299", "¥1,299"),
        (Money(Decimal("12.5"), "USD"), "$12.50", "$12.50"),
        (Money(Decimal(8), "SEK"), "SEK 8", "SEK 8"),
    ],
)
def test_values_read_as_each_language_writes_them(value: object, zh: str, en: str) -> None:
    for language, wanted in (("zh", zh), ("en", en)):
        assert format_value(value, language=language, zone=SHANGHAI, this_year=2026) == wanted


def test_money_is_signed_once() -> None:
    values = {"amount": Money(Decimal(5)), "currency": "CNY"}
    for body in ("¥{amount}", "{currency} {amount}", "{amount}元", "{amount} {currency}"):
        assert fill(body, values, language="zh").text == "¥5"


@pytest.mark.parametrize(
    ("language", "body", "text"),
    [
        ("zh", "{customer_name}{honorific}您好,已查件", "您好,已查件"),
        ("zh", "{customer_name},已查件", "您好已查件"),
        ("en", "Hello {customer_name}, we have looked.", "Hello, we have looked."),
        ("en", "{customer_name}, we have looked.", "We have looked."),
    ],
)
def test_a_customer_without_a_name_is_still_greeted(language: str, body: str, text: str) -> None:
    assert fill(body, {}, language=language).text == text


def test_a_value_with_braces_is_not_filled_again() -> None:
    filled = fill("{order_no}", {"order_no": "{agent_name}", "agent_name": "Li"}, language="en")
    assert filled.text == "{agent_name}"
