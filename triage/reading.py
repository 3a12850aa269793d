"""From the words and the pool's facts to a decision. No database here.

The model (or, without one, the rules alone) reads the words; what the pool knows of the customer
and the order is added; the points table then gives the priority. Each part says who decided it.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tickets import taxonomy
from tickets.records import PriorityFacts, TriageDecision
from triage.ml.priority import Facts, Priority, score
from triage.ml.records import Prediction
from triage.queries import TextToRead

if TYPE_CHECKING:
    from triage.ml.model import TriageModel

MOST_ALTERNATIVES = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """A decision with everything that the card shows."""

    decision: TriageDecision
    prediction: Prediction
    priority: Priority

    @property
    def reasons(self) -> list[dict[str, Any]]:
        """Spans in the original text with their weights."""
        return [asdict(reason) for reason in self.prediction.reasons]

    def as_json(self) -> dict[str, Any]:
        """Return what is kept beside the columns of a prediction."""
        said = self.prediction
        return {
            "alternatives": [[slug, round(p, 4)] for slug, p in self.decision.alternatives],
            "also": list(self.decision.also),
            "points": [[point.code, point.points] for point in self.priority.points],
            "total": self.priority.total,
            "forced": list(self.priority.forced),
            "flags": [asdict(flag) for flag in said.flags],
            "fired": [asdict(fired) for fired in said.fired],
            "emotion_probabilities": [round(float(p), 4) for p in said.emotion_probabilities],
            "distressed": said.distressed,
            "band": said.band,
            "needs_person": said.needs_person,
            "decided_by": self.decision.decided_by,
            "language": said.language,
            "top": said.top,
            "top_probability": round(said.top_probability, 4),
        }


def read(
    text: TextToRead,
    *,
    model: "TriageModel | None",
    version: int,
    facts: Callable[[str], PriorityFacts],
) -> Reading:
    """Read a text. ``facts`` is asked for the category that the words suggest."""
    # Late: it brings scipy and the dictionaries, and only workers read tickets.
    from triage.ml.model import TriageModel

    reader = model or TriageModel()
    said = reader.predict([text.text], [text.language], [text.subject])[0]
    known = facts(said.category)
    priority = score(points_facts(said, known))
    asks = said.abstained or not said.category
    decision = TriageDecision(
        category=said.category if said.category in taxonomy.SUBS else "",
        category_probability=said.category_probability,
        priority=priority.level,
        emotion=said.emotion,
        language=said.language,
        confidence=said.confidence,
        abstained=asks,
        model_version=version,
        also=said.also,
        alternatives=said.alternatives[:MOST_ALTERNATIVES],
        points=tuple((point.code, point.points) for point in priority.points),
        emotion_probability=said.emotion_probability,
        distressed=said.distressed,
        flags=tuple(flag.flag for flag in said.flags),
        decided_by={**said.decided_by, "priority": _who(priority)},
        forced_p1=bool(priority.forced),
        repeats=known.repeats,
    )
    return Reading(decision, said, priority)


def points_facts(said: Prediction, known: PriorityFacts) -> Facts:
    """Join what the words say and what the pool knows."""
    return Facts(
        base=taxonomy.base_priority(said.category),
        emotion=said.emotion,
        distressed=said.distressed,
        flags=tuple(flag.flag for flag in said.flags),
        outside_words=said.outside_words,
        urgent_need=said.urgent_need,
        is_complaint=taxonomy.is_complaint(said.category),
        earlier_complaints=known.earlier_complaints,
        round=known.round,
        order_value=known.order_amount if known.order_currency == "CNY" else None,
        vip=known.vip,
        oldest_wait_hours=known.oldest_unanswered_hours,
        is_public=known.is_public,
        followers=known.author_followers,
    )


def known_then(kept: Mapping[str, Any]) -> PriorityFacts:
    """Return what the pool knew when a reading was kept, from the points that it gave.

    Facts that add the same points are taken for the same; nothing is asked of the pool of today.
    """
    points = {code: int(value) for code, value in kept.get("points", ())}
    forced = set(kept.get("forced", ()))
    audience = 100_000 if "large-audience" in forced else 10_000 * (points.get("public", 0) > 1)
    return PriorityFacts(
        round=2 if points.get("round") else 1,
        earlier_complaints=2 if "repeat-twice" in forced else 1 if points.get("repeat") else 0,
        order_amount=Decimal((0, 1_000, 5_000)[min(points.get("order-value", 0), 2)]),
        order_currency="CNY",
        vip="vip" in points,
        oldest_unanswered_hours=(0.0, 25.0, 49.0)[min(points.get("waiting", 0), 2)],
        is_public=bool(points.get("public")),
        author_followers=audience,
    )


def _who(priority: Priority) -> str:
    """Name what set the priority: a rule where anything beyond the category counted."""
    return "rule" if priority.forced or len(priority.points) > 1 else "model"
