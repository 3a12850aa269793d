"""Celery tasks that read what was delivered."""

import time
from collections.abc import Sequence

from celery import shared_task

from common import clock
from common.sweeping import each
from intake import services
from intake.services import chat, import_undo, imports, retention

# A long backlog is shared between the workers and other work: each turn ends after this.
TURN_SECONDS = 20.0
AT_ONCE = 20


@shared_task(name="intake.tasks.process_waiting", queue="intake")
def process_waiting() -> None:
    """Read what waits, oldest first; does nothing when other workers have it or had it."""
    ends_at = time.monotonic() + TURN_SECONDS
    while waiting := services.waiting_ids(now=clock.now(), limit=AT_ONCE):
        done = _read(waiting)
        if time.monotonic() > ends_at:
            process_waiting.delay()
            return
        if len(waiting) < AT_ONCE or not done:
            # Others have them, or lines of chats wait for those before them: the sweep comes back.
            return


def _read(waiting: Sequence[int]) -> int:
    """Read these deliveries; return how many were ours to read."""
    done: list[int] = []

    def read(delivery_id: int) -> None:
        if services.process_delivery(delivery_id=delivery_id, now=clock.now()) is not None:
            done.append(delivery_id)

    each(waiting, read)
    return len(done)


@shared_task(name="intake.tasks.sweep_deliveries", queue="intake")
def sweep_deliveries() -> None:
    """Read everything that waits, also what a lost wake-up or a dead worker left."""
    process_waiting()


@shared_task(name="intake.tasks.fetch_waiting", queue="media")
def fetch_waiting() -> None:
    """Fetch the files that messages name, the longest waiting first, for one turn."""
    ends_at = time.monotonic() + TURN_SECONDS
    while waiting := services.waiting_media(now=clock.now(), limit=AT_ONCE):
        for media_id in waiting:
            each([media_id], lambda pk: services.fetch_media(media_id=pk, now=clock.now()))
            if time.monotonic() > ends_at:
                fetch_waiting.delay()
                return


@shared_task(name="intake.tasks.hand_over_chats", queue="intake")
def hand_over_chats() -> None:
    """Mail the replies that visitors who have left did not fetch."""
    each(
        chat.to_hand_over(now=clock.now()),
        lambda conversation_id: chat.hand_over(conversation_id=conversation_id, now=clock.now()),
    )


@shared_task(name="intake.tasks.run_imports", queue="media")
def run_imports() -> None:
    """Read the files of marketplaces on for one turn, or take them back."""
    unfinished: list[int] = []

    def go_on(import_id: int) -> None:
        import_undo.undo(import_id=import_id)
        if imports.read_on(import_id=import_id):
            unfinished.append(import_id)

    each(imports.due_imports(now=clock.now()), go_on)
    if unfinished:
        run_imports.delay()


@shared_task(name="intake.tasks.remove_old_bodies", queue="intake")
def remove_old_bodies() -> None:
    """Remove raw copies that have been kept long enough; their digests stay."""
    retention.remove_old_bodies(now=clock.now())
