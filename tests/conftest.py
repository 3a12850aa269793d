"""What every test stands on: a real PostgreSQL of its own, no network, no tolerance.

The server is shared by the processes of pytest-xdist and starts when the first test asks for the
database, so tests of plain Python cost nothing.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
IS_CONTROLLER = WORKER == "main"

if IS_CONTROLLER:
    # Workers inherit it; a short path, because sockets lie in it.
    os.environ["REDRESS_TEST_ROOT"] = tempfile.mkdtemp(prefix="redress-tests-")
ROOT = Path(os.environ["REDRESS_TEST_ROOT"])

for name in [name for name in os.environ if name.startswith("REDRESS_")]:
    if name != "REDRESS_TEST_ROOT":
        del os.environ[name]
for name in ("DATABASE_URL", "BROKER_URL", "CACHE_URL", "EMAIL_URL"):
    # Empty, not absent: a developer's .env must not reach the tests.
    os.environ[name] = ""
os.environ["REDRESS_VAR"] = str(ROOT / WORKER)
os.environ["REDRESS_LOG_LEVEL"] = "WARNING"
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
# Playwright's synchronous interface runs an event loop in the thread of the tests.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Lost data is no loss here, and the disk is the slowest part.
FAST_AND_LOOSE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
}

pytest_plugins = ["tests.browser", "tests.stack", "tests.trained_model"]


def pytest_configure(config: pytest.Config) -> None:
    """Adapt the settings before pytest-django starts Django."""
    from django.conf import settings

    from config.embedded import EmbeddedDatabase

    database = EmbeddedDatabase(ROOT / "postgres", extra_settings=FAST_AND_LOOSE)
    settings.EMBEDDED_DATABASE = database
    settings.DATABASES["default"].update(database.django_settings())
    in_memory = {
        "broker_url": "memory://",
        "broker_transport": "memory",
        "broker_transport_options": {},
    }
    settings.CELERY.update(in_memory)
    # In a process of xdist Django is already set up, and the app has read its settings.
    from config.celery import app

    app.conf.update(in_memory)
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    # Every wake-up is sent at once: a timer would outlive the test that started it.
    from common import waking

    waking.PAUSE_SECONDS = 0.0
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server; the processes of xdist have ended by now."""
    if not IS_CONTROLLER:
        return
    from config.embedded.server import Server

    Server(data_dir=ROOT / "postgres", settings={}).stop()
    shutil.rmtree(ROOT, ignore_errors=True)


@pytest.fixture
def sent_tasks() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Collect what is handed to the broker: names and arguments, in order."""
    from celery.signals import before_task_publish

    sent: list[tuple[str, dict[str, Any]]] = []

    def note(sender: str = "", body: Any = None, **_: Any) -> None:
        sent.append((sender, body[1]))

    before_task_publish.connect(note, weak=False)
    yield sent
    before_task_publish.disconnect(note)


@pytest.fixture
def run_tasks_at_once() -> Iterator[None]:
    """Run every task where it is sent, as if a worker were that quick."""
    from config.celery import app

    app.conf.task_always_eager = True
    app.conf.task_eager_propagates = True
    yield
    app.conf.task_always_eager = False
    app.conf.task_eager_propagates = False


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Return ports that nobody listens on."""
    from tests.stack import find_free_port

    return find_free_port
