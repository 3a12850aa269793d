"""What replies led to: smoothed rates, a little exploration, and harm. Pure.

A use is *good* when the score was at least four and the ticket neither came back nor was
repeated within 14 days. Rates are counted by scenario and emotion.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

# Below this many uses an outcome says nothing yet.
LEAST_USES = 20
# The rate a reply is believed to have before it is used, as if seen this many times.
_PRIOR_RATE, _PRIOR_USES = 0.6, 10
# How far a perfect (or a hopeless) outcome moves a reply in the ranking.
_PULL = 2.0
# One suggestion list in this many gives its last place to a reply that is little known.
_EXPLORE_EVERY = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often a reply was sent and how often that went well."""

    uses: int = 0
    good: int = 0

    @property
    def is_known(self) -> bool:
        """Whether there were enough uses to speak of a rate."""
        return self.uses >= LEAST_USES

    @property
    def rate(self) -> float:
        """Share of good uses, pulled towards the usual one while there are few."""
        return (self.good + _PRIOR_RATE * _PRIOR_USES) / (self.uses + _PRIOR_USES)

    @property
    def pull(self) -> float:
        """What to add to a reply's score: nothing until its outcome is known."""
        return _PULL * (self.rate - _PRIOR_RATE) if self.is_known else 0.0


def upper_bound(outcome: Outcome, z: float = 1.96) -> float:
    """Highest plausible rate of good uses (Wilson 1927), 1 when never used."""
    if outcome.uses == 0:
        return 1.0
    n, p = outcome.uses, outcome.good / outcome.uses
    middle = p + z * z / (2 * n)
    spread = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle + spread) / (1 + z * z / n)


def is_harmful(outcome: Outcome, usual: Outcome) -> bool:
    """Whether a reply does surely worse than its neighbours: its best case is below their rate."""
    if not outcome.is_known or not usual.is_known:
        return False
    return upper_bound(outcome) < usual.good / usual.uses


def explores(seed: str) -> bool:
    """Whether the list for this ticket tries something little known; the same answer every time."""
    return hashlib.sha256(seed.encode()).digest()[0] % _EXPLORE_EVERY == 0


def least_known(ids: list[str], outcomes: Mapping[str, Outcome]) -> str | None:
    """Return the first of ``ids`` (best match first) whose outcome is not known yet."""
    return next((one for one in ids if not outcomes.get(one, Outcome()).is_known), None)
