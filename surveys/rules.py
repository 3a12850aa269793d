"""Who is asked, and what an answer sets going. No Django."""

import re
from dataclasses import dataclass
from datetime import timedelta

from tickets import states
from tickets.taxonomy import MAY_END_ALONE, SPAM

ASK_AGAIN_AFTER = timedelta(days=7)
LOW_SCORES = frozenset({1, 2})
SATISFIED_FROM = 4
# The third round ends with the supervisor's final reply (domain guide, section 8).
LAST_ROUND = 3

_COURT = re.compile(
    r"法院|法庭|起诉|传票|开庭|\b(?:courts?|lawsuit|summons|su(?:e|ed|ing) (?:you|them))\b",
    re.IGNORECASE,
)
_BY_FLAG = {
    "injury": "injury",
    "self-harm": "self_harm",
    "minor": "minor",
    "regulator": "regulator",
}
_BY_CATEGORY = {
    "quality.injury": "injury",
    "account.minor-purchase": "minor",
    SPAM: "nothing_to_ask",
    **dict.fromkeys(MAY_END_ALONE, "nothing_to_ask"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides whether a round is surveyed."""

    status: str
    round: int
    current_round: int
    category: str
    flags: tuple[str, ...]
    texts: tuple[str, ...] = ()
    opted_out: bool = False
    asked_lately: bool = False
    is_test: bool = False


def why_not(facts: Facts) -> str:
    """Return why this round is not surveyed, a value of WhyNot, or "" when it is."""
    if facts.status in {states.REJECTED, states.MERGED}:
        return "rejected"
    if facts.status not in {states.RESOLVED, states.CLOSED} or facts.round != facts.current_round:
        return "reopened"
    return _by_nature(facts) or _by_wish(facts)


def _by_nature(facts: Facts) -> str:
    """Return what about the complaint forbids asking."""
    if facts.is_test:
        return "test"
    flagged = next((_BY_FLAG[flag] for flag in facts.flags if flag in _BY_FLAG), "")
    if flagged or facts.category in _BY_CATEGORY:
        return flagged or _BY_CATEGORY[facts.category]
    in_court = "legal" in facts.flags and any(_COURT.search(text) for text in facts.texts)
    return "court" if in_court else ""


def _by_wish(facts: Facts) -> str:
    """Return what about the customer forbids asking."""
    if facts.opted_out:
        return "opted_out"
    return "asked_lately" if facts.asked_lately and facts.round < 2 else ""


def second_handling_cause(score: int, solved: bool | None, round_: int) -> str:
    """Return why the problem is handled again ("low_score", "not_solved"), or ""."""
    if round_ >= LAST_ROUND:
        return ""
    if score in LOW_SCORES:
        return "low_score"
    return "not_solved" if solved is False else ""
