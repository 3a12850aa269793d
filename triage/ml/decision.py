"""From chances and fired cues to one decision: category, tone, flags, priority, band."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from triage.ml import calibration, categories, priority, risk, tone
from triage.ml.keywords import Hit
from triage.ml.languagemodel import SIGNALS, LanguageModel
from triage.ml.normalise import Folded
from triage.ml.records import Fired, Prediction, RaisedFlag

FloatArray = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

TOP = 3
_PLACE_OF_SIGNAL = {name: place for place, name in enumerate(SIGNALS)}
_DISTRESSED = _PLACE_OF_SIGNAL["distressed"]
_DISTRESS_LEVEL = 0.5
_DISTRESS_LEVEL_QUOTED = 0.2


@dataclass(frozen=True, slots=True)
class Evidence:
    """One text as it was read."""

    language: str
    subject: str
    text: str
    folded: Folded
    hits: Sequence[Hit]


@dataclass(frozen=True, slots=True)
class Scored:
    """What the machines said of a batch.

    Attributes
    ----------
    chances, scores : array of shape (texts, categories)
    in_scope : array of shape (texts,)
    signals : array of shape (texts, SIGNALS)
    is_empty : array of shape (texts,), true where nothing known stands in the text
    """

    chances: FloatArray
    scores: FloatArray
    in_scope: FloatArray
    signals: FloatArray
    is_empty: Bools


@dataclass(frozen=True, slots=True)
class _Classes:
    """What the rules must know of the categories of a model."""

    names: tuple[str, ...]
    tops: tuple[str, ...]
    thanks: Bools
    complaints: Bools

    def top_chance(self, top: str, chances: Sequence[float]) -> float:
        """The chance that one of the categories of a first level holds."""
        return sum(chance for name, chance in zip(self.tops, chances, strict=True) if name == top)


@cache
def _classes(names: tuple[str, ...]) -> _Classes:
    return _Classes(
        names,
        tuple(categories.top_of(name) for name in names),
        np.array([name == categories.THANKS for name in names]),
        np.array([categories.is_complaint(name) for name in names]),
    )


@dataclass(frozen=True, slots=True)
class _Judged:
    """What is known of a batch after rules and calibration, a place for each text."""

    chances: list[list[float]]
    order: list[list[int]]
    by_rule: list[bool]
    set_sizes: list[int]
    also: list[list[int]]
    emotions: FloatArray
    signals: list[list[float]]
    in_scope: list[float]
    is_empty: list[bool]
    flags: list[tuple[RaisedFlag, ...]]
    standing: list[Sequence[Hit]]
    tones: list[set[str]]


def decide(
    model: LanguageModel,
    evidence: Sequence[Evidence],
    scored: Scored,
    bands: tuple[float, float],
    version: str,
) -> list[Prediction]:
    """The whole decision on each text of a batch, without reasons."""
    classes = _classes(tuple(model.categories_.classes_))
    signals = scored.signals.tolist()
    tones = [tone.tones_of(one.hits) for one in evidence]
    standing = [_standing(one.hits, row) for one, row in zip(evidence, tones, strict=True)]
    flags = [_flags(model, hits, row) for hits, row in zip(standing, signals, strict=True)]
    chances, by_rule = _category_chances(classes, scored.chances, tones, flags)
    order = np.argsort(-chances, axis=1, kind="stable")[:, :TOP]
    judged = _Judged(
        chances=chances.tolist(),
        order=order.tolist(),
        by_rule=by_rule,
        set_sizes=_set_sizes(np.take_along_axis(chances, order, axis=1), model.conformal_),
        also=_also(model, scored.scores),
        emotions=emotion_chances(scored.signals),
        signals=signals,
        in_scope=scored.in_scope.tolist(),
        is_empty=scored.is_empty.tolist(),
        flags=flags,
        standing=standing,
        tones=tones,
    )
    return [
        _decide(model, classes, one, judged, row, bands, version)
        for row, one in enumerate(evidence)
    ]


def _decide(
    model: LanguageModel,
    classes: _Classes,
    evidence: Evidence,
    judged: _Judged,
    row: int,
    bands: tuple[float, float],
    version: str,
) -> Prediction:
    chances, flags = judged.chances[row], judged.flags[row]
    best = judged.order[row][0]
    category, confidence = classes.names[best], chances[best]
    degrees = judged.emotions[row]
    tones = tone.judge(
        degrees, evidence.hits, evidence.text, [f.flag for f in flags], judged.tones[row]
    )
    outside = risk.has_outside_words(judged.standing[row], flags, evidence.folded.text)
    distress_chance = judged.signals[row][_DISTRESSED]
    distressed = distress_chance >= (
        _DISTRESS_LEVEL_QUOTED if "distress" in judged.tones[row] else _DISTRESS_LEVEL
    )
    needy = any(hit.group.name == "urgent-need" and not hit.denied for hit in evidence.hits)
    points = _score(
        priority.Facts(
            base=categories.base_priority(category),
            emotion=tones.emotion,
            distressed=distressed,
            flags=tuple(flag.flag for flag in flags),
            outside_words=outside,
            urgent_need=needy,
            is_complaint=bool(classes.complaints[best]),
        )
    )
    foreign = judged.is_empty[row] or judged.in_scope[row] < model.in_scope_level_
    band = "ask" if foreign else _band(category, confidence, bands, flags)
    return Prediction(
        language=evidence.language,
        category=category,
        category_probability=confidence,
        confidence=confidence,
        top=classes.tops[best],
        top_probability=classes.top_chance(classes.tops[best], chances),
        also=tuple(classes.names[place] for place in judged.also[row] if place != best)[:TOP],
        alternatives=tuple(
            (classes.names[place], chances[place])
            for place in judged.order[row][: judged.set_sizes[row]]
        ),
        probabilities=dict(zip(classes.names, chances, strict=True)),
        in_scope=judged.in_scope[row],
        emotion=tones.emotion,
        emotion_probability=tones.probability,
        emotion_probabilities=tuple(degrees.tolist()),
        distressed=distressed,
        distressed_probability=distress_chance,
        flags=flags,
        outside_words=outside,
        urgent_need=needy,
        priority=points,
        band=band,
        abstained=band == "ask",
        needs_person=band != "file" or bool(flags) or tones.emotion == 3 or points.level == 1,
        decided_by={
            "category": "rule" if judged.by_rule[row] else "model",
            "emotion": tones.who,
            "distressed": "model",
            "flags": _who_flags(flags),
            "priority": "rule",
            "language": "rule",
        },
        reasons=(),
        fired=fired_of(evidence.hits, evidence.folded, evidence.subject, evidence.text),
        model_version=version,
    )


_score = lru_cache(maxsize=4_096)(priority.score)


def _who_flags(flags: Sequence[RaisedFlag]) -> str:
    return "model" if any(flag.who == "model" for flag in flags) else "rule"


def _flags(
    model: LanguageModel, standing: Sequence[Hit], signals: Sequence[float]
) -> tuple[RaisedFlag, ...]:
    chances = {flag: signals[_PLACE_OF_SIGNAL[flag]] for flag in model.flag_levels_}
    return risk.raise_flags(standing, chances, model.flag_levels_)


def _standing(hits: Sequence[Hit], tones: set[str]) -> Sequence[Hit]:
    """Hits with the outside threats denied that the customer takes back in the same text."""
    if "withdrawn" not in tones:
        return hits
    return [
        replace(hit, denied=True) if hit.group.flag in risk.OUTSIDE_FLAGS else hit for hit in hits
    ]


def _category_chances(
    classes: _Classes,
    chances: FloatArray,
    tones: Sequence[set[str]],
    flags: Sequence[Sequence[RaisedFlag]],
) -> tuple[FloatArray, list[bool]]:
    """Chances after two rules, and where they changed something.

    Sarcasm is no thanks, and what carries risk is a complaint; the mass of a class that is ruled
    out goes to the others in proportion.
    """
    best = chances.argmax(axis=1).tolist()
    changed = chances.copy()
    by_rule = [False] * len(chances)
    for row, place in enumerate(best):
        if not flags[row] and not classes.thanks[place]:
            continue
        out = np.zeros(len(classes.names), dtype=np.bool_)
        if classes.thanks[place] and "sarcasm" in tones[row]:
            out |= classes.thanks
        if flags[row] and not classes.complaints[place]:
            out |= ~classes.complaints
        if out[place] and not out.all() and float(chances[row][~out].sum()) >= 1e-6:
            kept = np.where(out, 0, chances[row])
            changed[row] = kept / kept.sum()
            by_rule[row] = True
    return changed, by_rule


def emotion_chances(signals: FloatArray) -> FloatArray:
    """Chance of each degree, of shape (texts, 4), from the three steps made to fall in order."""
    steps = np.minimum.accumulate(np.clip(signals[:, :3], 0, 1), axis=1)
    borders = np.pad(steps, ((0, 0), (1, 1)))
    borders[:, 0] = 1
    return np.asarray(-np.diff(borders, axis=1), dtype=np.float32)


def _set_sizes(likeliest: FloatArray, level: float) -> list[int]:
    """How many of the likeliest classes it takes until the level is reached.

    Parameters
    ----------
    likeliest : array of shape (texts, TOP), the largest first
    """
    running = np.cumsum(likeliest, axis=1)
    sizes: list[int] = ((running < level).sum(axis=1) + 1).tolist()
    return sizes


def _also(model: LanguageModel, scores: FloatArray) -> list[list[int]]:
    """Places of the classes that may hold beside the main one, likeliest first."""
    slope, shift, level = model.also_
    chances = calibration.logistic(scores * slope + shift)
    enough: Bools = np.asarray(chances >= level)
    found: list[list[int]] = [[] for _ in chances]
    for row in np.flatnonzero(enough.any(axis=1)).tolist():
        order = np.argsort(-chances[row], kind="stable")
        found[row] = order[enough[row][order]].tolist()
    return found


def _band(
    category: str, confidence: float, bands: tuple[float, float], flags: Sequence[RaisedFlag]
) -> str:
    to_file, to_suggest = bands
    if confidence < to_suggest:
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
