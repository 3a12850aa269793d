"""Words written past filters are read as meant, and their places stay true."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.ml import disguise
from triage.ml.disguise import plain
from triage.ml.keywords import table
from triage.ml.normalise import normalise


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("sc@m", "scam"),
        ("t1ktok", "tiktok"),
        ("idiot$", "idiots"),
        ("a$$ holes!", "ass holes!"),
        ("pa$s ca$h$ $5", "pass cashs $5"),
        ("f.u.c.k this", "fuck this"),
        ("找1-2-3-1-5", "找12315"),
        ("骗*子", "骗子"),
        ("垃.圾 店", "垃圾店"),
        ("骗 子 公 司", "骗子公司"),
        ("加薇信", "加微信"),
        ("要投拆你们", "要投诉你们"),
    ],
)
def test_disguised_words_are_read_as_meant(written: str, meant: str) -> None:
    assert plain(written)[0] == meant


@pytest.mark.parametrize(
    "text", ["usb3 hub for 5 pc", "红/蓝 两色", "订单 12 件", "i am a fan", ""]
)
def test_ordinary_texts_stay_as_they_are(text: str) -> None:
    assert plain(text) == (text, None)


@given(st.text("ab1. -*我们'é~_·|\u0663", max_size=12))
def test_what_is_split_is_never_passed_over(text: str) -> None:
    if disguise._SPLIT.search(text):
        assert disguise._SPLIT_SIGN.search(text)


def test_places_lead_back_to_what_was_written() -> None:
    text, kept = plain("you f.u.c.k off")
    assert kept is not None
    assert len(kept) == len(text)
    assert ["you f.u.c.k off"[place] for place in kept] == list(text)


@pytest.mark.parametrize(
    ("text", "language", "flag", "words"),
    [
        ("我去1-2-3-1-5说理", "zh", "regulator", "1-2-3-1-5"),
        ("i will blast you on t1ktok", "en", "exposure", "t1ktok"),
    ],
)
def test_a_hit_spans_the_disguised_word(text: str, language: str, flag: str, words: str) -> None:
    folded = normalise(text).text
    hits = [hit for hit in table(language).find(folded) if hit.group.flag == flag]
    assert any(words in folded[hit.start : hit.end] for hit in hits)
