"""Celery tasks of the knowledge base."""

from celery import shared_task

from common import clock
from knowledgebase import services
from knowledgebase.services.mining import WINDOW, mine_pool


@shared_task(name="knowledgebase.tasks.record_use")
def record_use(message_id: int) -> None:
    """Note what a reply made of its template."""
    services.record_use(message_id=message_id)


@shared_task(name="knowledgebase.tasks.settle_outcomes")
def settle_outcomes() -> None:
    """Decide how uses ended, and pick up uses that a lost job left."""
    now = clock.now()
    services.record_missed_uses(now=now)
    services.settle_outcomes(now=now)


@shared_task(name="knowledgebase.tasks.learn_by_night")
def learn_by_night() -> None:
    """Look for templates that do harm, learn customers' words, count the weeks, forget old lists.

    Each part stands alone and may be run again.
    """
    now = clock.now()
    services.settle_outcomes(now=now)
    services.count_all_outcomes(now=now)
    services.flag_harmful(now=now)
    services.learn_phrases(now=now)
    services.count_ranking_weeks(now=now)
    services.forget_old_lists(now=now)
    services.forget_old_answers(now=now)


@shared_task(name="knowledgebase.tasks.mine_replies")
def mine_replies() -> None:
    """Propose replies and scenarios from what was solved lately."""
    now = clock.now()
    mine_pool(since=now - WINDOW, now=now)
