"""The figures of model versions, drift and replays as pages say and draw them."""

from triage.display.classes import Classes, answers, classes
from triage.display.drift import Drift, drift
from triage.display.fields import FIELDS, Field, field_of, label_of
from triage.display.lines import (
    LANGUAGE_WORDS,
    VERDICTS,
    Checks,
    Labeller,
    Step,
    labellers,
    lines_of,
    measured_languages,
    needed_confidence,
    part_name,
    reliability,
    risk,
    shadow_of,
    verdict_word,
    versus,
)
from triage.display.promises import Sets, among, sets_of

__all__ = [
    "FIELDS",
    "LANGUAGE_WORDS",
    "VERDICTS",
    "Checks",
    "Classes",
    "Drift",
    "Field",
    "Labeller",
    "Sets",
    "Step",
    "among",
    "answers",
    "classes",
    "drift",
    "field_of",
    "label_of",
    "labellers",
    "lines_of",
    "measured_languages",
    "needed_confidence",
    "part_name",
    "reliability",
    "risk",
    "sets_of",
    "shadow_of",
    "verdict_word",
    "versus",
]
