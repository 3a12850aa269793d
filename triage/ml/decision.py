"""From chances and fired cues to one decision: category, tone, flags, priority, band."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from triage.ml import calibration, categories, priority, risk, tone
from triage.ml.keywords import Hit
from triage.ml.languagemodel import SIGNALS, LanguageModel
from triage.ml.normalise import Folded
from triage.ml.records import Fired, Prediction, RaisedFlag

FloatArray = npt.NDArray[np.float32]

TOP = 3
_DISTRESS_LEVEL = 0.5
_DISTRESS_LEVEL_QUOTED = 0.2


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that is known about one text before a decision.

    Attributes
    ----------
    chances, scores : array of shape (categories,)
    signals : array of shape (SIGNALS,)
    """

    language: str
    subject: str
    text: str
    folded: Folded
    hits: Sequence[Hit]
    chances: FloatArray
    scores: FloatArray
    in_scope: float
    signals: FloatArray
    is_empty: bool


def decide(
    model: LanguageModel, evidence: Evidence, bands: tuple[float, float], version: str
) -> Prediction:
    """The whole decision without reasons."""
    classes = model.categories_.classes_
    tones = tone.tones_of(evidence.hits)
    flags = _flags(model, evidence)
    chances, who = _category_chances(classes, evidence.chances, tones, flags)
    order = np.argsort(-chances, kind="stable")
    category = classes[int(order[0])]
    confidence = float(chances[order[0]])
    judged = tone.judge(
        emotion_chances(evidence.signals), evidence.hits, evidence.text, [f.flag for f in flags]
    )
    outside = risk.has_outside_words(_standing(evidence.hits), flags, evidence.folded.text)
    distress_chance = float(evidence.signals[SIGNALS.index("distressed")])
    distressed = distress_chance >= (
        _DISTRESS_LEVEL_QUOTED if "distress" in tones else _DISTRESS_LEVEL
    )
    needy = any(hit.group.name == "urgent-need" and not hit.denied for hit in evidence.hits)
    points = priority.score(
        priority.Facts(
            base=categories.base_priority(category),
            emotion=judged.emotion,
            distressed=distressed,
            flags=tuple(flag.flag for flag in flags),
            outside_words=outside,
            urgent_need=needy,
            is_complaint=categories.is_complaint(category),
        )
    )
    band = _band(model, evidence, category, confidence, bands, flags)
    tops = _top_chances(classes, chances)
    top = categories.top_of(category)
    return Prediction(
        language=evidence.language,
        category=category,
        category_probability=confidence,
        confidence=confidence,
        top=top,
        top_probability=tops[top],
        also=_also(model, evidence, category),
        alternatives=tuple(
            (classes[place], float(chances[place]))
            for place in calibration.conformal_set(chances, model.conformal_, TOP)
        ),
        probabilities={name: float(chances[place]) for place, name in enumerate(classes)},
        in_scope=evidence.in_scope,
        emotion=judged.emotion,
        emotion_probability=judged.probability,
        emotion_probabilities=tuple(float(p) for p in emotion_chances(evidence.signals)),
        distressed=distressed,
        distressed_probability=distress_chance,
        flags=flags,
        outside_words=outside,
        urgent_need=needy,
        priority=points,
        band=band,
        abstained=band == "ask",
        needs_person=band != "file" or bool(flags) or judged.emotion == 3 or points.level == 1,
        decided_by={
            "category": who,
            "emotion": judged.who,
            "distressed": "model",
            "flags": _who_flags(flags),
            "priority": "rule",
            "language": "rule",
        },
        reasons=(),
        fired=fired_of(evidence.hits, evidence.folded, evidence.subject, evidence.text),
        model_version=version,
    )


def _who_flags(flags: Sequence[RaisedFlag]) -> str:
    return "model" if any(flag.who == "model" for flag in flags) else "rule"


def _flags(model: LanguageModel, evidence: Evidence) -> tuple[RaisedFlag, ...]:
    chances = {flag: float(evidence.signals[SIGNALS.index(flag)]) for flag in model.flag_levels_}
    return risk.raise_flags(_standing(evidence.hits), chances, model.flag_levels_)


def _standing(hits: Sequence[Hit]) -> list[Hit]:
    """Hits with the outside threats denied that the customer takes back in the same text."""
    if "withdrawn" not in tone.tones_of(hits):
        return list(hits)
    return [
        replace(hit, denied=True) if hit.group.flag in risk.OUTSIDE_FLAGS else hit for hit in hits
    ]


