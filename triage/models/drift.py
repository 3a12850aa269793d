"""What is new in the tickets of today, measured by night."""

from django.db import models

from triage.models.versions import ModelVersion


class DriftReport(models.Model):
    """How far the tickets of the last days are from those before and from what was learnt.

    ``figures`` is what triage.ml.drift makes; pages draw it and count nothing themselves.
    """

    measured_at = models.DateTimeField()
    model = models.ForeignKey(ModelVersion, null=True, on_delete=models.SET_NULL)
    figures = models.JSONField(default=dict)

    class Meta:
        ordering = ("-measured_at",)
        indexes = (models.Index(fields=["-measured_at"], name="drift_by_time"),)

    def __str__(self) -> str:
        return f"drift at {self.measured_at:%Y-%m-%d}"
