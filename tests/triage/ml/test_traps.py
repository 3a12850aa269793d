"""Trap sentences: how they are judged and told, and that the model reads them right."""

import pytest

from triage.ml.__main__ import main
from triage.ml.model import TriageModel
from triage.ml.traps import Outcome, TrapList, as_markdown, share, try_all, try_traps
from triage.seed import Trap

LEAST_RIGHT = 0.88
"""The shipped model reads more than 90 % right; the one of the tests learnt less."""


def test_what_a_sentence_leaves_open_is_not_judged(model: TriageModel) -> None:
    tested = try_traps(model, "en", "own", [Trap("the kettle is on fire", "en", "idiom")])
    assert (tested.right, tested.outcomes[0].wrong) == (1, ())


def test_each_wrong_reading_is_told_with_what_was_expected(model: TriageModel) -> None:
    sentence = Trap(
        "the plug is smoking",
        "en",
        "idiom",
        category="price.price-drop",
        emotion=(3, 3),
        distressed=True,
        priority=3,
        present=("legal",),
        absent=("safety",),
    )
    (outcome,) = try_traps(model, "en", "own", [sentence]).outcomes
    assert [what for what, _, _ in outcome.wrong] == [
        "category",
        "emotion",
        "distressed",
        "priority",
        "flag",
        "flag",
    ]
    assert ("flag", "no safety", "safety") in outcome.wrong
    assert ("priority", "P3", "P1") in outcome.wrong


def test_shares_are_told_per_kind_and_failures_in_full() -> None:
    wrong = (("emotion", "0-1", "3"),)
    tested = TrapList(
        "zh",
        "known",
        (
            Outcome("好", "idiom", ()),
            Outcome("a|b", "idiom", wrong),
            Outcome("c", "past", ()),
        ),
    )
    shown = as_markdown([tested])
    assert "| idiom | 1 of 2 |" in shown
    assert "2 of 3 (66.7%)" in shown
    assert "| idiom | a\\|b | emotion 0-1 | emotion 3 |" in shown
    assert share(tested) == pytest.approx(2 / 3)
    assert share(TrapList("zh", "none", ())) == 1


def test_failures_of_a_list_set_apart_stay_hidden() -> None:
    wrong = Outcome("a secret", "idiom", (("emotion", "0", "3"),))
    shown = as_markdown([TrapList("en", "set apart", (wrong,), is_apart=True)])
    assert "0 of 1" in shown
    assert "a secret" not in shown


def test_the_command_refuses_a_file_that_is_no_model(
    tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["traps", "--model", f"{tmp_path}/none.zip"]) == 2
    assert "triage.ml" in capsys.readouterr().err


def test_both_lists_of_both_languages_are_tried(model: TriageModel) -> None:
    tested = try_all(model)
    assert [(part.language, part.title) for part in tested] == [
        ("zh", "known"),
        ("en", "known"),
        ("zh", "set apart"),
        ("en", "set apart"),
    ]
    assert [part.is_apart for part in tested] == [False, False, True, True]
    assert all(share(part) >= LEAST_RIGHT for part in tested if not part.is_apart)
