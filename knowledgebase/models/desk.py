"""What other desks ask for over the API, and what they tell about it. No customer text is kept."""

import uuid

from django.db import models

from accounts.models import ApiToken
from knowledgebase.models.template import Template


class DeskSuggestion(models.Model):
    """One call for suggestions: for whom it was, and what was answered.

    ``answer`` is what was sent, so that a retry with the same key gets the same.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200, blank=True)
    request_digest = models.CharField(max_length=64)
    language = models.CharField(max_length=2)
    category = models.CharField(max_length=60, blank=True)
    emotion = models.PositiveSmallIntegerField(default=0)
    shown = models.JSONField(default=list)
    answer = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at",)
        constraints = (
            models.UniqueConstraint(
                fields=["token", "key"],
                name="desk_suggestion_key_is_unique",
                condition=~models.Q(key=""),
            ),
        )
        indexes = (models.Index(fields=["at"], name="desk_suggestion_by_age"),)

    def __str__(self) -> str:
        return str(self.id)


class DeskUse(models.Model):
    """What another desk did with a suggested reply, and how it ended."""

    suggestion = models.ForeignKey(DeskSuggestion, on_delete=models.CASCADE, related_name="uses")
    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="desk_uses")
    edited_share = models.FloatField(null=True, blank=True)
    is_sent = models.BooleanField(default=False)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    came_back = models.BooleanField(null=True, blank=True)
    is_good = models.BooleanField(null=True, blank=True)
    picked_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["suggestion", "template"], name="desk_use_is_unique"),
        )

    def __str__(self) -> str:
        return f"{self.suggestion_id} {self.template_id}"
