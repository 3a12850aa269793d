"""Recurring answers are found, once, with what stands behind them."""

from dataclasses import replace

import pytest

from knowledgebase.mining import likeness
from knowledgebase.mining.answers import mine_group, without_doubles
from knowledgebase.mining.gaps import mine_gaps
from knowledgebase.mining.records import Question
from tests.knowledgebase.mining.answers import cluster, shelf


@pytest.mark.parametrize(("language", "word"), [("zh", "水垢"), ("en", "limescale")])
def test_several_wordings_make_one_proposal(language: str, word: str) -> None:
    [found] = mine_group(cluster(language), shelf(language))
    assert word in found.body
    assert "{customer_name}" in found.body
    assert word in found.words
    assert (found.evidence.texts, found.evidence.customers, found.evidence.authors) == (6, 6, 2)
    assert set(found.references) == {f"R-{number}" for number in range(6)}


def test_the_same_texts_give_the_same_proposal() -> None:
    assert mine_group(cluster("en"), shelf("en")) == mine_group(cluster("en"), shelf("en"))


def test_two_customers_are_too_few() -> None:
    assert mine_group(cluster("zh", 2), shelf("zh")) == []


def test_one_customer_who_was_told_often_is_too_few() -> None:
    told = [replace(one, customer="the same") for one in cluster("zh")]
    assert mine_group(told, shelf("zh")) == []


def test_answers_that_ended_badly_are_not_proposed() -> None:
    assert mine_group(cluster("en", score=1), shelf("en")) == []
    [found] = mine_group(cluster("en", score=5, was_reopened=True), shelf("en"))
    assert (found.evidence.good, found.evidence.score_sum, found.evidence.reopened) == (6, 30, 6)


def test_what_the_library_says_already_is_dropped() -> None:
    found = mine_group(cluster("en"), shelf("en"))
    assert without_doubles(found, shelf("en"))
    assert without_doubles(found, shelf("en", found[0].body)) == []
    assert without_doubles(found, shelf("en"), decided=[found[0].body]) == []


def test_an_answer_of_several_categories_becomes_one_for_all() -> None:
    here = mine_group(cluster("en"), shelf("en"))
    there = mine_group(cluster("en", category="quality.short-life"), shelf("en"))
    [merged] = without_doubles([*here, *there], shelf("en"))
    assert merged.category == ""
    assert merged.evidence.texts == 12


def test_the_nearest_reply_is_named() -> None:
    near = "The white film is limescale. Fill the kettle and read the manual of the kettle."
    stocked = shelf("en", near)
    [found] = without_doubles(mine_group(cluster("en"), stocked), stocked)
    assert found.near.id == "known.2"
    assert 0.1 < found.near.share < 0.72


def test_a_star_takes_its_neighbours_once() -> None:
    near = [[0, 1], [0, 1, 2, 3], [1, 2], [1, 3], [4]]
    assert likeness.stars(near) == [[1, 0, 2, 3], [4]]


def question(number: int, text: str) -> Question:
    return Question(
        text=text, language="en", customer=f"c{number}", reference=f"R-{number}", category="a.b"
    )


def test_questions_without_a_reply_become_a_scenario() -> None:
    asked = [
        question(number, f"Can you gift wrap the parcel and add a card for {name}?")
        for number, name in enumerate(("Ann", "Bo", "Cyd", "Dee"))
    ]
    [gap] = mine_gaps(asked, shelf("en"))
    assert {"gift", "wrap", "card"} <= set(gap.words)
    assert gap.category == "a.b"
    assert gap.examples
    assert not any(name in example for name in ("Ann", "Bo", "Cyd") for example in gap.examples)
    assert mine_gaps(asked[:2], shelf("en")) == []
