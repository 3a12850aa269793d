"""Which replies do surely worse than their neighbours, however often one looks. Pure.

Every night each reply is compared with the others of its sub-category, emotion by emotion. A test
with a fixed level would cry wolf: there are hundreds of replies and hundreds of nights. The
evidence here is a betting score (an *e-value*): what a bet against "at least as good as its
neighbours" would have made of 1. If that were true, the chance that it *ever* reaches x is at most
1 / x (Ville 1939), so looking every night costs nothing. Over many replies the procedure of
Benjamini and Hochberg on e-values (Wang and Ramdas 2022) keeps the share of false flags at most
``LEVEL``, also though all share the same neighbours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import exp, log

from knowledgebase.ranking.outcome import LEAST_USES, Counts, wilson

# Expected share of false flags among all flags; with nothing harmful, the chance of any at all.
LEVEL = 0.05
# A reply has to be worse by this much, in each of the two shares, before it is betted against.
_SLACK = 0.025
# And by this much on the whole before it is called harmful.
MARGIN = 0.05
# Neighbours know their own rate only so well: the lower end (one in twenty below it) is taken.
_Z_PEERS = 1.645
# Fewer settled uses of the neighbours are no measure.
LEAST_PEERS = 50
# No neighbour counts for more uses than this: the best are sent most, and whoever is usual must
# not look harmful beside them.
MOST_OF_ONE = 100
# The bets: by how much the odds are worse (natural logarithm), on comebacks, scores, or both.
_SHIFTS = (0.3, 0.6, 0.9, 1.3, 1.8, 2.5)
_BETS = tuple(bet for s in _SHIFTS for bet in ((s, s), (s, 0.0), (0.0, s)))


@dataclass(frozen=True, slots=True)
class Stratum:
    """A reply at one emotion, and its neighbours at the same."""

    own: Counts
    peers: Counts


@dataclass(frozen=True, slots=True)
class Verdict:
    """What speaks against a reply."""

    uses: int
    rate: float | None
    peers_rate: float | None
    peers_uses: int
    log_evidence: float
    is_harmful: bool = False
    low: float = 0.0
    high: float = 1.0
    strata: tuple[Stratum, ...] = field(default=(), repr=False)

    @property
    def is_below(self) -> bool:
        """Whether it ends well clearly less often than its neighbours."""
        if self.peers_rate is None:
            return False
        # Nobody scored: comebacks alone speak, and the evidence has weighed them.
        return self.rate is None or self.rate <= self.peers_rate - MARGIN

    @property
    def one_in(self) -> int:
        """Figures like these would come up at most once in this many replies as good as others."""
        return int(min(exp(min(max(self.log_evidence, 0.0), 20.0)), 1_000_000))


def judge(strata: Mapping[str, Sequence[Stratum]], level: float = LEVEL) -> dict[str, Verdict]:
    """Return a verdict for each reply with enough settled uses."""
    verdicts = {one: weigh(parts) for one, parts in strata.items()}
    tested = {one: v for one, v in verdicts.items() if v.uses >= LEAST_USES}
    flagged = _flagged({one: v.log_evidence for one, v in tested.items()}, level)
    return {
        one: replace(verdict, is_harmful=one in flagged and verdict.is_below)
        for one, verdict in tested.items()
    }


def against_others(counts: Mapping[str, Counts]) -> dict[str, Stratum]:
    """Return each reply beside all others of its kind, at one emotion."""
    shares = {one: own.at_most(MOST_OF_ONE) for one, own in counts.items()}
    whole = sum(shares.values(), Counts())
    return {one: Stratum(own, whole - shares[one]) for one, own in counts.items() if own.settled}


def weigh(strata: Sequence[Stratum]) -> Verdict:
    """Add up the evidence against one reply over its emotions."""
    usable = tuple(s for s in strata if s.own.settled and s.peers.settled >= LEAST_PEERS)
    own, peers = Counts(), 0
    for stratum in usable:
        own, peers = own + stratum.own, peers + stratum.peers.settled
    outcome = own.outcome()
    low, high = wilson(outcome.good, outcome.uses)
    return Verdict(
        uses=own.settled,
        rate=own.rate,
        peers_rate=_expected(usable),
        peers_uses=peers,
        log_evidence=log_evidence(usable),
        low=low,
        high=high,
        strata=usable,
    )


def log_evidence(strata: Sequence[Stratum]) -> float:
    """Logarithm of what the bets have made of 1; they share the stake equally."""
    seen = [
        (
            (s.own.quiet, s.own.settled, _floor(s.peers.quiet, s.peers.settled)),
            (s.own.satisfied, s.own.answered, _floor(s.peers.satisfied, s.peers.answered)),
        )
        for s in strata
    ]
    gains = [
        sum(_gain(*quiet, on_quiet) + _gain(*score, on_score) for quiet, score in seen)
        for on_quiet, on_score in _BETS
    ]
    most = max(gains)
    return most + log(sum(exp(gain - most) for gain in gains) / len(gains))


def _gain(good: int, uses: int, null: float, shift: float) -> float:
    """Log likelihood of odds that are worse by ``shift``, against ``null`` or anything better."""
    if not shift or not uses:
        return 0.0
    odds = null / (1 - null) * exp(-shift)
    worse = odds / (1 + odds)
    return good * log(worse / null) + (uses - good) * log((1 - worse) / (1 - null))


def _floor(good: int, uses: int) -> float:
    """Return the least that is asked of a reply, from its neighbours."""
    return min(max(wilson(good, uses, _Z_PEERS)[0] - _SLACK, 0.02), 0.98)


def _expected(strata: Sequence[Stratum]) -> float | None:
    """Return the neighbours' rate at the emotions that this reply meets."""
    known = [(s.own.settled, s.peers.rate) for s in strata]
    weights = [(n, rate) for n, rate in known if rate is not None]
    total = sum(n for n, _ in weights)
    return sum(n * rate for n, rate in weights) / total if total else None


def _flagged(log_evidences: Mapping[str, float], level: float) -> set[str]:
    """Return the replies that e-BH rejects: the k best, each with at least m / (level k)."""
    ordered = sorted(log_evidences.items(), key=lambda pair: -pair[1])
    count = len(ordered)
    kept = 0
    for k, (_, evidence) in enumerate(ordered, start=1):
        if evidence >= log(count / (level * k)):
            kept = k
    return {one for one, _ in ordered[:kept]}
