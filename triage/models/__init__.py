"""Model versions, what they predicted, and what people said of it."""

from triage.models.drift import DriftReport
from triage.models.readings import Claim, Label, LabelKind, Prediction
from triage.models.replays import Outcome, Replay, ReplayDifference, ReplayState
from triage.models.similar import Fingerprint
from triage.models.steering import DEFAULT_ALLOWED_ERROR, Steering, TrustedLabeller
from triage.models.versions import ModelArtefact, ModelJudging, ModelVersion, VersionState

__all__ = [
    "DEFAULT_ALLOWED_ERROR",
    "Claim",
    "DriftReport",
    "Fingerprint",
    "Label",
    "LabelKind",
    "ModelArtefact",
    "ModelJudging",
    "ModelVersion",
    "Outcome",
    "Prediction",
    "Replay",
    "ReplayDifference",
    "ReplayState",
    "Steering",
    "TrustedLabeller",
    "VersionState",
]
