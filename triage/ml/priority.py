"""Priority points (domain guide, section 3): a pure function of facts, every point shown."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

P1, P2, P3 = 1, 2, 3
BASE_POINTS = {P3: 0, P2: 3, P1: 6}
P1_FROM, P2_FROM = 6, 3
TONE_CAP = 3
EMOTION_POINTS = (0, 0, 2, 3)
FORCING_FLAGS = ("safety", "injury", "self-harm", "violence", "privacy", "minor")
OUTSIDE_FLAGS = ("legal", "regulator", "exposure", "platform")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the points are computed from; what the words alone do not tell has a neutral default.

    `outside_words` is a threat in words with regulator, lawyer, media or chargeback; a bad review
    alone is none. `outside_notice` is an actual letter or case of theirs.
    """

    base: int = P3
    emotion: int = 0
    distressed: bool = False
    flags: tuple[str, ...] = ()
    outside_words: bool = False
    urgent_need: bool = False
    is_complaint: bool = True
    earlier_complaints: int = 0
    round: int = 1
    order_value: Decimal | None = None
    vip: bool = False
    oldest_wait_hours: float = 0.0
    is_public: bool = False
    followers: int = 0
    outside_notice: bool = False
    red_incident: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the sum."""

    code: str
    points: int


@dataclass(frozen=True, slots=True)
class Priority:
    """The level, the sum behind it, and what forced it up, if anything did."""

    level: int
    total: int
    points: tuple[Point, ...]
    forced: tuple[str, ...]


def score(facts: Facts) -> Priority:
    """Level 1, 2 or 3 from the points table.

    Emotion and VIP together add at most three; a non-complaint stays P3 unless it is forced.
    """
    points = tuple(Point(code, value) for code, rule in _RULES for value in (rule(facts),) if value)
    total = BASE_POINTS[facts.base] + sum(point.points for point in points)
    base = Point(f"base-p{facts.base}", BASE_POINTS[facts.base])
    forced = _forced(facts)
    return Priority(_level(facts, total, forced), total, (base, *points), forced)


def _level(facts: Facts, total: int, forced: tuple[str, ...]) -> int:
    if forced:
        return P1
    if not facts.is_complaint:
        return P3
    level = P1 if total >= P1_FROM else P2 if total >= P2_FROM else P3
    return min(level, P2) if facts.round >= 2 else level


def _forced(facts: Facts) -> tuple[str, ...]:
    reasons = [flag for flag in FORCING_FLAGS if flag in facts.flags]
    if facts.earlier_complaints >= 2:
        reasons.append("repeat-twice")
    if facts.followers >= 100_000:
        reasons.append("large-audience")
    if facts.outside_notice:
        reasons.append("outside-notice")
    if facts.red_incident:
        reasons.append("red-incident")
    return tuple(reasons)


def _emotion(facts: Facts) -> int:
    return EMOTION_POINTS[facts.emotion]


def _vip(facts: Facts) -> int:
    return min(1, TONE_CAP - _emotion(facts)) if facts.vip else 0


def _repeat(facts: Facts) -> int:
    return 2 if facts.earlier_complaints == 1 else 0


def _round(facts: Facts) -> int:
    return 2 if facts.round >= 2 else 0


def _order_value(facts: Facts) -> int:
    value = facts.order_value or Decimal(0)
    return 2 if value >= 5_000 else 1 if value >= 1_000 else 0


def _waiting(facts: Facts) -> int:
    return 2 if facts.oldest_wait_hours > 48 else 1 if facts.oldest_wait_hours > 24 else 0


def _public(facts: Facts) -> int:
    return 2 if facts.followers >= 10_000 else 1 if facts.is_public else 0


def _outside(facts: Facts) -> int:
    return 2 if facts.outside_words else 0


def _need(facts: Facts) -> int:
    return 1 if facts.urgent_need or facts.distressed else 0


_RULES: tuple[tuple[str, Callable[[Facts], int]], ...] = (
    ("emotion", _emotion),
    ("vip", _vip),
    ("repeat", _repeat),
    ("round", _round),
    ("order-value", _order_value),
    ("waiting", _waiting),
    ("public", _public),
    ("outside-words", _outside),
    ("urgent-need", _need),
)
