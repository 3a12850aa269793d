"""The processes that make up a running Redress, in the order in which they end."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config.broker import QUEUES
from config.supervisor import Program

# What one listens on to be reached by other machines; no address to open in a browser.
EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104
WEB_GRACE_SECONDS = 10.0
SCHEDULER_GRACE_SECONDS = 5.0
# A job gets this long to finish; if it does not, its message comes back to the next worker.
WORKER_GRACE_SECONDS = 20.0
MAIL_GRACE_SECONDS = 12.0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Where to listen and how much to run at once."""

    host: str
    port: int
    web_threads: int
    worker_concurrency: int
    public_url: str

    @property
    def address(self) -> str:
        """The address a browser on this machine opens."""
        host = "127.0.0.1" if self.host in EVERY_ADDRESS else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def programs(plan: Plan, *, has_mailboxes: Callable[[], bool] = lambda: False) -> list[Program]:
    """Return web, mailboxes (where a source has one), scheduler and worker."""
    environment = {"REDRESS_PUBLIC_URL": plan.public_url}
    return [
        Program(
            name="web",
            command=_web_command(plan),
            environment={**environment, "REDRESS_DATABASE_POOL": str(plan.web_threads + 2)},
            grace_seconds=WEB_GRACE_SECONDS,
        ),
        Program(
            name="mail",
            command=[
                *(sys.executable, str(_project_dir() / "manage.py"), "poll_mailboxes"),
                *("--while-needed", "--skip-checks"),
            ],
            environment=environment,
            grace_seconds=MAIL_GRACE_SECONDS,
            is_needed=has_mailboxes,
        ),
        Program(
            name="beat",
            command=[*_celery(), "beat", "--loglevel=WARNING", "--pidfile="],
            environment=environment,
            grace_seconds=SCHEDULER_GRACE_SECONDS,
        ),
        Program(
            name="worker",
            command=_worker_command(plan),
            # Celery warns of root because of pickle, which is not accepted here.
            environment={**environment, "PYTHONWARNINGS": "ignore:You're running the worker"},
            grace_seconds=WORKER_GRACE_SECONDS,
        ),
    ]


def prepare_command(*, with_demo: bool) -> list[str]:
    """Return the command that brings the database and files up to date."""
    command = [sys.executable, str(_project_dir() / "manage.py"), "prepare"]
    return command if with_demo else [*command, "--no-demo"]


def _web_command(plan: Plan) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "config.wsgi:application"),
        "--interface=wsgi",
        f"--host={plan.host}",
        f"--port={plan.port}",
        "--workers=1",
        f"--blocking-threads={plan.web_threads}",
        "--http=1",
        "--no-ws",
        "--respawn-failed-workers",
        "--log-level=error",
        f"--working-dir={_project_dir()}",
    ]


def _worker_command(plan: Plan) -> list[str]:
    return [
        *_celery(),
        "worker",
        f"--concurrency={plan.worker_concurrency}",
        f"--queues={','.join(QUEUES)}",
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
        "--loglevel=WARNING",
    ]


def _celery() -> list[str]:
    return [
        *(sys.executable, "-m", "celery", "--app=config.celery", f"--workdir={_project_dir()}"),
        "--skip-checks",
        "--quiet",
    ]


def _project_dir() -> Path:
    return Path(__file__).resolve().parent.parent
