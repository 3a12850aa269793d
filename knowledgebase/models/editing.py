"""What editors leave beside the replies: remarks, pages for customers, files under way."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from knowledgebase.models.choices import Language
from knowledgebase.models.scenario import Scenario
from knowledgebase.models.template import Template


class TemplateComment(models.Model):
    """A remark on a template, perhaps with a wording that would be better.

    ``version`` is what the writer was looking at. A remark is settled, never removed.
    """

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="comments")
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    proposed_body = models.TextField(blank=True)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(
                fields=["template"], name="comment_open", condition=Q(resolved_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.template_id} #{self.pk}"


class HelpText(models.Model):
    """A page for customers about a scenario, in one language.

    ``title`` and ``text`` are worked on; customers see the published ones while ``is_public``.
    """

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="help_texts")
    language = models.CharField(max_length=2, choices=Language.choices)
    title = models.CharField(max_length=160)
    text = models.TextField()
    published_title = models.CharField(max_length=160, blank=True)
    published_text = models.TextField(blank=True)
    is_public = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["scenario", "language"], name="help_text_is_unique"),
        )

    def __str__(self) -> str:
        return f"{self.scenario_id} {self.language}"

    @property
    def is_waiting(self) -> bool:
        """Whether what is written differs from what customers may see."""
        public = (self.published_title, self.published_text)
        return not self.is_public or (self.title, self.text) != public


class KnowledgeUpload(models.Model):
    """A file of replies between being looked at and being taken over; its bytes go with that."""

    name = models.CharField(max_length=200)
    content = models.BinaryField()
    plan_digest = models.CharField(max_length=64)
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name
