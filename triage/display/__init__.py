"""The figures of model versions, drift and replays as pages say and draw them."""

from triage.display.classes import Classes, classes, label_of
from triage.display.drift import Drift, drift
from triage.display.lines import (
    LANGUAGE_WORDS,
    VERDICTS,
    Checks,
    Labeller,
    Step,
    labellers,
    measured_languages,
    part_name,
    reliability,
    risk,
    shadow_of,
    verdict_word,
    versus,
)
from triage.display.promises import Sets, among, sets_of

__all__ = [
    "LANGUAGE_WORDS",
    "VERDICTS",
    "Checks",
    "Classes",
    "Drift",
    "Labeller",
    "Sets",
    "Step",
    "among",
    "classes",
    "drift",
    "label_of",
    "labellers",
    "measured_languages",
    "part_name",
    "reliability",
    "risk",
    "sets_of",
    "shadow_of",
    "verdict_word",
    "versus",
]
