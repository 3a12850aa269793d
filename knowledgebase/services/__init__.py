"""Everything that changes the knowledge base."""

from knowledgebase.services.loading import LoadReport, load_knowledge
from knowledgebase.services.templates import change_status, edit_template, restore_version
from knowledgebase.services.uses import record_missed_uses, record_use, settle_outcomes

__all__ = [
    "LoadReport",
    "change_status",
    "edit_template",
    "load_knowledge",
    "record_missed_uses",
    "record_use",
    "restore_version",
    "settle_outcomes",
]
