"""What is personal becomes a variable, or a mark that leaves its sentence out."""

import pytest

from knowledgebase.mining.records import Known
from knowledgebase.mining.slots import GONE, slot

NOBODY = Known()
LIN = Known(
    slots={
        "customer_name": ("林晓雯", "Marcus Oyelaran"),
        "order_no": ("TW-2000-1001",),
        "agent_name": ("凌志", "Mei Tan"),
        "product_name": ("无线吸尘器", "desk lamp"),
    },
    private=("marcus@mail.example", "孙丽"),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "林晓雯您好,订单TW-2000-1001已发出。凌志",
            "{customer_name}您好，订单{order_no}已发出。{agent_name}",
        ),
        ("尊敬的林女士:您的无线吸尘器已寄出。", "{customer_name}您好，您的{product_name}已寄出。"),
        ("晓雯您好,孙丽也问过。", f"{{customer_name}}您好，{GONE}也问过。"),
        ("我是凌志,您的包裹已找到。", "我是{agent_name}，您的包裹已找到。"),
    ],
)
def test_known_chinese_values_become_variables(text: str, expected: str) -> None:
    assert slot(text, "zh", LIN) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Dear Mr Oyelaran, your desk lamp left. Kind regards, Mei",
            "Hello {customer_name}, your {product_name} left. {agent_name}",
        ),
        ("marcus, order tw-2000-1001 left.", "Hello {customer_name}, order {order_no} left."),
        ("I wrote to marcus@mail.example.", f"I wrote to {GONE}."),
    ],
)
def test_known_english_values_become_variables(text: str, expected: str) -> None:
    assert slot(text, "en", LIN) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("退款129元会在11月25日到账。", "退款{refund_amount}会在{refund_eta}到账。"),
        ("今天18:00前给您答复。", "{next_update_at}前给您答复。"),
        ("补偿您20元。", "补偿您{compensation}。"),
        (
            "请在2026-12-01前寄回杭州市余杭区文一西路998号。",
            "请在{return_deadline}前寄回{return_address}。",
        ),
        ("运单号SF1234567890已揽收。", "运单号{tracking_no}已揽收。"),
        ("48小时内处理，3-5个工作日到货。", "48小时内处理，3-5个工作日到货。"),
        ("请拨打13800001234。", f"请拨打{GONE}。"),
        ("身份证110101199003070000已核对。", f"{GONE}已核对。"),
        ("退款伍佰不变,退款五百元。", "退款伍佰不变，退款{refund_amount}。"),
        ("1３8\u200b00001234", GONE),
    ],
)
def test_chinese_patterns(text: str, expected: str) -> None:
    assert slot(text, "zh", NOBODY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We refund $39.00 by 25 November.", "We refund {refund_amount} by {refund_eta}."),
        ("I will write by 18:00 today.", "I will write by {next_update_at}."),
        ("Your voucher of 20 EUR is valid.", "Your voucher of {coupon_value} is valid."),
        ("Tracking number LX1234567890 moved.", "Tracking number {tracking_no} moved."),
        ("Send it to 12 Baker Street, London.", "Send it to {return_address}."),
        ("It takes 3 to 5 working days.", f"It takes {GONE} to 5 working days."),
        ("It takes 3-5 working days.", "It takes 3-5 working days."),
        ("Call +44 20 7946 0000 now.", f"Call +{GONE} {GONE} {GONE} {GONE} now."),
        ("See https://shop.example/a?b=1 for more.", f"See {GONE} for more."),
        ("Use {password} here.", "Use (password) here."),
    ],
)
def test_english_patterns(text: str, expected: str) -> None:
    assert slot(text, "en", NOBODY) == expected
