"""Model versions, what they predicted, and what people said of it."""

from triage.models.readings import Label, LabelKind, Prediction
from triage.models.versions import ModelArtefact, ModelVersion, VersionState

__all__ = [
    "Label",
    "LabelKind",
    "ModelArtefact",
    "ModelVersion",
    "Prediction",
    "VersionState",
]
