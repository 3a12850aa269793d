"""Celery tasks that read tickets."""

from contextlib import suppress
from datetime import timedelta

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from common import clock
from common.sweeping import each
from triage import queries, services
from triage.errors import BeingTrained
from triage.services import similar

# A long backlog of readings must not keep new complaints waiting: each turn ends after this.
TURN_SECONDS = 10.0
# Everything older is the work of `manage.py fingerprint_tickets`.
SOLVED_LATELY = timedelta(days=2)
# A turn of a replay takes a third of this.
REPLAY_SECONDS = 60


@shared_task(name="triage.tasks.triage_ticket", queue="triage")
def triage_ticket(ticket_id: int) -> None:
    """Read one ticket; does nothing when it has been read."""
    services.triage_ticket(ticket_id=ticket_id, now=clock.now())


@shared_task(name="triage.tasks.sweep_untriaged", queue="triage")
def sweep_untriaged() -> None:
    """Read every open ticket that a lost job left unread, for one turn."""
    is_done = each(
        queries.unread_ids(clock.now()),
        lambda ticket_id: services.triage_ticket(ticket_id=ticket_id, now=clock.now()),
        seconds=TURN_SECONDS,
    )
    if not is_done:
        sweep_untriaged.delay()


@shared_task(name="triage.tasks.train_challenger", queue="training")
def train_challenger() -> None:
    """Learn from the labels of people; leaves it to a training that runs already."""
    # Late: it brings scikit-learn, which no other task needs.
    from triage.services.learning import learn_if_new

    with suppress(BeingTrained):
        learn_if_new(now=clock.now())


@shared_task(name="triage.tasks.remove_old_files", queue="triage")
def remove_old_files() -> None:
    """Remove files of models that nothing needs any more; their figures stay."""
    services.remove_old_files(now=clock.now())


@shared_task(name="triage.tasks.run_replays", queue="training", soft_time_limit=REPLAY_SECONDS)
def run_replays() -> None:
    """Read past tickets on for one turn."""
    for replay_id in queries.due_replays(clock.now()):
        try:
            if services.replay_on(replay_id=replay_id):
                run_replays.delay()
        except SoftTimeLimitExceeded:
            # Somebody's own cue may take for ever on some text; the worker must not.
            services.fail_replay(replay_id=replay_id, problem="too_slow", now=clock.now())


@shared_task(name="triage.tasks.keep_fingerprint", queue="triage")
def keep_fingerprint(ticket_id: int) -> None:
    """Keep what one ticket is known by, so that similar ones are found."""
    similar.keep_fingerprints(ticket_ids=[ticket_id])


@shared_task(name="triage.tasks.sweep_fingerprints", queue="triage")
def sweep_fingerprints() -> None:
    """Keep what a lost job left out of the tickets that were solved lately."""
    similar.keep_missing(since=clock.now() - SOLVED_LATELY)


@shared_task(name="triage.tasks.measure_drift", queue="training")
def measure_drift() -> None:
    """Measure what is new in the tickets of the last days."""
    # Late: it brings numpy and the dictionaries, which no other task of a page needs.
    from triage.services import drift

    drift.measure_drift(now=clock.now())
