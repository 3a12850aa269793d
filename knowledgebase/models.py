"""Scenarios, their reply templates, and what became of each use."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from knowledgebase import content
from knowledgebase.ranking.outcome import Outcome


class Language(models.TextChoices):
    """Languages that replies are written in."""

    ZH = "zh", _("Chinese")
    EN = "en", _("English")


class Variant(models.TextChoices):
    """Whom a body is written for."""

    CALM = "calm", _("calm")
    ANGRY = "angry", _("angry")
    DISTRESSED = "distressed", _("distressed")


class TemplateStatus(models.TextChoices):
    """How far a template is; only published ones are suggested."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    PUBLISHED = "published", _("Published")


class Scenario(models.Model):
    """One situation with its own reply: when it fits, what it offers, how customers put it.

    ``source_digest`` identifies the shipped file that the fields were last loaded from.
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


class TemplateUse(models.Model):
    """One reply that was sent from a template: how much it was edited and how it ended.

    ``is_good`` is unknown until the ticket tells: score of at least four, not reopened, not
    repeated within 14 days.
    """

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="uses")
    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.CASCADE, related_name="template_uses"
    )
    message = models.OneToOneField(
        "tickets.Message", on_delete=models.CASCADE, related_name="template_use"
    )
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    emotion = models.PositiveSmallIntegerField(default=0)
    round = models.PositiveSmallIntegerField(default=1)
    edited_share = models.FloatField()
    sent_at = models.DateTimeField()
    is_good = models.BooleanField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(
                fields=["sent_at"], name="use_unsettled", condition=Q(settled_at__isnull=True)
            ),
            models.Index(fields=["template", "emotion"], name="use_by_template"),
        )

    def __str__(self) -> str:
        return f"{self.template_id} on {self.ticket_id}"


class OutcomeCount(models.Model):
    """How uses of a scenario ended, counted by emotion, so that ranking reads few rows."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="outcomes")
    emotion = models.PositiveSmallIntegerField()
    uses = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["scenario", "emotion"], name="outcome_is_unique"),
        )

    def __str__(self) -> str:
        return f"{self.scenario_id}/{self.emotion}: {self.good} of {self.uses}"

    @property
    def outcome(self) -> Outcome:
        """The count as the ranking takes it."""
        return Outcome(uses=self.uses, good=self.good)


class LibraryRevision(models.Model):
    """One row whose number grows with every published change; workers rebuild when it does."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)
