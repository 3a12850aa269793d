"""Reply templates and their history."""

from django.db import models

from accounts.models import User
from knowledgebase import content
from knowledgebase.models.choices import Language, TemplateStatus, Variant
from knowledgebase.models.scenario import Scenario


class Template(models.Model):
    """One body of a scenario: in one language, for one mood.

    ``body`` is what is being worked on; ``published_body`` is what agents are offered meanwhile.
    ``source_digest`` is the digest of the shipped body it came from. A body with another digest
    was edited here, and loading leaves it alone.
    """

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="templates")
    language = models.CharField(max_length=2, choices=Language.choices)
    variant = models.CharField(max_length=10, choices=Variant.choices)
    body = models.TextField()
    published_body = models.TextField(blank=True)
    status = models.CharField(
        max_length=9, choices=TemplateStatus.choices, default=TemplateStatus.DRAFT
    )
    version = models.PositiveIntegerField(default=1)
    source_digest = models.CharField(max_length=64, blank=True)
    changed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField()
    published_version = models.PositiveIntegerField(default=0)
    published_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["scenario", "language", "variant"], name="template_is_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.scenario_id} {self.language} {self.variant}"

    @property
    def is_edited_here(self) -> bool:
        """Whether the body differs from the shipped one."""
        return content.body_digest(self.body) != self.source_digest


class TemplateVersion(models.Model):
    """A body as it once was. Never changed: history is for restoring."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.TextField()
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()
    is_shipped = models.BooleanField(default=False)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=["template", "number"], name="version_number_is_unique"),
        )

    def __str__(self) -> str:
        return f"{self.template_id} v{self.number}"
