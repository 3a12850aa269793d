"""config/celery.py and config/broker.py: where messages go and what is due when."""

import os
from types import SimpleNamespace

import pytest
from celery.fixups.django import DjangoWorkerFixup
from django.conf import settings
from pgmq.base import PGMQConfig
from psycopg.conninfo import conninfo_to_dict

from config import broker
from config import celery as celery_module
from config.celery import ROUTES, SCHEDULE, app

DATABASE = {"NAME": "redress", "USER": "redress", "HOST": "/run/pg", "PORT": "5432"}


def test_without_a_broker_the_queues_live_in_the_database():
    settings = broker.celery_settings(broker_url="", database=DATABASE)
    options = settings["broker_transport_options"]
    assert settings["broker_url"].startswith("pgmq://")
    assert options["conn_string"] == "host=/run/pg port=5432 dbname=redress user=redress"
    assert options["visibility_timeout"] <= 60


@pytest.mark.parametrize("url", ["redis://redis:6379/0", "amqp://rabbit:5672//"])
def test_another_broker_is_taken_by_its_address_alone(url):
    assert broker.celery_settings(broker_url=url, database=DATABASE)["broker_url"] == url


@pytest.mark.parametrize("password", ["plain", "it's", "two words", "back\\slash", "' host=evil"])
def test_any_password_survives_the_queues_client(password):
    """The client splits the text into values and joins them without quoting."""
    conninfo = broker.conninfo({**DATABASE, "PASSWORD": password, "HOST": "/my shop/var"})
    client = PGMQConfig(conn_string=conninfo, init_extension=False)
    received = conninfo_to_dict(client.dsn)
    assert received["password"] == password
    assert received["host"] == "/my shop/var"


def test_encryption_reaches_the_queues_by_the_environment(monkeypatch):
    monkeypatch.delenv("PGSSLMODE", raising=False)
    broker.pass_on_encryption({**DATABASE, "OPTIONS": {"sslmode": "verify-full", "pool": True}})
    assert os.environ.pop("PGSSLMODE") == "verify-full"


def test_every_scheduled_task_exists_and_names_a_queue():
    app.loader.import_default_modules()
    missing = [entry["task"] for entry in SCHEDULE.values() if entry["task"] not in app.tasks]
    assert missing == []
    queues = {route["queue"] for route in ROUTES.values()}
    assert queues < set(broker.QUEUES)


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("intake.tasks.process_waiting", "intake"),
        ("triage.tasks.train_model", "training"),
        ("triage.tasks.triage_message", "triage"),
        ("outbox.tasks.send_due", "outbox"),
        ("tickets.tasks.sweep_clocks", "sla"),
        ("reports.tasks.roll_up", "reports"),
        ("common.tasks.record_heartbeat", "default"),
    ],
)
def test_tasks_go_to_their_queue(task, queue):
    assert app.amqp.router.route({}, task)["queue"].name == queue


def test_work_is_taken_late_and_one_at_a_time():
    assert app.conf.task_acks_late is True
    assert app.conf.task_reject_on_worker_lost is True
    assert app.conf.worker_prefetch_multiplier == 1


def test_wake_ups_for_sweeps_do_not_pile_up():
    for name, entry in SCHEDULE.items():
        every = entry["schedule"]
        longest = every if isinstance(every, float) else 24 * 3600
        assert entry["options"]["expires"] <= longest, name


def test_only_the_worker_that_waits_asks_for_notifications(monkeypatch):
    monkeypatch.setattr(settings, "BROKER_URL", "")
    conf = SimpleNamespace(broker_transport_options={"pool_size": 2})
    celery_module._listen_for_messages(conf=conf)
    assert conf.broker_transport_options == {"pool_size": 2, "use_notify": True}
    monkeypatch.setattr(celery_module, "app", SimpleNamespace(conf=conf))
    celery_module._only_publish()
    assert conf.broker_transport_options == {"pool_size": 2, "use_notify": False}


def test_a_worker_keeps_its_connection_from_task_to_task():
    """Celery closes it after each task unless it finds this setting, under the old name alone."""
    fixup = DjangoWorkerFixup(app)
    assert fixup.db_reuse_max
    assert fixup.db_reuse_max > 1_000_000
