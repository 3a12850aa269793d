"""Holds replies back that break T1–T8, whoever sends them and however."""

from accounts.models import User
from knowledgebase import queries
from knowledgebase.errors import ToneBlocked
from knowledgebase.labels import finding_sentence
from knowledgebase.tone import BLOCKING
from tickets.models import Ticket


def guard_tone(ticket: Ticket, text: str, by: User) -> None:
    """Raise ToneBlocked for the first finding of T1–T8."""
    for finding in queries.check_text(ticket, text, by=by):
        if finding.code in BLOCKING:
            shown = f"{finding_sentence(finding)} “{finding.text}”" if finding.text else ""
            raise ToneBlocked(rule=finding.code, why=shown or finding_sentence(finding))
