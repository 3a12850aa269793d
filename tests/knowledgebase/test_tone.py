"""T1–T16: what blocks, what warns, and what must be left alone."""

from datetime import date
from decimal import Decimal

import pytest

from knowledgebase import labels, tone
from knowledgebase.tone import BLOCK, WARN, Finding, ToneContext, check


def codes(text: str, language: str = "zh", **facts: object) -> set[str]:
    return {finding.code for finding in findings(text, language, **facts)}


def findings(text: str, language: str = "zh", **facts: object) -> list[Finding]:
    return check(text, ToneContext(language=language, **facts))


@pytest.mark.parametrize(
    ("code", "language", "text", "facts"),
    [
        ("T1", "en", "We refund you by {refund_eta}.", {}),
        ("T1", "zh", "您的单号是{快递单号},我们会跟进", {}),
        ("T1", "en", "Dear [name], we will reply today.", {}),
        ("T2", "zh", "请拨打13812345678联系我", {}),
        ("T2", "zh", "您的身份证110101199003074477已登记", {}),
        ("T2", "en", "Your card 4111 1111 1111 1111 will be credited.", {}),
        ("T2", "en", "Your parcel D2999 will arrive.", {"foreign_values": ("D2999",)}),
        ("T3", "zh", "请把短信验证码发给我,我来处理", {}),
        ("T3", "en", "Please send me your password and I will check.", {}),
        ("T4", "zh", "我们补偿您80元优惠券", {"goodwill_limit": Decimal(50)}),
        ("T4", "en", "We will refund ¥800 today.", {"refund_limit": Decimal(500)}),
        ("T4", "zh", "我们同意退一赔三", {}),
        ("T5", "zh", "您删除差评,我们给您返现20元", {}),
        ("T5", "en", "Remove your review and we will send a voucher.", {}),
        ("T6", "zh", "这绝对正品,请放心", {"group": "TRU"}),
        ("T6", "en", "It was our fault, we will call you.", {"group": "TRU"}),
        ("T7", "zh", "你脑子有病,请不要再来", {}),
        ("T7", "en", "Do not be stupid, we will check.", {}),
        ("T8", "zh", "Hello, we will send the parcel again today.", {}),
        ("T8", "en", "您好,包裹今天补发", {}),
    ],
)
def test_what_must_not_be_sent_blocks(code: str, language: str, text: str, facts: dict) -> None:
    found = [f for f in findings(text, language, **facts) if f.code == code]
    assert found
    assert all(finding.severity == BLOCK for finding in found)


@pytest.mark.parametrize(
    ("code", "language", "text", "facts"),
    [
        ("T9", "zh", "请您冷静一下,我们会查", {}),
        ("T9", "en", "Please calm down, we will check.", {}),
        ("T10", "zh", "亲,我们会查", {}),
        ("T10", "zh", "好的~我们会查", {}),
        ("T10", "en", "We will check 😊", {}),
        ("T11", "zh", "我们会尽快处理", {}),
        ("T11", "en", "We will answer as soon as possible.", {}),
        ("T12", "zh", "我们会在今天18点前查清", {"group": "LOG", "emotion": 2}),
        ("T13", "en", "We will check. " * 60, {"group": "LOG"}),
        ("T13", "zh", "我们会查件", {"sent_before": ("我们会 查件",)}),
        ("T14", "en", "The parcel is late.", {}),
        ("T15", "en", "Our policy does not allow it, we will explain.", {}),
        ("T15", "zh", "根据公司规定不能退,我们会说明", {}),
        ("T16", "zh", "您实付88元,我们会核对", {"order_amount": Decimal("99.00")}),
        ("T16", "en", "Ordered on 3 Nov, we will check.", {"order_dates": (date(2026, 11, 1),)}),
    ],
)
def test_what_is_only_unwise_warns(code: str, language: str, text: str, facts: dict) -> None:
    found = [f for f in findings(text, language, **facts) if f.code == code]
    assert found
    assert code in {"T9", "T10"} or all(finding.severity == WARN for finding in found)


@pytest.mark.parametrize(
    ("code", "language", "text", "facts"),
    [
        ("T1", "en", "Order R-10001 leaves today, size XXL.", {}),
        ("T2", "zh", "运单SF1381234567890今天到", {}),
        ("T2", "zh", "客服热线400-820-8820,我们会接听", {}),
        ("T3", "zh", "我们不会向您索要密码,请勿把验证码告诉任何人", {}),
        ("T3", "en", "Never share your password or verification code with anyone.", {}),
        ("T3", "en", "Please send the last four digits of the card number.", {}),
        ("T4", "zh", "补偿您40元优惠券", {"goodwill_limit": Decimal(50)}),
        ("T4", "zh", "您实付599元,退款明天到", {"refund_limit": Decimal(500)}),
        ("T4", "zh", "您提出的退一赔三诉求已转法务审核", {}),
        ("T5", "zh", "无论您是否修改评价,赔付都不会改变", {}),
        ("T6", "zh", "责任在我们,今天补发", {"group": "LOG"}),
        ("T7", "zh", "滚筒洗衣机今天送到", {}),
        ("T8", "en", "Your 小米手环 ships today.", {"known_values": ("小米手环",)}),
        ("T8", "zh", "您好,iPhone 15 Pro 今天由 SF Express 送达,请留意查收", {}),
        ("T10", "zh", "我亲自跟进,3~5天送达", {}),
        ("T11", "zh", "我们会尽快处理,最晚今天18点前回复", {}),
        ("T15", "en", "Under the 14-day return policy we will take it back.", {}),
        ("T16", "zh", "您实付99元,我们会核对", {"order_amount": Decimal("99.00")}),
    ],
)
def test_harmless_texts_are_left_alone(code: str, language: str, text: str, facts: dict) -> None:
    assert code not in codes(text, language, **facts)


def test_dismissive_words_block_once_the_customer_is_angry() -> None:
    [finding] = [f for f in findings("请您冷静一下,我们会查", emotion=3) if f.code == "T9"]
    assert finding.blocks
    assert finding.suggestion


def test_an_approved_promise_does_not_block() -> None:
    facts = {"goodwill_limit": Decimal(50), "approved_amounts": frozenset({Decimal(80)})}
    assert "T4" not in codes("我们补偿您80元", **facts)


def test_a_template_may_hold_known_variables_but_no_others() -> None:
    found = findings("{order_no} {nonsense} 我们会查", is_template=True)
    assert [(f.code, f.text) for f in found if f.code == "T1"] == [("T1", "{nonsense}")]


def test_a_masked_number_is_suggested() -> None:
    [finding] = [f for f in findings("请拨打13812345678联系") if f.code == "T2"]
    assert finding.suggestion == "138****5678"


def test_places_point_at_the_words() -> None:
    text = "好的,请您冷静一下,我们会查"
    [finding] = [f for f in findings(text) if f.code == "T9"]
    assert text[finding.start : finding.end] == finding.text == "请您冷静一下"


@pytest.mark.parametrize("text", ["", " ", "{", "}{", "。", "\x00", "a" * 20_000, "1" * 5_000])
@pytest.mark.parametrize("language", ["zh", "en", "fr", ""])
def test_no_text_breaks_the_checker(text: str, language: str) -> None:
    for finding in findings(text, language, group="TRU", emotion=3):
        assert 0 <= finding.start <= finding.end <= len(text)


def test_every_reason_is_said_in_the_interface_too() -> None:
    assert {key: str(value) for key, value in labels.WHY_TONE.items()} == tone.WHY
