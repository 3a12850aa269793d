"""Harm is called only on evidence that holds however often one looks."""

from math import log
from random import Random

import pytest

from knowledgebase.ranking.harm import LEVEL, Stratum, judge, log_evidence, weigh
from knowledgebase.ranking.outcome import LEAST_USES, Counts

PEERS = Counts(settled=2000, quiet=1760, answered=880, satisfied=704)


def _one(own: Counts, peers: Counts = PEERS) -> list[Stratum]:
    return [Stratum(own, peers)]


def test_a_reply_that_fails_is_called_harmful_with_its_figures() -> None:
    own = Counts(settled=120, quiet=84, answered=42, satisfied=22)
    verdict = judge({"bad": _one(own), "fair": _one(Counts(120, 105, 52, 42))})
    assert verdict["bad"].is_harmful
    assert verdict["bad"].uses == 120
    assert verdict["bad"].rate == pytest.approx(0.7 * 22 / 42)
    assert verdict["bad"].peers_rate == pytest.approx(0.704)
    assert verdict["bad"].one_in >= 1 / LEVEL
    assert not verdict["fair"].is_harmful


def test_comebacks_alone_are_evidence_where_nobody_scores() -> None:
    own = Counts(settled=100, quiet=45)
    assert judge({"bad": _one(own)})["bad"].is_harmful


def test_few_uses_and_few_neighbours_prove_nothing() -> None:
    hopeless = Counts(settled=LEAST_USES - 1)
    assert judge({"new": _one(hopeless)}) == {}
    assert weigh(_one(Counts(settled=60), Counts(30, 29, 15, 15))).log_evidence == 0.0


def test_a_little_worse_is_not_harmful() -> None:
    own = Counts(settled=40_000, quiet=34_800, answered=17_400, satisfied=13_700)
    assert own.rate == pytest.approx(0.685, abs=0.001)
    assert not judge({"a": _one(own)})["a"].is_harmful


def test_an_emotion_is_compared_with_itself() -> None:
    """The angry are harder to please: who answers them is not to blame."""
    angry_peers = Counts(settled=2000, quiet=1300, answered=650, satisfied=260)
    own = Counts(settled=200, quiet=130, answered=65, satisfied=26)
    assert judge({"all": _one(own)})["all"].is_harmful
    assert not judge({"angry": [Stratum(own, angry_peers)]})["angry"].is_harmful


def test_more_replies_ask_for_more_evidence() -> None:
    own = Counts(settled=60, quiet=41, answered=20, satisfied=10)
    fair = _one(Counts(60, 53, 26, 21))
    evidence = log_evidence(_one(own))
    assert log(1 / LEVEL) < evidence < log(500 / LEVEL)
    assert judge({"bad": _one(own)})["bad"].is_harmful
    many = {f"fair{n}": fair for n in range(499)} | {"bad": _one(own)}
    assert not judge(many)["bad"].is_harmful


def test_looking_again_and_again_cries_wolf_no_more_often() -> None:
    """Ville: the chance that the evidence ever reaches 20 is at most one in twenty."""
    rng, wolves, runs = Random(11), 0, 150
    for _ in range(runs):
        own = Counts()
        for looked in range(120):
            quiet, answers = rng.random() < 0.88, rng.random() < 0.5
            satisfied = quiet and answers and rng.random() < 0.8
            own += Counts(1, int(quiet), int(quiet and answers), int(satisfied))
            if looked % 4 == 3 and log_evidence(_one(own)) >= log(20):
                wolves += 1
                break
    assert wolves / runs <= 0.05
