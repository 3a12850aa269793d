"""Workers: queues, routes and the schedule. Rows are the truth; messages only wake workers up."""

import os
from typing import Any

from celery import Celery, signals
from celery.schedules import crontab
from kombu import Exchange, Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings

from config.broker import QUEUES, uses_database

app = Celery("redress")

# Every entry is safe to run twice and late: each looks for rows that are due. `expires` keeps a
# backlog of wake-ups from building while no worker runs.
SCHEDULE: dict[str, dict[str, Any]] = {
    name: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for name, task, seconds in (
        ("prove that a worker lives", "common.tasks.record_heartbeat", 10.0),
        ("parse waiting deliveries", "intake.tasks.sweep_deliveries", 10.0),
        ("read files on", "intake.tasks.run_imports", 15.0),
        ("fetch files that wait", "intake.tasks.fetch_waiting", 20.0),
        ("triage what was left", "triage.tasks.sweep_untriaged", 15.0),
        ("go on with replays", "triage.tasks.run_replays", 30.0),
        ("mail what chats left", "intake.tasks.hand_over_chats", 15.0),
        ("send what is due", "outbox.tasks.send_due", 10.0),
        ("tell tickets how replies ended", "tickets.tasks.sweep_outcomes", 60.0),
        ("forget receipts of others", "outbox.tasks.forget_held_receipts", 3600.0),
        ("watch the clocks", "tickets.tasks.sweep_clocks", 15.0),
        ("escalate what is late", "tickets.tasks.escalate_clocks", 30.0),
        ("ask customers again", "tickets.tasks.care_for_waiting", 600.0),
        ("close what stayed resolved", "tickets.tasks.close_resolved", 600.0),
        ("send surveys", "surveys.tasks.send_due_surveys", 20.0),
        ("find solved tickets", "triage.tasks.sweep_fingerprints", 3600.0),
        ("learn how replies ended", "knowledgebase.tasks.settle_outcomes", 3600.0),
    )
}

# By night, after the training.
SCHEDULE["remove old raw copies"] = {
    "task": "intake.tasks.remove_old_bodies",
    "schedule": crontab(hour=3, minute=41),
    "options": {"expires": 6 * 3600},
}
# By night, when two minutes of a processor are missed least.
SCHEDULE["learn from people"] = {
    "task": "triage.tasks.train_challenger",
    "schedule": crontab(hour=3, minute=17),
    "options": {"expires": 6 * 3600},
}
# By night, after the training.
SCHEDULE["remove old models"] = {
    "task": "triage.tasks.remove_old_files",
    "schedule": crontab(hour=3, minute=53),
    "options": {"expires": 6 * 3600},
}
# By night, over what a year of replies led to.
SCHEDULE["learn from replies"] = {
    "task": "knowledgebase.tasks.learn_by_night",
    "schedule": crontab(hour=4, minute=7),
    "options": {"expires": 6 * 3600},
}
# By night, after the training: it compares with what the model in use knows.
SCHEDULE["measure what is new"] = {
    "task": "triage.tasks.measure_drift",
    "schedule": crontab(hour=4, minute=23),
    "options": {"expires": 6 * 3600},
}
# By night: it reads every answer of three months.
SCHEDULE["propose replies"] = {
    "task": "knowledgebase.tasks.mine_replies",
    "schedule": crontab(hour=4, minute=41),
    "options": {"expires": 6 * 3600},
}

ROUTES = {
    "intake.tasks.fetch*": {"queue": "media"},
    "intake.tasks.run_imports": {"queue": "media"},
    "intake.tasks.*": {"queue": "intake"},
    "triage.tasks.train*": {"queue": "training"},
    "triage.tasks.run_replays": {"queue": "training"},
    "triage.tasks.measure_drift": {"queue": "training"},
    "triage.tasks.*": {"queue": "triage"},
    "knowledgebase.tasks.mine*": {"queue": "training"},
    "outbox.tasks.*": {"queue": "outbox"},
    "surveys.tasks.*": {"queue": "outbox"},
    "tickets.tasks.*clock*": {"queue": "sla"},
    "reports.tasks.*": {"queue": "reports"},
}

_exchange = Exchange("redress", type="direct")

app.conf.update(
    **settings.CELERY,
    task_queues=[Queue(name, _exchange, routing_key=name) for name in QUEUES],
    task_default_queue="default",
    task_default_exchange="redress",
    task_default_routing_key="default",
    task_create_missing_queues=False,
    task_routes=ROUTES,
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_track_started=False,
    worker_prefetch_multiplier=1,
    worker_max_tasks_per_child=2000,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_pool_limit=2,
    beat_schedule=SCHEDULE,
    # In memory: after a restart everything is simply due, which is safe.
    beat_scheduler="celery.beat:Scheduler",
    beat_max_loop_interval=5,
    enable_utc=True,
    # The schedule of the night follows the shop; rows keep UTC.
    timezone=settings.TIME_ZONE,
    # Connections stay open between tasks; `_drop_broken_connections` sorts out the dead ones.
    # Celery looks for this one under its old name alone; the others have the new ones.
    CELERY_DB_REUSE_MAX=1_000_000_000,
)
app.autodiscover_tasks()


@signals.setup_logging.connect
def _log_like_django(**_kwargs: Any) -> None:
    """Django has set up logging already; Celery must not do it again."""


@signals.celeryd_init.connect
def _listen_for_messages(conf: Any, **_kwargs: Any) -> None:
    # Only those who wait need the trigger; publishers would rebuild it at every connect.
    if uses_database(settings.BROKER_URL):
        conf.broker_transport_options = {**conf.broker_transport_options, "use_notify": True}


@signals.worker_init.connect
def _share_the_reader(**_kwargs: Any) -> None:
    """Load what reads texts before the children are forked: they share its memory."""
    import triage.ml.model  # noqa: F401


@signals.worker_process_init.connect
def _only_publish(**_kwargs: Any) -> None:
    # The children wait for nothing: two that rebuilt the trigger at once would deadlock.
    options = app.conf.broker_transport_options or {}
    app.conf.broker_transport_options = {**options, "use_notify": False}


@signals.celeryd_init.connect
@signals.beat_init.connect
def _start_database(**_kwargs: Any) -> None:
    if settings.EMBEDDED_DATABASE is not None:
        settings.EMBEDDED_DATABASE.ensure_running()


@signals.task_prerun.connect
@signals.task_postrun.connect
def _drop_broken_connections(task: Any = None, **_kwargs: Any) -> None:
    from django.db import close_old_connections

    if not task.request.is_eager:
        close_old_connections()


@signals.worker_ready.connect
def _say_hello(**_kwargs: Any) -> None:
    """Be ready at once instead of after the first turn of the schedule."""
    from common.queueing import send
    from common.tasks import record_heartbeat

    send(record_heartbeat)
