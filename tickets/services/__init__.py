"""The verbs of the hub. Each is one transaction; each writes events; each takes ``now``."""

from tickets.services.approvals import (
    decide_approval,
    request_approval,
    withdraw_approval,
)
from tickets.services.assignment import assign, set_team
from tickets.services.attachments import attach_file
from tickets.services.bounces import record_bounce
from tickets.services.bulk import bulk
from tickets.services.clocks import note_clock, rebuild_clocks
from tickets.services.drafts import discard_draft, save_draft
from tickets.services.escalation import due_escalations, escalate
from tickets.services.failing import forget_failing, note_failing
from tickets.services.handover import hand_over_to_mail
from tickets.services.identities import know_customer
from tickets.services.merging import merge, undo_merge
from tickets.services.moving import Moved, move_message, undo_move
from tickets.services.outcomes import (
    note_delivery,
    retry_reply,
    send_by_email,
    unnoticed_outcomes,
)
from tickets.services.reach import Chosen, Reach, can_go_by_email, reach_of
from tickets.services.receiving import Received, receive_message
from tickets.services.removal import remove_unworked
from tickets.services.replies import add_note, mail_route, reply
from tickets.services.resolution import close_resolved, reopen, resolve, start_second_handling
from tickets.services.status import change_status, mark_read, reject, snooze
from tickets.services.triage import apply_triage, ask_again, confirm_triage, correct_triage
from tickets.services.waiting import care_for_waiting, waiting_ids

__all__ = [
    "Chosen",
    "Moved",
    "Reach",
    "Received",
    "add_note",
    "apply_triage",
    "ask_again",
    "assign",
    "attach_file",
    "bulk",
    "can_go_by_email",
    "care_for_waiting",
    "change_status",
    "close_resolved",
    "confirm_triage",
    "correct_triage",
    "decide_approval",
    "discard_draft",
    "due_escalations",
    "escalate",
    "forget_failing",
    "hand_over_to_mail",
    "know_customer",
    "mail_route",
    "mark_read",
    "merge",
    "move_message",
    "note_clock",
    "note_delivery",
    "note_failing",
    "reach_of",
    "rebuild_clocks",
    "receive_message",
    "record_bounce",
    "reject",
    "remove_unworked",
    "reopen",
    "reply",
    "request_approval",
    "resolve",
    "retry_reply",
    "save_draft",
    "send_by_email",
    "set_team",
    "snooze",
    "start_second_handling",
    "undo_merge",
    "undo_move",
    "unnoticed_outcomes",
    "waiting_ids",
    "withdraw_approval",
]
