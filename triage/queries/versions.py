"""Reads about model versions."""

from django.db.models import QuerySet

from triage.models import ModelJudging, ModelVersion, TrustedLabeller, VersionState


def why_no_model() -> str:
    """Say why rules alone decide, "" while a model is in use."""
    version = champion()
    if version is None:
        return "no model"
    return f"model {version.number}: {version.fault}" if version.fault else ""


def champion() -> ModelVersion | None:
    """Return the version in use."""
    return ModelVersion.objects.filter(state=VersionState.CHAMPION).first()


def latest_judging() -> ModelJudging | None:
    """Return the newest comparison, ticket by ticket."""
    return ModelJudging.objects.select_related("version").order_by("-version__number").first()


def previous_champion() -> ModelVersion | None:
    """Return the version that was in use before, to go back to."""
    retired = ModelVersion.objects.filter(
        state=VersionState.RETIRED,
        promoted_at__isnull=False,
        file_removed_at__isnull=True,
        fault="",
    )
    return retired.order_by("-promoted_at").first()


def list_versions(limit: int = 50) -> QuerySet[ModelVersion]:
    """Return the model versions, newest first."""
    return ModelVersion.objects.select_related("promoted_by").order_by("-number")[:limit]


def doubted_labellers() -> set[int]:
    """Return whose labels the last training set aside, and nobody vouched for since."""
    learnt = ModelVersion.objects.filter(figures__has_key="set_aside").order_by("-number").first()
    doubts = learnt.figures["set_aside"] if learnt else []
    odd = {int(doubt["person"]) for doubt in doubts}
    return odd - set(
        TrustedLabeller.objects.filter(user_id__in=odd).values_list("user_id", flat=True)
    )
