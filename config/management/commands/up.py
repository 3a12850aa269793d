"""Run all of Redress on this machine: database, web, worker, scheduler. One Ctrl-C ends all."""

import os
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import startup
from config.errors import StartError
from config.mailboxes import Look, has_mailboxes
from config.programs import Plan, prepare_command, programs
from config.run_file import RunFile
from config.supervisor import Supervisor

DATABASE_LOOK_SECONDS = 2.0
# Written by `seed_demo`, one line per log-in.
DEMO_LOGINS = "demo_logins.txt"


class Command(BaseCommand):
    """Starts and watches the processes."""

    help = "Start the database, web, worker and scheduler, and watch them until Ctrl-C."
    # The database may not exist yet.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("--port", type=int, default=8000, help="Port to listen on (8000).")
        parser.add_argument("--host", default="127.0.0.1", help="Address to listen on.")
        parser.add_argument("--no-demo", action="store_true", help="Start without demo data.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, prepare, run, end."""
        self._mutex = threading.Lock()
        self._database_seen_at = 0.0
        self._plan = _plan(options["host"], options["port"])
        if not options["no_demo"]:
            # The demo shortens waits (surveys after a minute); every process must know.
            os.environ.setdefault("REDRESS_DEMO", "true")
        run_file = RunFile(settings.VAR_DIR)
        try:
            run_file.claim(self._plan.address)
            try:
                self._run(run_file, with_demo=not options["no_demo"])
            finally:
                run_file.release()
        except StartError as error:
            raise CommandError(str(error)) from error

    def _run(self, run_file: RunFile, *, with_demo: bool) -> None:
        run_file.end_left_overs()
        startup.check_disk(settings.VAR_DIR)
        startup.check_port(self._plan.host, self._plan.port)
        supervisor = Supervisor(
            programs(self._plan, has_mailboxes=Look(has_mailboxes)),
            say=self._say,
            on_tick=self._look_after_database,
            on_change=run_file.write,
        )
        supervisor.catch_signals()
        try:
            if settings.EMBEDDED_DATABASE is not None:
                self._say("up", "starting the embedded database")
                settings.EMBEDDED_DATABASE.ensure_running()
            if self._prepare(supervisor, with_demo=with_demo):
                self._announce_when_ready(supervisor)
                supervisor.run()
        finally:
            if settings.EMBEDDED_DATABASE is not None:
                self._say("up", "stopping the database")
                settings.EMBEDDED_DATABASE.release()
            self._say("up", "stopped")

    def _prepare(self, supervisor: Supervisor, *, with_demo: bool) -> bool:
        """Run `prepare` apart, so that its memory is free afterwards. False: asked to stop."""
        process = subprocess.Popen(
            prepare_command(with_demo=with_demo),
            env={
                **os.environ,
                "PYTHONUNBUFFERED": "1",
                "REDRESS_PUBLIC_URL": self._plan.public_url,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        reader = startup.in_background(lambda: self._pass_on(process))
        while process.poll() is None and not supervisor.is_stopping:
            time.sleep(0.05)
        if supervisor.is_stopping:
            process.terminate()
            process.wait()
            return False
        reader.join(5)
        if process.returncode:
            raise CommandError("Redress could not be prepared; the lines above say why.")
        return True

    def _pass_on(self, process: "subprocess.Popen[str]") -> None:
        if process.stdout is not None:
            for line in process.stdout:
                self._say("prepare", line.rstrip("\n"))

    def _look_after_database(self) -> None:
        """Start the embedded database again if it went away."""
        database, now = settings.EMBEDDED_DATABASE, time.monotonic()
        if database is None or now - self._database_seen_at < DATABASE_LOOK_SECONDS:
            return
        self._database_seen_at = now
        if not database.server.is_alive():
            self._say("up", "the database went away; starting it again")
            try:
                database.start()
            except StartError as error:
                self._say("up", str(error))

    def _announce_when_ready(self, supervisor: Supervisor) -> None:
        def announce() -> None:
            if startup.wait_until_ready(self._plan.address, give_up=supervisor.stopping):
                self._say("up", f"ready at {self._plan.address}")
                for line in _demo_logins():
                    self._say("up", line)
                self._say("up", "Ctrl-C stops everything")
            elif not supervisor.is_stopping:
                self._say("up", "not ready after three minutes; see the lines above")

        startup.in_background(announce)

    def _say(self, name: str, line: str) -> None:
        with self._mutex:
            try:
                sys.stdout.write(f"{name:<8}| {line}\n")
                sys.stdout.flush()
            except (BrokenPipeError, ValueError):
                # Whoever read our output has gone; the work goes on.
                pass


def _plan(host: str, port: int) -> Plan:
    plan = Plan(
        host=host,
        port=port,
        web_threads=settings.REDRESS_WEB_THREADS,
        worker_concurrency=settings.REDRESS_WORKER_CONCURRENCY,
        public_url=settings.REDRESS_PUBLIC_URL,
    )
    if settings.REDRESS_PUBLIC_URL_IS_SET:
        return plan
    return Plan(**{**vars(plan), "public_url": plan.address})


def _demo_logins() -> list[str]:
    file = settings.VAR_DIR / DEMO_LOGINS
    if not (settings.REDRESS_DEMO or os.environ.get("REDRESS_DEMO")) or not file.is_file():
        return []
    return file.read_text(encoding="utf-8").splitlines()
