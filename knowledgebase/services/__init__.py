"""Everything that changes the knowledge base."""

from knowledgebase.services.comments import add_comment, resolve_comment, take_wording
from knowledgebase.services.desk import forget_old_answers, record_suggestion, report_use
from knowledgebase.services.editing_scenarios import (
    Head,
    bring_back_scenario,
    create_scenario,
    edit_scenario,
    head_of,
    withdraw_scenario,
)
from knowledgebase.services.harm import (
    dismiss_flag,
    flag_harmful,
    pause_template,
    resume_template,
)
from knowledgebase.services.help_texts import close_help, open_help, write_help
from knowledgebase.services.importing import apply_upload, keep_upload, plan_upload
from knowledgebase.services.loading import LoadReport, load_knowledge
from knowledgebase.services.measuring import count_ranking_weeks, forget_old_lists
from knowledgebase.services.phrases import learn_phrases
from knowledgebase.services.settling import count_all_outcomes, settle_outcomes
from knowledgebase.services.templates import (
    Written,
    change_status,
    edit_template,
    publish_many,
    restore_version,
    save_bodies,
)
from knowledgebase.services.uses import record_missed_uses, record_shown, record_use

__all__ = [
    "Head",
    "LoadReport",
    "Written",
    "add_comment",
    "apply_upload",
    "bring_back_scenario",
    "change_status",
    "close_help",
    "count_all_outcomes",
    "count_ranking_weeks",
    "create_scenario",
    "dismiss_flag",
    "edit_scenario",
    "edit_template",
    "flag_harmful",
    "forget_old_answers",
    "forget_old_lists",
    "head_of",
    "keep_upload",
    "learn_phrases",
    "load_knowledge",
    "open_help",
    "pause_template",
    "plan_upload",
    "publish_many",
    "record_missed_uses",
    "record_shown",
    "record_suggestion",
    "record_use",
    "report_use",
    "resolve_comment",
    "restore_version",
    "resume_template",
    "save_bodies",
    "settle_outcomes",
    "take_wording",
    "withdraw_scenario",
    "write_help",
]
