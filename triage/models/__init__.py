"""Model versions, what they predicted, and what people said of it."""

from triage.models.readings import Claim, Label, LabelKind, Prediction
from triage.models.steering import DEFAULT_ALLOWED_ERROR, Steering, TrustedLabeller
from triage.models.versions import ModelArtefact, ModelVersion, VersionState

__all__ = [
    "DEFAULT_ALLOWED_ERROR",
    "Claim",
    "Label",
    "LabelKind",
    "ModelArtefact",
    "ModelVersion",
    "Prediction",
    "Steering",
    "TrustedLabeller",
    "VersionState",
]
