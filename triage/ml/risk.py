"""Risk flags: cue tables decide by rule, the model adds what the tables do not know."""

import re
from collections.abc import Mapping, Sequence

from triage.ml.keywords import Hit
from triage.ml.records import RaisedFlag

FLAGS = (
    "legal", "regulator", "exposure", "platform", "safety", "injury", "minor", "privacy", "abuse",
    "violence", "self-harm",
)  # fmt: skip
OUTSIDE_FLAGS = frozenset({"legal", "regulator", "exposure", "platform"})
_REVIEW_ONLY = re.compile(r"差评|避雷|review|stars?$|star$")
_RULE_SCORE = 1.0


def raise_flags(
    hits: Sequence[Hit], chances: Mapping[str, float], levels: Mapping[str, float]
) -> tuple[RaisedFlag, ...]:
    """Flags by rule first, then those the model is sure enough of and no negation denies.

    Parameters
    ----------
    chances : mapping of flag to chance
    levels : mapping of flag to the chance from which the model may raise it
    """
    tones = {hit.group.tone for hit in hits if not hit.denied}
    if "presale" in tones and "failure" not in tones:
        # Somebody who asks before buying names dangers that have not happened.
        chances = {}
    by_rule = {hit.group.flag for hit in hits if hit.group.flag and not hit.denied}
    denied = {hit.group.flag for hit in hits if hit.group.flag and hit.denied}
    raised = [RaisedFlag(flag, _RULE_SCORE, "rule") for flag in FLAGS if flag in by_rule]
    raised += [
        RaisedFlag(flag, round(chance, 4), "model")
        for flag, chance in chances.items()
        if flag not in by_rule | denied and chance >= levels.get(flag, 1.01)
    ]
    return tuple(raised)


def has_outside_words(hits: Sequence[Hit], flags: Sequence[RaisedFlag], text: str) -> bool:
    """Regulator, lawyer, media or chargeback in words; a bad review alone does not count."""
    quoted = [hit for hit in hits if hit.group.flag in OUTSIDE_FLAGS and not hit.denied]
    if any(not _REVIEW_ONLY.search(text[hit.start : hit.end]) for hit in quoted):
        return True
    return any(flag.flag in OUTSIDE_FLAGS - {"exposure"} for flag in flags)
