"""Reads of the knowledge base."""

from knowledgebase.queries.browsing import (
    outcome_of,
    scenario_tree,
    search_scenarios,
    templates_of,
)
from knowledgebase.queries.filling import known_values
from knowledgebase.queries.suggesting import SuggestedReply, suggest_for_ticket
from knowledgebase.queries.tone import check_text, tone_context
from knowledgebase.ranking.text import detect_language

__all__ = [
    "SuggestedReply",
    "check_text",
    "detect_language",
    "known_values",
    "outcome_of",
    "scenario_tree",
    "search_scenarios",
    "suggest_for_ticket",
    "templates_of",
    "tone_context",
]
