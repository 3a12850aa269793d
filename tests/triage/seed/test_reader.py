"""Lines of the data files are read as written, and nonsense is refused."""

import pytest

from triage.seed.reader import BadLine, read_phrase
from triage.seed.records import Phrase


def test_a_plain_line_has_an_emotion_and_a_text() -> None:
    assert read_phrase("1 still waiting") == Phrase("still waiting", emotion=1)


def test_marks_set_flags_second_problems_channel_and_distress() -> None:
    phrase = read_phrase("3 !legal !injury &service.slow-reply @mail ~ Claim :: One\\nTwo")
    assert phrase == Phrase(
        text="One\nTwo",
        subject="Claim",
        emotion=3,
        distressed=True,
        flags=("legal", "injury"),
        also=("service.slow-reply",),
        channel="mail",
    )


def test_flags_of_the_section_are_added_in_the_order_of_the_domain() -> None:
    assert read_phrase("0 !injury it burnt me", ("safety",)).flags == ("safety", "injury")


@pytest.mark.parametrize(
    "line",
    [
        "no figure",
        "4 too high",
        "1",
        "0 !fright boo",
        "0 @pigeon hello",
        "0 &plain hi",
        "0 it smokes !safety",
        "1 he shouted &service.rude-agent",
    ],
)
def test_a_line_that_makes_no_sense_is_refused(line: str) -> None:
    with pytest.raises(BadLine):
        read_phrase(line)
