"""The reply policy as data, and the measures of a text."""

import pytest

from knowledgebase import policy


@pytest.mark.parametrize(
    ("category", "group"),
    [
        ("logistics.lost-parcel", "LOG"),
        ("quality.defective", "QUA"),
        ("quality.injury", "TRU"),
        ("quality.safety-hazard", "TRU"),
        ("payment.double-charge", "MON"),
        ("account.privacy-leak", "TRU"),
        ("service.rude-agent", "SRV"),
        ("non-complaint.enquiry", "INF"),
        ("", ""),
    ],
)
def test_each_category_has_its_group(category: str, group: str) -> None:
    assert policy.group_of(category) == group


def test_cells_read_as_the_table_says() -> None:
    assert policy.cell(2, "LOG") == policy.Cell("A3", "S", "O3", "lead")
    assert policy.cell(3, "SRV") == policy.Cell("A3", "S", "O3", "lead", call=True)
    assert policy.cell(0, "INF") == policy.Cell("A0", "S", "O1", "")
    assert policy.cell(9, "MON").escalation == "S"


def test_offers_above_the_cell_are_not_allowed() -> None:
    assert policy.offer_allowed("O2", "O3")
    assert not policy.offer_allowed("O3", "O2")
    assert not policy.offer_allowed("O3", "OX")
    assert not policy.offer_allowed("OX", "O3")


@pytest.mark.parametrize(
    ("language", "text", "level"),
    [
        ("zh", "麻烦您提供一下订单号", 0),
        ("zh", "非常抱歉给您带来不便。我们会处理。", 1),
        ("zh", "抱歉,快递晚了三天,让您久等。", 2),
        ("zh", "快递晚了三天,是我们没有跟进,对不起。{owner_name}负责,{next_update_at}前回复。", 3),
        ("en", "Thanks for your message.", 0),
        ("en", "We are sorry for the inconvenience. We will look into it.", 1),
        ("en", "I am sorry your parcel is four days late.", 2),
        ("en", "We lost your parcel, I am sorry. {owner_name} answers by {next_update_at}.", 3),
    ],
)
def test_apologies_are_measured(language: str, text: str, level: int) -> None:
    assert policy.measure_apology(text, language) == level


def test_concern_is_no_admission() -> None:
    assert policy.apology_fits("我们很重视您的安全", "zh", "AR")
    assert not policy.apology_fits("订单已发货", "zh", "AR")


def test_length_counts_characters_in_chinese_and_words_in_english() -> None:
    assert policy.text_length("您好,订单R-10001已发货。", "zh") == 8
    assert policy.text_length("Order R-10001 has shipped, {agent_name}.", "en") == 5


@pytest.mark.parametrize(
    ("emotion", "distressed", "variant"),
    [(0, False, "calm"), (1, False, "calm"), (2, False, "angry"), (1, True, "distressed")],
)
def test_the_variant_follows_the_mood(emotion: int, distressed: bool, variant: str) -> None:
    assert policy.variant_for(emotion, distressed=distressed) == variant
