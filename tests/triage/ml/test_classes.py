"""Figures of classes: counted right, weak only by more than chance."""

from triage.ml import classes
from triage.ml.classes import JudgedTicket

LATE, LOST, RUDE = "logistics.delivery-delay", "logistics.lost-parcel", "service.rude-agent"


def judged(truth: str, before: str, after: str, many: int = 1) -> list[JudgedTicket]:
    return [JudgedTicket(number, "en", truth, before, after) for number in range(many)]


def test_precision_and_recall_are_of_what_was_said_and_what_was_true() -> None:
    found = classes.figures([(LATE, LATE)] * 6 + [(LATE, LOST)] * 2 + [(LOST, LOST)] * 2)
    late, lost = found[LATE], found[LOST]
    assert (late.precision, late.recall, late.tickets) == (1.0, 0.75, 8)
    assert (lost.precision, lost.recall, lost.said) == (0.5, 1.0, 4)
    assert late.f1 == 2 * 6 / 14


def test_what_was_never_true_has_no_recall_and_what_was_never_said_no_precision() -> None:
    found = classes.figures([(LATE, LOST), (LATE, "")])
    assert found[LOST].recall is None
    assert found[LATE].precision is None
    assert "" not in found
    assert classes.figures([]) == {}


def test_a_class_is_weak_by_more_than_chance_only() -> None:
    sure = [(LATE, LATE)] * 200
    few = classes.figures([*sure, (LOST, LATE), (LOST, LOST)])
    assert not few[LOST].is_weak
    many = classes.figures([*sure, *[(LOST, LATE)] * 20, *[(LOST, LOST)] * 20])
    assert many[LOST].is_weak
    assert not many[LATE].is_weak


def test_the_mean_leaves_out_classes_that_did_not_occur() -> None:
    found = classes.figures([(LATE, LATE), (LATE, LOST)])
    assert classes.macro_f1(found.values()) == found[LATE].f1
    assert classes.macro_f1([]) is None


def test_confusions_come_most_frequent_first_with_what_was_before() -> None:
    rows = [
        *judged(LATE, LATE, LOST, 3),
        *judged(LATE, LOST, LATE, 7),
        *judged(RUDE, RUDE, LATE, 5),
        *judged(LOST, LOST, RUDE, 1),
    ]
    first, second = classes.confusions(rows, 5)
    assert (first.truth, first.said, first.after, first.tickets) == (RUDE, LATE, 5, 5)
    assert (second.truth, second.said, second.after, second.before) == (LATE, LOST, 3, 7)
    assert classes.confusions(rows, 1) == [first]


def test_the_matrix_adds_up_over_tops_or_subs() -> None:
    pairs = [(LATE, LOST), (LATE, LATE), (RUDE, LATE)]
    tops = classes.matrix(pairs)
    assert tops["logistics"]["logistics"] == 2
    assert tops["service"]["logistics"] == 1
    assert classes.matrix(pairs, classes.as_is)[LATE][LOST] == 1


def test_a_judged_ticket_is_kept_as_a_row() -> None:
    (one,) = judged(LATE, LOST, RUDE)
    assert JudgedTicket.of(one.to_row()) == one
