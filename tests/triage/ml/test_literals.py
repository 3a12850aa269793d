"""triage/ml/literals.py: an expression is tried where it may match, and never missed."""

from random import Random

import pytest

from triage.ml.keywords import table
from triage.ml.literals import LiteralIndex, Signs, signs_of
from triage.ml.normalise import normalise
from triage.seed import generate


@pytest.mark.parametrize(
    ("pattern", "starts"),
    [
        ("refund", {"refund"}),
        ("(?:my|an) (?:old )?car", {"my car", "my old car", "an car", "an old car"}),
        ("colou?r", {"color", "colour"}),
        ("gr[ae]y", {"grey", "gray"}),
        ("no+", {"no"}),
        ("a{2}b", {"a"}),
        (r"pay\w*", {"pay"}),
        (r"(?<!not )(?=\w)sue\b", {"sue"}),
        ("(?:pay|payment)s", {"pays", "payments"}),
        ("(?:pay.|pay)s", {"pay"}),
        ("a very long beginning", {"a very lon"}),
        (r"\d+ days", set()),
        ("[^a]b", set()),
        ("x?.y", set()),
        ("(?i:ab)c", set()),
        ("(?i)abc", set()),
    ],
)
def test_what_every_match_begins_with(pattern: str, starts: set[str]) -> None:
    assert signs_of(pattern).starts == starts


def test_letters_of_either_case_are_not_needed_as_they_are_written() -> None:
    assert signs_of("(?i)abc").needed == ()
    assert signs_of("x(?i:abc)").needed == (frozenset("x"),)


def test_what_stands_inside_is_needed() -> None:
    assert signs_of(r"(?:my|our).{0,9}lawyer").needed == (
        frozenset({"lawyer"}),
        frozenset({"my", "our"}),
    )


def index_of(*patterns: str, at_word_start: bool = False) -> LiteralIndex:
    return LiteralIndex([signs_of(one) for one in patterns], at_word_start=at_word_start)


def test_an_expression_is_tried_where_its_beginnings_stand() -> None:
    index = index_of("refunds?", "(?:lawyer|law)s?")
    assert index.candidates("a refund, no refund") == {0: [2, 13]}
    assert index.candidates("law, a lawyer") == {1: [0, 7]}


def test_beginnings_that_end_in_another_order_come_from_left_to_right() -> None:
    assert index_of("(?:abcdef|bc)").candidates("abcdef") == {0: [0, 1]}


def test_a_beginning_inside_a_word_counts_only_where_words_may_hold_it() -> None:
    assert index_of("law").candidates("outlaw 9law") == {0: [3, 8]}
    assert index_of("law", at_word_start=True).candidates("outlaw 9law law") == {0: [12]}


def test_a_common_beginning_is_not_tried_without_the_rare_word() -> None:
    index = index_of(r"(?:i|my) \w+ lawyer", "i am")
    assert index.candidates("i am my own master") == {1: [0]}
    assert index.candidates("i am, my own lawyer")[0] == [0, 6]


def test_without_a_known_beginning_it_is_tried_everywhere_or_where_a_word_stands() -> None:
    index = index_of(r"\d+ days", r"\d+\w")
    assert index.candidates("nothing") == {1: None}
    assert index.candidates("5 days") == {0: None, 1: None}


def test_an_index_of_nothing_finds_nothing() -> None:
    assert LiteralIndex([]).candidates("\0 anything") == {}
    assert LiteralIndex([Signs(frozenset(), ())]).candidates("") == {0: None}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_cue_matches_where_it_is_not_tried(language: str) -> None:
    rng = Random(language)
    texts = [normalise(row.text).text for row in generate(language, 3, 6)]
    texts.append(" ".join(rng.sample(texts, 2))[:200])
    cues = table(language)
    for text in texts:
        tried = cues.index.candidates(text)
        for number, (_, pattern, _) in enumerate(cues.patterns):
            matches = {match.start() for match in pattern.finditer(text)}
            places = tried.get(number, ())
            assert places is None or matches <= set(places), (pattern.pattern, text)
