"""Languages, moods and stages of reply templates."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
