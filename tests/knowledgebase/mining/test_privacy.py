"""Nothing about a person comes out of the mining, whatever goes in."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledgebase.mining import privacy
from knowledgebase.mining.answers import mine_group, phrasings
from knowledgebase.mining.privacy import Crowd, Public
from knowledgebase.mining.slots import slot
from tests.knowledgebase.mining.answers import LIBRARY, WORDINGS, answer, cluster, shelf

SHELVES = {language: shelf(language) for language in ("zh", "en")}
QUICK = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)

_SURNAMES = "王李张刘陈杨赵黄周吴高林马何安文方于"
_GIVEN = "晓雯子昂丽凡浩静伟芳娜敏强磊洋艳勇军杰娟涛超秀霞平刚桂英建国志强文明海燕天一"
zh_names = st.builds(
    lambda first, rest: first + rest,
    st.sampled_from(_SURNAMES),
    st.text(st.sampled_from(_GIVEN), min_size=1, max_size=2),
)
_part = st.text(st.sampled_from("abcdefghijklmnoprstuvyz"), min_size=3, max_size=9).map(
    str.capitalize
)
en_names = st.builds(lambda a, b: f"{a} {b}", _part, _part)
_small = set(re.findall(r"[a-z]+", "\n".join((*WORDINGS["en"], *LIBRARY["en"])).lower()))
digits = st.text(st.sampled_from("0123456789"), min_size=4, max_size=19)
_eight = st.text(st.sampled_from("0123456789"), min_size=8, max_size=8)
phones = st.one_of(_eight.map("138{}".format), _eight.map(lambda d: f"+44 20 {d[:4]} {d[4:]}"))
codes = st.builds("{}-{}".format, st.sampled_from(["TW", "SF", "LX", "ord"]), digits)
mails = st.builds(lambda who, n: f"{who.lower()}{n}@mail.example", _part, st.integers(10, 9999))


def extra(pattern: str, *values: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, str]]:
    """Make sentences from ``pattern``; with each one comes what is personal in it."""
    return st.tuples(*values).map(lambda told: (pattern.format(*told), " ".join(told)))


zh_extras = st.one_of(
    extra("{}也是这样处理的。", zh_names),
    extra("包裹由{}代签。", zh_names),
    extra("请联系我的同事{}，电话{}。", zh_names, phones),
    extra("您的订单{}保修不变。", codes),
    extra("卡号{}已经登记。", digits),
    extra("退款{}元已经原路退回。", digits),
    extra("地址已改为杭州市余杭区{}路{}号。", zh_names, digits),
    extra("请写信到{}。", mails),
    extra("客服{}", zh_names),
    extra("——{}", zh_names),
)
en_extras = st.one_of(
    extra("I told {} the same.", en_names),
    extra("{} signed for your parcel.", en_names),
    extra("Please call {} on {}.", en_names, phones),
    extra("Your order {} keeps its warranty.", codes),
    extra("We refunded the card {}.", digits),
    extra("You will receive ${} by tomorrow.", digits),
    extra("We sent it to {} {} Street.", digits, _part),
    extra("I wrote to {}.", mails),
    extra("Best regards, {}", en_names),
    extra("{}, Customer Care", en_names),
)


def people(
    names: st.SearchStrategy[str], extras: st.SearchStrategy[tuple[str, str]]
) -> st.SearchStrategy[list[tuple[str, tuple[str, str]]]]:
    """Some different customers, each with something personal in the answer."""
    apart = (lambda one: one[0], lambda one: one[1])
    return st.lists(st.tuples(names, extras), min_size=3, max_size=6, unique_by=apart)


def shown(told: list[tuple[str, tuple[str, str]]], language: str) -> str:
    # Nothing is known of anybody: names and numbers have to be recognised, or left out.
    answers = [
        answer(number, language, name=name, extra=said, question=f"{name}: {said}")
        for number, (name, (said, _personal)) in enumerate(told)
    ]
    found = mine_group(answers, SHELVES[language])
    return "\n".join(part for one in found for part in (one.body, *one.words, *one.examples))


@QUICK
@given(people(zh_names, zh_extras))
def test_no_chinese_data_comes_through(told: list[tuple[str, tuple[str, str]]]) -> None:
    text = shown(told, "zh")
    personal = {word for name, (_said, more) in told for word in (name, *more.split())}
    assert not [word for word in personal if word in text]
    assert set(re.findall(r"\d+", text)) <= {"30"}
    assert "@" not in text


@QUICK
@given(people(en_names, en_extras))
def test_no_english_data_comes_through(told: list[tuple[str, tuple[str, str]]]) -> None:
    text = shown(told, "en")
    personal = {word for name, (_said, more) in told for word in f"{name} {more}".lower().split()}
    assert not [word for word in personal - _small if word in re.findall(r"[\w@.-]+", text.lower())]
    assert set(re.findall(r"\d+", text)) <= {"30"}
    assert "@" not in text


@QUICK
@given(people(zh_names, zh_extras), zh_names)
def test_a_name_that_all_were_told_stays_out(
    told: list[tuple[str, tuple[str, str]]], name: str
) -> None:
    everybody = [(one, (f"我的同事{name}会联系您。", name)) for one, _extra in told]
    assert name not in shown(everybody, "zh")


@QUICK
@given(st.text(max_size=120), st.sampled_from(["zh", "en"]))
def test_any_text_loses_every_number(text: str, language: str) -> None:
    rest = privacy.SPAN_OF_TIME.sub("", slot(text, language, answer(0, "en", name="x").known))
    assert not any(char.isdigit() for char in rest)


@QUICK
@given(st.text(max_size=200))
def test_sentences_add_up_to_the_text(text: str) -> None:
    assert "".join(privacy.sentences(text)) == text


class TestCrowd:
    def test_what_three_customers_were_told_may_be_shown(self) -> None:
        crowd = Crowd([("a", "use vinegar"), ("b", "use vinegar"), ("c", "vinegar")], Public())
        assert crowd.keep_sentences("Vinegar.") == ("Vinegar.", 1.0)
        assert [unit.key for unit in crowd.unsafe("use vinegar")] == ["use"]

    def test_the_same_customer_counts_once(self) -> None:
        crowd = Crowd([("a", "vinegar")] * 9, Public())
        assert crowd.unsafe("vinegar")

    def test_a_name_that_everybody_was_told_is_still_a_name(self) -> None:
        english = [(n, "ask Gunther about vinegar") for n in "abcd"]
        chinese = [(n, "水垢由王建国处理") for n in "abcd"]
        assert [u.key for u in Crowd(english, Public()).unsafe("ask Gunther")] == ["Gunther"]
        assert Crowd(chinese, Public()).unsafe("水垢由王建国处理")
        assert not Crowd(chinese, Public()).unsafe("水垢")

    @pytest.mark.parametrize("text", ["Mark called you", "Will called you"])
    def test_the_library_does_not_vouch_for_names_that_are_words(self, text: str) -> None:
        public = Public.of(["please mark it, you will be called"])
        assert Crowd([], public).unsafe(text)
        assert not Crowd([], public).unsafe("you will be called")

    @pytest.mark.parametrize("text", ["Łukasz", "Иван", "田中さん", "ivan_77"])
    def test_other_scripts_are_left_out(self, text: str) -> None:
        assert Crowd([], Public()).unsafe(text)

    def test_a_masked_phrase_keeps_what_everybody_says(self) -> None:
        told = [
            (n, f"how do I clean the kettle of {name}")
            for n, name in zip("abc", ("Ann", "Bo", "Cy"), strict=True)
        ]
        assert phrasings(told, SHELVES["en"])[0] == "how do I clean the kettle of …"


def test_known_agents_and_unknown_signatures_become_the_sender() -> None:
    body = mine_group(cluster("en", extra="Kind regards,\nMei Tan"), SHELVES["en"])[0].body
    assert body.endswith("{agent_name}")
    assert "Mei" not in body
