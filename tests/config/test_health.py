"""/healthz and /readyz."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.models.functions import Now

from common import heartbeats
from common.models import Heartbeat
from config import health


def test_healthz_answers_without_the_database(client):
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_readyz_is_ok_when_a_worker_was_seen(client):
    heartbeats.record(heartbeats.WORKER)
    response = client.get("/readyz")
    assert response.status_code == 200
    assert set(response.json()["checks"].values()) == {"ok"}


@pytest.mark.django_db
def test_readyz_says_that_no_worker_was_seen(client):
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["worker"] == "no worker has been seen yet"


@pytest.mark.django_db
def test_readyz_says_that_the_worker_is_silent(client):
    Heartbeat.objects.create(name=heartbeats.WORKER, beat_at=Now() - timedelta(seconds=600))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "seconds old" in response.json()["checks"]["worker"]


@pytest.mark.django_db
def test_readyz_says_that_migrations_are_waiting(client):
    heartbeats.record(heartbeats.WORKER)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'common'")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "waiting" in response.json()["checks"]["migrations"]


@pytest.mark.django_db
def test_readyz_tells_strangers_nothing_about_a_broken_database(client, monkeypatch):
    def fail() -> str:
        raise OperationalError("host db.internal, user admin: no route")

    monkeypatch.setitem(health.CHECKS, "database", fail)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "database not reachable"
    assert "internal" not in response.content.decode()


@pytest.mark.django_db
def test_a_second_sign_of_life_replaces_the_first():
    heartbeats.record("worker")
    heartbeats.record("worker")
    assert Heartbeat.objects.count() == 1
    age = heartbeats.seconds_since("worker")
    assert age is not None
    assert age < 60
