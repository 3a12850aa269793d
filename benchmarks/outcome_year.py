"""A year of replies whose quality is known, played by the product's own functions.

Twenty-four replies of one sub-category fit every ticket about equally well: three good, three
harmful, eighteen middling, and two more that would please everybody but that the policy forbids.
Agents take what stands first, second, third or nothing, and know nothing of quality. What each use
led to is known sixteen days later; half of the customers answer the survey. The lists are made by
``knowledgebase.ranking.outcome.arrange``, the harmful are found by
``knowledgebase.ranking.harm.judge``; nobody pauses what is flagged.
"""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

from knowledgebase.ranking.harm import against_others, judge
from knowledgebase.ranking.outcome import Counts, Outcome, arrange
from knowledgebase.ranking.records import Article
from knowledgebase.ranking.suggest import Need, is_allowed

GOOD, HARMFUL, MIDDLING, FORBIDDEN = "good", "harmful", "middling", "forbidden"
CATEGORY = "logistics.stuck-parcel"
DAYS, TICKETS_A_DAY = 365, 40
# When the 14 days are over and the survey is answered or not.
_SETTLED_AFTER_DAYS = 16
_ANSWERS = 0.5
# How often the first, second and third place is taken; else the agent writes by hand.
_TAKEN = (0.55, 0.2, 0.12)
# Chances to stay quiet and to satisfy, by kind: 0.87, 0.35, 0.70 and 1 on the whole.
_QUALITY = {
    GOOD: (0.95, 0.92),
    HARMFUL: (0.70, 0.50),
    MIDDLING: (0.88, 0.80),
    FORBIDDEN: (1.0, 1.0),
}
# Middling replies differ among each other by this much (standard deviation).
_SPREAD = 0.015
# How much better one reply fits one ticket than another, and does so always.
_FIT_OF_TICKET, _FIT_OF_REPLY = 0.4, 0.1


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply whose quality the simulation knows and the product does not."""

    id: str
    kind: str
    quiet: float
    satisfied: float
    fit: float
    article: Article

    @property
    def good(self) -> float:
        """Chance that a use ends well."""
        return self.quiet * self.satisfied


@dataclass(slots=True)
class Year:
    """What happened; ``flagged_after`` are settled uses at the night of the flag."""

    replies: dict[str, Reply]
    flagged_after: dict[str, int] = field(default_factory=dict)
    flagged_on: dict[str, int] = field(default_factory=dict)
    uses: Counter[str] = field(default_factory=Counter)
    first_places: Counter[str] = field(default_factory=Counter)
    pulls: dict[str, float] = field(default_factory=dict)
    expected: float = 0.0
    lost: float = 0.0
    lost_by_trials: float = 0.0
    shown_forbidden: int = 0
    good_by_week: list[float] = field(default_factory=list)
    kinds_by_week: list[Counter[str]] = field(default_factory=list)

    @property
    def cost(self) -> float:
        """Share of the good outcomes that patience and trials cost, against the best known."""
        return self.lost / self.expected

    @property
    def trial_cost(self) -> float:
        """The part of it that trials cost, against the same lists without them."""
        return self.lost_by_trials / self.expected

    def of_kind(self, kind: str) -> list[str]:
        """Return the replies of a kind."""
        return [one for one, reply in self.replies.items() if reply.kind == kind]

    def by_outcome(self) -> list[str]:
        """Return the replies in the order that outcome gives them at the end."""
        return sorted(self.pulls, key=lambda one: -self.pulls[one])


def make_replies(
    rng: Random, *, good: int = 3, harmful: int = 3, middling: int = 18, forbidden: int = 2
) -> dict[str, Reply]:
    """Return the replies of one sub-category; only middling ones differ within their kind."""
    kinds = [GOOD] * good + [HARMFUL] * harmful + [MIDDLING] * middling + [FORBIDDEN] * forbidden
    made = {}
    for number, kind in enumerate(kinds):
        quiet, satisfied = _QUALITY[kind]
        if kind == MIDDLING:
            quiet, satisfied = rng.gauss(quiet, _SPREAD), rng.gauss(satisfied, _SPREAD)
        offer = "O3" if kind == FORBIDDEN else "O1"
        article = Article(f"{kind}-{number}", category=CATEGORY, offer=offer)
        fit = 1.0 + rng.gauss(0.0, _FIT_OF_REPLY)
        made[article.id] = Reply(article.id, kind, quiet, satisfied, fit, article)
    return made


class _Desk:
    """Plays the days: lists, picks, and what they led to."""

    def __init__(self, seed: int, replies: dict[str, Reply]) -> None:
        self.rng = Random(seed)
        self.year = Year(replies)
        self.counts = {one: Counts() for one in replies}
        self.waiting: deque[tuple[int, str]] = deque()
        self.led_to: dict[str, Outcome] = {}
        # Calm customers: what only the angry may be offered is never a candidate.
        need = Need(text="", language="en", category=CATEGORY)
        self.allowed = [r for r in replies.values() if is_allowed(r.article, need)]

    def play(self, days: int, tickets_a_day: int) -> Year:
        week: list[float] = []
        for day in range(days):
            if day % 7 == 0:
                self.year.kinds_by_week.append(Counter())
            seeds = (f"R-{day}-{number}" for number in range(tickets_a_day))
            week.extend(self._serve(day, seed, last_month=day >= days - 28) for seed in seeds)
            self._settle(day)
            if day % 7 == 6:
                self.year.good_by_week.append(sum(week) / len(week))
                week.clear()
        self.year.pulls = {one: outcome.pull for one, outcome in self.led_to.items()}
        return self.year

    def _serve(self, day: int, seed: str, *, last_month: bool) -> float:
        matches = [(self.rng.gauss(r.fit, _FIT_OF_TICKET), r.id) for r in self.allowed]
        shown = arrange(matches, self.led_to, seed, 3)
        ids = [one for _, one, _ in shown]
        replies, year = self.year.replies, self.year
        expected = self._good(ids)
        best = self._good(self._best_known(matches))
        year.expected += best
        year.lost += best - expected
        if shown[-1][2]:
            known = arrange(matches, self.led_to, "", 3)
            year.lost_by_trials += self._good(one for _, one, _ in known) - expected
        year.shown_forbidden += sum(replies[one].kind == FORBIDDEN for one in ids)
        if last_month:
            year.first_places[ids[0]] += 1
        picked = self._pick(ids)
        if picked:
            year.uses[picked] += 1
            year.kinds_by_week[-1][replies[picked].kind] += 1
            self.waiting.append((day + _SETTLED_AFTER_DAYS, picked))
        return expected / sum(_TAKEN)

    def _best_known(self, matches: Sequence[tuple[float, str]]) -> list[str]:
        """Return the list of somebody who takes every rate so far for the last word."""
        none = Outcome()
        led_to = [(score, one, self.led_to.get(one, none)) for score, one in matches]
        ranked = sorted(
            (-score - (out.pull if out.is_harmful else out.full_pull), one)
            for score, one, out in led_to
        )
        return [one for _, one in ranked[:3]]

    def _good(self, ids: Iterable[str]) -> float:
        rates = (self.year.replies[one].good for one in ids)
        return sum(share * rate for share, rate in zip(_TAKEN, rates, strict=True))

    def _pick(self, ids: Sequence[str]) -> str:
        chance = self.rng.random()
        for one, share in zip(ids, _TAKEN, strict=True):
            if chance < share:
                return one
            chance -= share
        return ""

    def _settle(self, day: int) -> None:
        while self.waiting and self.waiting[0][0] <= day:
            _, one = self.waiting.popleft()
            self.counts[one] += self._end(self.year.replies[one])
        whole = sum(self.counts.values(), Counts())
        verdicts = judge({one: [stratum] for one, stratum in against_others(self.counts).items()})
        for one, verdict in verdicts.items():
            if verdict.is_harmful and one not in self.year.flagged_after:
                self.year.flagged_after[one] = verdict.uses
                self.year.flagged_on[one] = day
        usual = whole.rate
        if usual is not None:
            flagged = {one for one, verdict in verdicts.items() if verdict.is_harmful}
            self.led_to = {
                one: own.outcome(usual, is_harmful=one in flagged)
                for one, own in self.counts.items()
            }

    def _end(self, reply: Reply) -> Counts:
        if self.rng.random() >= reply.quiet:
            return Counts(settled=1)
        if self.rng.random() >= _ANSWERS:
            return Counts(settled=1, quiet=1)
        return Counts(1, 1, 1, int(self.rng.random() < reply.satisfied))


def play_year(
    seed: int, *, days: int = DAYS, tickets_a_day: int = TICKETS_A_DAY, **kinds: int
) -> Year:
    """Play a year; the same seed gives the same year."""
    replies = make_replies(Random(seed), **kinds)
    return _Desk(seed, replies).play(days, tickets_a_day)
