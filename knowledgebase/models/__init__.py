"""Scenarios, their reply templates, and what became of each use."""

from knowledgebase.models.choices import Language, TemplateStatus, Variant
from knowledgebase.models.revision import LibraryRevision
from knowledgebase.models.scenario import Scenario
from knowledgebase.models.template import Template, TemplateVersion
from knowledgebase.models.use import OutcomeCount, TemplateUse

__all__ = [
    "Language",
    "LibraryRevision",
    "OutcomeCount",
    "Scenario",
    "Template",
    "TemplateStatus",
    "TemplateUse",
    "TemplateVersion",
    "Variant",
]
