"""Scenarios: situations that have their own reply."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import User
from knowledgebase.models.choices import Language


class Scenario(models.Model):
    """One situation with its own reply: when it fits, what it offers, how customers put it.

    ``source_digest`` identifies the shipped file that the fields were last loaded from; a head
    that was edited here (``is_edited_here``) is left alone by loading. ``version`` counts edits
    of the head, so that two editors notice each other. ``expires_on`` is the last day, in the
    shop's zone, on which the replies are suggested; withdrawn ones stay for their history.
    """

    slug = models.CharField(max_length=80, unique=True)
    category = models.CharField(max_length=60, blank=True)
    title_en = models.CharField(max_length=160)
    title_zh = models.CharField(max_length=160)
    remedy = models.CharField(max_length=8, blank=True)
    offer = models.CharField(max_length=2, default="O1")
    limit = models.CharField(max_length=10, blank=True)
    legal = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    jurisdiction = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    conditions = models.JSONField(default=dict, blank=True)
    examples_en = ArrayField(models.TextField(), default=list, blank=True)
    examples_zh = ArrayField(models.TextField(), default=list, blank=True)
    source_digest = models.CharField(max_length=64, blank=True)
    is_edited_here = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    expires_on = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawn_why = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=["category"], name="scenario_by_category"),)

    def __str__(self) -> str:
        return self.slug

    def title(self, language: str) -> str:
        """Return the title in ``zh`` or ``en``."""
        return self.title_zh if language.startswith("zh") else self.title_en

    def examples(self, language: str) -> list[str]:
        """Return the customer phrasings in ``zh`` or ``en``."""
        return self.examples_zh if language == Language.ZH else self.examples_en

    def is_offered(self, today: date) -> bool:
        """Whether replies may be suggested on a day: not withdrawn, not past their last day."""
        expired = self.expires_on is not None and today > self.expires_on
        return self.withdrawn_at is None and not expired
