"""How far a "not" reaches, in both languages, for events and for acts."""

import pytest

from triage.ml.denial import is_denied


def denied(text: str, cue: str, language: str, *, act: bool) -> bool:
    start = text.index(cue)
    return is_denied(text, start, start + len(cue), language, act=act)


@pytest.mark.parametrize(
    ("text", "cue", "language"),
    [
        ("并没有人受伤", "受伤", "zh"),
        ("机器不漏电", "漏电", "zh"),
        ("没有冒烟、漏电、起火", "起火", "zh"),
        ("用了别的牌子,脸过敏", "过敏", "zh"),
        ("说漏电倒是没有发生", "漏电", "zh"),
        ("nobody was burned", "burned", "en"),
        ("no smoke, sparks or flames", "sparks", "en"),
        ("no smoke, sparks or flames", "flames", "en"),
        ("another brand gave me a rash", "rash", "en"),
        ("the fire was a false alarm", "fire", "en"),
    ],
)
def test_events_are_denied(text: str, cue: str, language: str) -> None:
    assert denied(text, cue, language, act=False)


@pytest.mark.parametrize(
    ("text", "cue", "language"),
    [
        ("不是没受伤,是你们没问", "受伤", "zh"),
        ("没想到会过敏", "过敏", "zh"),
        ("没人告诉我会漏电", "漏电", "zh"),
        ("难道不怕起火", "起火", "zh"),
        ("差点没烫伤", "烫伤", "zh"),
        ("客服没有回复,插座冒烟", "冒烟", "zh"),
        ("nobody told us it would catch fire", "fire", "en"),
        ("it isn't as if nobody got burned", "burned", "en"),
        ("no warning about the fire", "fire", "en"),
        ("it won't stop, the smoke", "smoke", "en"),
    ],
)
def test_doubled_and_rhetorical_denials_affirm_events(text: str, cue: str, language: str) -> None:
    assert not denied(text, cue, language, act=False)


@pytest.mark.parametrize(
    ("text", "cue", "language"),
    [
        ("我不打算起诉", "起诉", "zh"),
        ("没必要找律师", "律师", "zh"),
        ("i never said i'd sue", "sue", "en"),
        ("there is no need for a lawyer", "lawyer", "en"),
    ],
)
def test_acts_are_denied(text: str, cue: str, language: str) -> None:
    assert denied(text, cue, language, act=True)


@pytest.mark.parametrize(
    ("text", "cue", "language"),
    [
        ("别逼我起诉", "起诉", "zh"),
        ("没人处理就找律师", "律师", "zh"),
        ("不得不走法院", "法院", "zh"),
        ("do not make me call a lawyer", "lawyer", "en"),
        ("nobody answered so my lawyer will", "lawyer", "en"),
        ("without an answer my bank reverses it", "bank", "en"),
    ],
)
def test_acts_that_are_announced_stand(text: str, cue: str, language: str) -> None:
    assert not denied(text, cue, language, act=True)