def _category_chances(
    classes: Sequence[str], chances: FloatArray, tones: set[str], flags: Sequence[RaisedFlag]
) -> tuple[FloatArray, str]:
    """Chances after two rules: sarcasm is no thanks, and what carries risk is a complaint.

    The mass of a class that is ruled out goes to the others in proportion.
    """
    best = classes[int(chances.argmax())]
    out = np.zeros(len(classes), dtype=np.bool_)
    if best == categories.THANKS and "sarcasm" in tones:
        out |= np.array([name == categories.THANKS for name in classes])
    if flags and not categories.is_complaint(best):
        out |= np.array([not categories.is_complaint(name) for name in classes])
    if not out.any() or out.all() or float(chances[~out].sum()) < 1e-6:
        return chances, "model"
    kept = np.where(out, 0, chances)
    return np.asarray(kept / kept.sum(), dtype=np.float32), "rule"


def emotion_chances(signals: FloatArray) -> FloatArray:
    """Chance of each degree, of shape (4,), from the three steps made to fall in order."""
    steps = np.minimum.accumulate(np.clip(signals[:3], 0, 1))
    return np.asarray(-np.diff(np.concatenate([[1.0], steps, [0.0]])), dtype=np.float32)


def _also(model: LanguageModel, evidence: Evidence, category: str) -> tuple[str, ...]:
    slope, shift, level = model.also_
    chances = calibration.logistic(evidence.scores * slope + shift)
    places = np.argsort(-chances, kind="stable")
    classes = model.categories_.classes_
    return tuple(
        classes[place] for place in places if chances[place] >= level and classes[place] != category
    )[:TOP]


def _top_chances(classes: Sequence[str], chances: FloatArray) -> dict[str, float]:
    tops: dict[str, float] = {}
    for name, chance in zip(classes, chances, strict=True):
        top = categories.top_of(name)
        tops[top] = tops.get(top, 0.0) + float(chance)
    return tops


def _band(
    model: LanguageModel,
    evidence: Evidence,
    category: str,
    confidence: float,
    bands: tuple[float, float],
    flags: Sequence[RaisedFlag],
) -> str:
    to_file, to_suggest = bands
    if evidence.is_empty or evidence.in_scope < model.in_scope_level_ or confidence < to_suggest:
        return "ask"
    # A text with a risk flag is never filed alone as a non-complaint.
    risky = bool(flags) and not categories.is_complaint(category)
    return "file" if confidence >= to_file and not risky else "suggest"


def fired_of(hits: Sequence[Hit], folded: Folded, subject: str, text: str) -> tuple[Fired, ...]:
    """Fired groups with their place in the original."""
    return tuple(
        Fired(hit.group.name, *original(folded, hit.start, hit.end, subject, text), hit.denied)
        for hit in hits
    )


def original(
    folded: Folded, start: int, end: int, subject: str, text: str
) -> tuple[str, int, int, str]:
    """(field, start, end, words) of a stretch of the folded text."""
    first, last = folded.span(start, end)
    if not subject:
        return "text", first, last, text[first:last]
    offset = len(subject) + 1
    if first < len(subject):
        last = min(last, len(subject))
        return "subject", first, last, subject[first:last]
    first, last = max(first - offset, 0), max(last - offset, 0)
    return "text", first, last, text[first:last]


def by_rules(
    language: str, subject: str, text: str, folded: Folded, hits: Sequence[Hit], version: str
) -> Prediction:
    """What rules alone can say: flags, a threat, shouting; the category is left to a person."""
    flags = risk.raise_flags(hits, {}, {})
    calm = np.array([1, 0, 0, 0], dtype=np.float32)
    judged = tone.judge(calm, hits, text, [flag.flag for flag in flags])
    outside = risk.has_outside_words(hits, flags, folded.text)
    tones = tone.tones_of(hits)
    needy = any(hit.group.name == "urgent-need" and not hit.denied for hit in hits)
    points = priority.score(
        priority.Facts(
            emotion=judged.emotion,
            distressed="distress" in tones,
            flags=tuple(flag.flag for flag in flags),
            outside_words=outside,
            urgent_need=needy,
        )
    )
    return Prediction(
        language=language,
        category="",
        category_probability=0.0,
        confidence=0.0,
        top="",
        top_probability=0.0,
        also=(),
        alternatives=(),
        probabilities={},
        in_scope=0.0,
        emotion=judged.emotion,
        emotion_probability=0.0,
        emotion_probabilities=(),
        distressed="distress" in tones,
        distressed_probability=0.0,
        flags=flags,
        outside_words=outside,
        urgent_need=needy,
        priority=points,
        band="ask",
        abstained=True,
        needs_person=True,
        decided_by=dict.fromkeys(
            ("category", "emotion", "distressed", "flags", "priority"), "rule"
        ),
        reasons=(),
        fired=fired_of(hits, folded, subject, text),
        model_version=version,
    )


def rescored(prediction: Prediction, facts: priority.Facts) -> Prediction:
    """The same prediction with the priority of fuller facts."""
    return replace(prediction, priority=priority.score(facts))
