"""Cue tables: what fires, and what idioms, negation and places of purchase must not raise."""

import pytest

from triage.ml.keywords import parse, reading_with, table
from triage.ml.normalise import normalise


def flags(text: str, language: str) -> set[str]:
    hits = table(language).find(normalise(text).text)
    return {hit.group.flag for hit in hits if hit.group.flag and not hit.denied}


@pytest.mark.parametrize(
    ("text", "language", "flag"),
    [
        ("我明天去12315投诉", "zh", "regulator"),
        ("插座冒烟了", "zh", "safety"),
        ("用完脸上过敏", "zh", "injury"),
        ("孩子偷用手机直播打赏3000元", "zh", "minor"),
        ("我不想活了", "zh", "self-harm"),
        ("找到你们公司砍人", "zh", "violence"),
        ("我的信息泄露了", "zh", "privacy"),
        ("申請平台介入", "zh", "platform"),
        ("my solicitor will write to you", "en", "legal"),
        ("I will tell trading standards", "en", "regulator"),
        ("the plug is smoking", "en", "safety"),
        ("it gave me a rash", "en", "injury"),
        ("my son is 9 and bought coins", "en", "minor"),
        ("a scammer knew my order and address", "en", "privacy"),
        ("I'll come and hurt you", "en", "violence"),
        ("I want to end it all", "en", "self-harm"),
        ("I'm opening a PayPal dispute", "en", "platform"),
        ("don't make me call a lawyer", "en", "legal"),
    ],
)
def test_cues_raise_their_flag(text: str, language: str, flag: str) -> None:
    assert flag in flags(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("笑死我了", "zh"),
        ("气死我了", "zh"),
        ("手机死机", "zh"),
        ("在抖音买的", "zh"),
        ("没有人受伤", "zh"),
        ("dying to get it", "en"),
        ("I bought it on TikTok", "en"),
        ("there is a minor scratch", "en"),
        ("it hurts my feelings", "en"),
    ],
)
def test_idioms_and_places_raise_none(text: str, language: str) -> None:
    assert flags(text, language) == set()


def test_denied_injury_keeps_safety() -> None:
    assert flags("Your power bank is smoking, nobody hurt", "en") == {"safety"}
    assert flags("没有受伤，但是冒烟了", "zh") == {"safety"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_group_has_an_owner_and_there_are_enough(language: str) -> None:
    groups = table(language).groups
    assert len(groups) >= 30
    assert all(group.owner for group in groups)


@pytest.mark.parametrize(
    "text",
    [
        "[[group]]\nname = 'a'\ncues = ['(']",
        "[[group]]\nname = 'a'\ncues = []",
        "[[group]]\nname = 'a'\ncues = ['x*']",
        "[[group]]\nname = 'a'",
        "[[group]]\nname = 'a'\ncues = ['x']\n[[group]]\nname = 'a'\ncues = ['y']",
    ],
)
def test_a_wrong_table_is_refused_with_its_group(text: str) -> None:
    with pytest.raises(ValueError, match="a"):
        parse(text, "en")


def test_another_table_is_used_only_meanwhile() -> None:
    other = parse('[[group]]\nname = "parrots"\ncues = ["parrots?"]', "en")
    with reading_with({"en": other}):
        assert [hit.group.name for hit in table("en").find("my parrot is dead")] == ["parrots"]
        assert table("zh").groups
    assert not table("en").find("my parrot")
