"""Redress as it really runs: `manage.py up` with its own folder, database and port.

For tests that kill processes and for tests that drive a browser.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from config.embedded.database import DATABASE_NAME
from config.embedded.server import Server

PROJECT_DIR = Path(__file__).resolve().parent.parent
START_SECONDS = 240
STOP_SECONDS = 90


def find_free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait until the condition holds; fail with what was waited for."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds:g} s in vain until {what}")
        time.sleep(0.1)


class Stack:
    """One running Redress."""

    def __init__(self, var_dir: Path, *, environment: dict[str, str] | None = None) -> None:
        self.var_dir = var_dir
        self.port = find_free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.lines: list[str] = []
        self._process: subprocess.Popen[str] | None = None
        left_out = ("REDRESS_", "DJANGO_", "PYTEST_", "DATABASE_", "BROKER_", "EMAIL_", "CACHE_")
        clean = {k: v for k, v in os.environ.items() if not k.startswith(left_out)}
        self.environment = {**clean, "REDRESS_VAR": str(var_dir), **(environment or {})}

    def start(self, *arguments: str) -> "Stack":
        """Run `up` and return when /readyz says yes."""
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(self.port), *arguments],
            cwd=PROJECT_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()
        wait_for(lambda: self.is_ready() or not self.is_running(), "it is ready", START_SECONDS)
        if not self.is_running():
            pytest.fail("`up` ended:\n" + "\n".join(self.lines[-40:]))
        return self

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send the signal, as Ctrl-C would, and return the exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(number)
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill_everything()
            pytest.fail("`up` did not end:\n" + "\n".join(self.lines[-40:]))

    def kill_everything(self) -> None:
        """Leave nothing behind, whatever happened."""
        if self._process is not None and self._process.poll() is None:
            for child in self.processes(""):
                with suppress(psutil.NoSuchProcess):
                    child.kill()
            self._process.kill()
            self._process.wait()
        self.database_server().stop()

    @property
    def pid(self) -> int:
        """The process number of `up` itself; 0 before it was started."""
        return self._process.pid if self._process is not None else 0

    def is_running(self) -> bool:
        """Tell whether `up` itself is alive."""
        return self._process is not None and self._process.poll() is None

    def is_ready(self) -> bool:
        """Ask /readyz."""
        with suppress(OSError, urllib.error.URLError):
            return bool(urllib.request.urlopen(f"{self.url}/readyz", timeout=5).status == 200)
        return False

    def processes(self, word: str) -> list[psutil.Process]:
        """Return the processes below `up` whose command line has the word; oldest first."""
        if self._process is None:
            return []
        found = []
        for process in psutil.Process(self._process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if word in " ".join(process.cmdline()):
                    found.append(process)
        return sorted(found, key=lambda process: process.create_time())

    def kill_worker(self) -> None:
        """SIGKILL the worker and its children, in the middle of whatever they do."""
        for process in self.processes(" worker "):
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def database_server(self) -> Server:
        """Return the embedded server; `.stop()` and `.start()` restart it."""
        return Server(data_dir=self.var_dir / "postgres", settings={"max_connections": "200"})

    def connect(self) -> psycopg.Connection:
        """Return a connection to the stack's database, outside of transactions."""
        return self.database_server().connect(DATABASE_NAME)

    def manage(self, *arguments: str) -> str:
        """Run a management command over the same folder and return what it prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            pytest.fail(f"manage.py {' '.join(arguments)}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def _read(self) -> None:
        if self._process is not None and self._process.stdout is not None:
            for line in self._process.stdout:
                self.lines.append(line.rstrip("\n"))


@pytest.fixture(scope="session")
def live_stack(
    tmp_path_factory: pytest.TempPathFactory, trained_model_file: Path
) -> Iterator[Stack]:
    """One stack without demo data for all tests of the process that only use it.

    Mark such tests with ``@pytest.mark.xdist_group("stack")``, so that one process runs them all.
    """
    stack = Stack(
        tmp_path_factory.mktemp("stack"),
        environment={
            "REDRESS_FIRST_MODEL": str(trained_model_file),
            # Nobody waits two hours for the survey of a test.
            "REDRESS_SURVEY_DELAY_MINUTES": "0",
        },
    )
    try:
        yield stack.start("--no-demo")
        stack.stop()
    finally:
        stack.kill_everything()


@pytest.fixture
def own_stack(tmp_path: Path, trained_model_file: Path) -> Iterator[Stack]:
    """A stack, not started yet, for a test that breaks it."""
    environment = {"REDRESS_FIRST_MODEL": str(trained_model_file)}
    stack = Stack(tmp_path / "var", environment=environment)
    try:
        yield stack
    finally:
        stack.kill_everything()
