"""Reads of the knowledge base."""

from knowledgebase.queries.asking import suggest_for_text
from knowledgebase.queries.browsing import (
    scenario_tree,
    search_scenarios,
    templates_of,
)
from knowledgebase.queries.bundles import Plan, export_bundle, plan_of
from knowledgebase.queries.caring import (
    remarks_of,
    soon_to_expire,
    users_of,
    waiting,
    waiting_count,
)
from knowledgebase.queries.drafts import draft_state, preview, tickets_to_preview
from knowledgebase.queries.filling import known_values, shop_day
from knowledgebase.queries.outcomes import outcome_of
from knowledgebase.queries.suggesting import SuggestedReply, suggest_for_ticket
from knowledgebase.queries.tone import check_text, tone_context
from knowledgebase.ranking.text import detect_language

__all__ = [
    "Plan",
    "SuggestedReply",
    "check_text",
    "detect_language",
    "draft_state",
    "export_bundle",
    "known_values",
    "outcome_of",
    "plan_of",
    "preview",
    "remarks_of",
    "scenario_tree",
    "search_scenarios",
    "shop_day",
    "soon_to_expire",
    "suggest_for_text",
    "suggest_for_ticket",
    "templates_of",
    "tickets_to_preview",
    "tone_context",
    "users_of",
    "waiting",
    "waiting_count",
]
