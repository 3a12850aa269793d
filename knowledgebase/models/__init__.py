"""Scenarios, their reply templates, and what became of each use."""

from knowledgebase.models.choices import Language, TemplateStatus, Variant
from knowledgebase.models.desk import DeskSuggestion, DeskUse
from knowledgebase.models.editing import HelpText, KnowledgeUpload, TemplateComment
from knowledgebase.models.learning import (
    HarmFlag,
    LearntPhrase,
    RankingWeek,
    SuggestionList,
    TemplatePause,
)
from knowledgebase.models.proposal import Proposal, ProposalKind, ProposalState
from knowledgebase.models.revision import LibraryRevision
from knowledgebase.models.scenario import Scenario
from knowledgebase.models.template import Template, TemplateVersion
from knowledgebase.models.use import OutcomeCount, TemplateUse

__all__ = [
    "DeskSuggestion",
    "DeskUse",
    "HarmFlag",
    "HelpText",
    "KnowledgeUpload",
    "Language",
    "LearntPhrase",
    "LibraryRevision",
    "OutcomeCount",
    "Proposal",
    "ProposalKind",
    "ProposalState",
    "RankingWeek",
    "Scenario",
    "SuggestionList",
    "Template",
    "TemplateComment",
    "TemplatePause",
    "TemplateStatus",
    "TemplateUse",
    "TemplateVersion",
    "Variant",
]
