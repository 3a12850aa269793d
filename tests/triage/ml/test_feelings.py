"""triage/ml/feelings.py: words of one feeling are one group, with their place in the text."""

import pytest

from triage.ml.features import read
from triage.ml.feelings import with_feelings


def places(text: str) -> dict[str, str]:
    """Groups of a text, each with the part of it that raised it."""
    reading = with_feelings(read(text))
    return {
        name: text[reading.words[first][1] : reading.words[last][2]]
        for name, first, last in reading.groups
    }


@pytest.mark.parametrize(
    ("text", "group", "part"),
    [
        ("He was heartbroken about it", "feeling sad", "heartbroken"),
        ("I am fed up with this", "feeling annoyed", "fed up"),
        ("that is not scary", "no feeling afraid", "scary"),
        ("what now :(", "feeling sad-faces", ":("),
        ("菜很难吃", "feeling 不好吃", "难吃"),
        ("我真的吓了一跳", "feeling 害怕", "吓"),
        ("sooo late", "typed drawn out", "sooo"),
        ("why?!", "typed in wonder", "?!"),
    ],
)
def test_a_feeling_is_found_where_it_stands(text: str, group: str, part: str) -> None:
    assert part in places(text)[group]


def test_a_phrase_matches_whole_words_only() -> None:
    assert "feeling sad" not in places("the saddle is brown")


def test_the_longest_phrase_from_a_place_counts() -> None:
    assert places("no way")["feeling surprised"] == "no way"


@pytest.mark.parametrize("text", ["", " ", "\n\n", "😀" * 3000, "a" * 20_000])
def test_any_text_can_be_read(text: str) -> None:
    with_feelings(read(text))
