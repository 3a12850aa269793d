"""Whose labels to doubt: people who change sure answers far more often than the model is wrong.

A model that says 97 % is wrong three times in a hundred. Someone who changes half of such answers
either knows of something new, and then others change them too, or labels wrongly.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

LEAST_LABELS = 20
_TIMES_EXPECTED = 3.0
_DEVIATIONS = 4.0
# Nobody's share of what is learnt may be larger, once there are many labels.
MOST_SHARE = 0.5
_ALWAYS_KEPT = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """One label: who gave it, whether the model's answer was changed, and how sure it was."""

    person: int
    changed: bool
    shown_probability: float


@dataclass(frozen=True, slots=True)
class Doubt:
    """How a person answered: `expected` changes of `labels` answers. Far more of them are odd."""

    person: int
    labels: int
    changed: int
    expected: float

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def measured(answers: Sequence[Answer]) -> list[Doubt]:
    """How often each person changed answers, and how often that was to be expected.

    What is new shows in everybody's labels: a person is measured by how much more often all the
    others change answers than the model expects.
    """
    found: list[Doubt] = []
    for person in sorted({answer.person for answer in answers}):
        own = [answer for answer in answers if answer.person == person]
        others = [answer for answer in answers if answer.person != person]
        expected = _expected(own) * max(1.0, _drift(others))
        changed = sum(answer.changed for answer in own)
        found.append(Doubt(person, len(own), changed, round(expected, 1)))
    return found


def doubtful(answers: Sequence[Answer]) -> list[Doubt]:
    """People whose changes cannot be explained by the model's own doubt or by what is new."""
    return [one for one in measured(answers) if _is_odd(one)]


def _is_odd(one: Doubt) -> bool:
    if one.labels < LEAST_LABELS or one.changed < _TIMES_EXPECTED * one.expected:
        return False
    return one.changed - one.expected >= _DEVIATIONS * sqrt(max(one.expected, 1.0))


def _expected(answers: Sequence[Answer]) -> float:
    return sum(1 - min(max(answer.shown_probability, 0.0), 1.0) for answer in answers)


def _drift(answers: Sequence[Answer]) -> float:
    return (sum(answer.changed for answer in answers) + 1) / (_expected(answers) + 1)


def share_cap(people: Sequence[int]) -> list[bool]:
    """Which labels to keep, newest first, so that nobody outweighs all the others together."""
    allowed = max(_ALWAYS_KEPT, int(len(people) * MOST_SHARE))
    used: dict[int, int] = {}
    kept: list[bool] = []
    for person in people:
        used[person] = used.get(person, 0) + 1
        kept.append(used[person] <= allowed)
    return kept
