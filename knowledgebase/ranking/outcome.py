"""What replies led to, as smoothed rates, and how that and a little exploration order them. Pure.

A use is *good* when the score was at least four and the ticket neither came back nor was
repeated within 14 days. Rates are counted by scenario and emotion.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

# Below this many uses an outcome says nothing yet.
LEAST_USES = 20
# The rate a reply is believed to have where nothing is known of its neighbours either.
USUAL_RATE = 0.6
# Its neighbours' rate counts as if it had been seen this many times.
_PRIOR_USES = 10
# How far a perfect (or a hopeless) outcome moves a reply in the ranking.
_PULL = 2.0
# Until it was used this often a poor outcome sinks a reply only a little: chance makes poor
# beginnings, and who is never sent can neither recover nor be shown to do harm.
_DOUBT_USES, _DOUBT = 100, -0.15
# A reply that does harm sinks below everything that fits about as well.
_SINK = -1.5
# One suggestion list in this many gives its last place to a reply that may be better.
EXPLORE_EVERY = 10
# The trial is looked for among this many replies behind the list.
_TRIAL_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often a reply was sent and how often that went well.

    ``usual`` is the rate of its neighbours, towards which few uses are pulled.
    """

    uses: int = 0
    good: int = 0
    usual: float = USUAL_RATE
    is_harmful: bool = False

    @property
    def is_known(self) -> bool:
        """Whether there were enough uses to speak of a rate."""
        return self.uses >= LEAST_USES

    @property
    def rate(self) -> float:
        """Share of good uses, pulled towards the usual one while there are few."""
        return (self.good + self.usual * _PRIOR_USES) / (self.uses + _PRIOR_USES)

    @property
    def pull(self) -> float:
        """What to add to a reply's score: nothing until its outcome is known."""
        if self.is_harmful:
            return _SINK
        return self.full_pull if self.uses >= _DOUBT_USES else max(self.full_pull, _DOUBT)

    @property
    def full_pull(self) -> float:
        """The pull if the rate so far were the last word."""
        return _PULL * (self.rate - self.usual) if self.is_known else 0.0


@dataclass(frozen=True, slots=True)
class Counts:
    """Settled uses, and what is known of them.

    ``quiet`` neither came back nor were repeated; ``answered`` are the quiet ones with a score,
    ``satisfied`` those with four or five.
    """

    settled: int = 0
    quiet: int = 0
    answered: int = 0
    satisfied: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.settled + other.settled,
            self.quiet + other.quiet,
            self.answered + other.answered,
            self.satisfied + other.satisfied,
        )

    def __sub__(self, other: "Counts") -> "Counts":
        return Counts(
            self.settled - other.settled,
            self.quiet - other.quiet,
            self.answered - other.answered,
            self.satisfied - other.satisfied,
        )

    def at_most(self, uses: int) -> "Counts":
        """Return the same shares, of at most so many uses."""
        if self.settled <= uses:
            return self
        scale = uses / self.settled
        scaled = (self.settled, self.quiet, self.answered, self.satisfied)
        return Counts(*(round(count * scale) for count in scaled))

    @property
    def rate(self) -> float | None:
        """Share that went well: quiet, times satisfied among the quiet who answered.

        Who comes back is always seen, who is satisfied only when the survey is answered. To
        count only uses with a known end would keep every failure and lose most successes. The
        product takes each share from those of whom it is known; it supposes that quiet customers
        who do not answer are like those who do.
        """
        if self.settled and not self.quiet:
            return 0.0
        if not self.answered:
            return None
        return self.quiet / self.settled * self.satisfied / self.answered

    @property
    def weighed(self) -> int:
        """How many uses the rate rests on: each comeback counts as often as quiet ones answer."""
        if not self.quiet:
            return self.settled
        return round(self.answered * self.settled / self.quiet)

    def outcome(self, usual: float = USUAL_RATE, *, is_harmful: bool = False) -> Outcome:
        """Return the counts as the ranking takes them."""
        return Outcome(self.weighed, self.satisfied, usual, is_harmful)


def interval(outcome: Outcome, z: float = 1.96) -> tuple[float, float]:
    """Return the plausible rates of good uses (Wilson 1927); everything when never used."""
    return wilson(outcome.good, outcome.uses, z)


def wilson(good: int, uses: int, z: float = 1.96) -> tuple[float, float]:
    """Return the plausible shares behind ``good`` of ``uses`` (Wilson 1927)."""
    if uses == 0:
        return 0.0, 1.0
    p = good / uses
    middle = p + z * z / (2 * uses)
    spread = z * sqrt(p * (1 - p) / uses + z * z / (4 * uses * uses))
    scale = 1 + z * z / uses
    return max((middle - spread) / scale, 0.0), min((middle + spread) / scale, 1.0)


def explores(seed: str) -> bool:
    """Whether the list for this ticket tries something little known; the same answer every time."""
    return hashlib.sha256(seed.encode()).digest()[0] * EXPLORE_EVERY < 256


def arrange(
    matches: Sequence[tuple[float, str]], led_to: Mapping[str, Outcome], seed: str, limit: int
) -> list[tuple[float, str, bool]]:
    """Order replies that fit by match and outcome; return (score, id, is it a trial).

    ``matches`` hold only what policy and conditions allow, so neither outcome nor trial can
    bring anything else. The first places always go to the best; now and then the last one goes
    to a reply that may be better than what stands there.
    """
    none = Outcome()
    ordered = sorted(
        ((score + led_to.get(one, none).pull, one) for score, one in matches),
        key=lambda pair: -pair[0],
    )
    shown = [(score, one, False) for score, one in ordered[:limit]]
    if len(ordered) > limit > 1 and seed and explores(seed):
        trial = _trial(ordered[limit : limit + _TRIAL_DEPTH], led_to, shown[-1][1])
        if trial is not None:
            shown[-1] = (*trial, True)
    return shown


def _trial(
    behind: Sequence[tuple[float, str]], led_to: Mapping[str, Outcome], last: str
) -> tuple[float, str] | None:
    """Return the reply whose best case is best, when it is above the usual rate of the last."""
    none = Outcome()
    if not led_to.get(last, none).is_known:
        return None
    hopes = [
        (interval(led_to.get(one, none))[1], -place, score, one)
        for place, (score, one) in enumerate(behind)
        if not led_to.get(one, none).is_harmful
    ]
    best = max(hopes, default=None)
    if best is None or best[0] <= led_to[last].rate:
        return None
    return best[2], best[3]
