"""Tone by rule: what words prove beside the chances of the model."""

import numpy as np
import pytest

from triage.ml import tone
from triage.ml.keywords import table
from triage.ml.normalise import normalise

CALM = np.array([0.9, 0.06, 0.03, 0.01], dtype=np.float32)
ANNOYED = np.array([0.2, 0.6, 0.15, 0.05], dtype=np.float32)
ANGRY = np.array([0.05, 0.2, 0.7, 0.05], dtype=np.float32)


def judge(text: str, language: str, chances: "np.ndarray" = CALM) -> int:
    hits = table(language).find(normalise(text).text)
    flags = [hit.group.flag for hit in hits if hit.group.flag and not hit.denied]
    return tone.judge(chances, hits, text, flags).emotion


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("您好，辛苦转告，我下周会去法院立案", "zh"),
        ("再不处理消协见", "zh"),
        ("本来不想投诉了，但是你们太过分，我明天就去12315", "zh"),
        ("With kind regards, our solicitor will write on Monday", "en"),
        ("My bank will claw this back", "en"),
        ("I'd dropped the complaint, but now I will call a lawyer", "en"),
    ],
)
def test_an_announced_act_is_a_threat_however_politely(text: str, language: str) -> None:
    assert judge(text, language) == tone.THREATENING


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("投诉已经撤了，货补到了", "zh"),
        ("12315我就不打了，退款就行", "zh"),
        ("朋友劝我起诉，我觉得没必要", "zh"),
        ("I have withdrawn the chargeback, thanks for the new one", "en"),
        ("A mate told me to sue you, I said no need", "en"),
    ],
)
def test_a_threat_taken_back_or_of_others_is_none(text: str, language: str) -> None:
    assert judge(text, language, ANGRY) <= tone.ANNOYED


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("包装真好，六个盘子坏了五个", "zh"),
        ("收到了🙂 三件少了两件", "zh"),
        ("Lovely kettle, leaks from day one", "en"),
        ("arrived 🙂 box is empty", "en"),
    ],
)
def test_praise_or_a_smile_beside_a_failure_is_sarcasm(text: str, language: str) -> None:
    assert "sarcasm" in tone.tones_of(table(language).find(normalise(text).text))
    assert judge(text, language) >= tone.ANNOYED


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("很好用，不过盖子破了", "zh"),
        ("坏的那台很快就换好了，很满意", "zh"),
        ("Lovely kettle but the lid is cracked", "en"),
        ("You replaced the broken one in a day, brilliant", "en"),
    ],
)
def test_praise_parted_by_a_but_or_after_a_mend_is_no_sarcasm(text: str, language: str) -> None:
    assert "sarcasm" not in tone.tones_of(table(language).find(normalise(text).text))


@pytest.mark.parametrize(
    ("text", "language"),
    [("太好用了😊", "zh"), ("还有现货吗", "zh"), ("Absolutely love it!!", "en")],
)
def test_praise_and_questions_before_buying_are_calm(text: str, language: str) -> None:
    assert judge(text, language, ANNOYED) == tone.CALM


def test_others_anger_counts_one_lower() -> None:
    assert judge("My wife is furious about the sofa", "en", ANGRY) == tone.ANNOYED
    assert judge("我妈气坏了，让我来问", "zh", ANGRY) == tone.ANNOYED


def test_capitals_shout_unless_they_ask_politely() -> None:
    assert judge("WHERE IS MY PARCEL", "en") == tone.ANGRY
    assert judge("PLEASE CONFIRM THE COLOUR THANK YOU", "en") == tone.CALM


def test_extortion_is_at_least_angry() -> None:
    assert judge("转我五百块我就删差评", "zh") >= tone.ANGRY


def test_no_text_is_calm() -> None:
    assert judge("", "en") == tone.CALM
