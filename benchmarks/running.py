"""A Redress of its own to measure: started, watched from outside, stopped. No Django here."""

import hashlib
import hmac
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil
import psycopg

from config.embedded.database import DATABASE_NAME
from config.embedded.server import Server

PROJECT_DIR = Path(__file__).resolve().parent.parent
START_SECONDS = 300.0
STOP_SECONDS = 60.0
MEBIBYTE = 2**20


def sign(secret: str, body: bytes) -> dict[str, str]:
    """Return the headers of a signed delivery."""
    timestamp = str(int(time.time()))
    mac = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "X-Redress-Timestamp": timestamp,
        "X-Redress-Signature": f"sha256={mac.hexdigest()}",
    }


class Redress:
    """`manage.py up --no-demo` over an empty folder, with one generic source."""

    def __init__(self, folder: Path) -> None:
        self.server = Server(data_dir=folder / "postgres", settings={})
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.environment = {**os.environ, "REDRESS_VAR": str(folder), "REDRESS_LOG_LEVEL": "ERROR"}
        self.path = self.secret = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / "up.log"

    def __enter__(self) -> "Redress":
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--no-demo", "--port", str(self.port)],
                cwd=PROJECT_DIR,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self.wait_until(self._is_ready, START_SECONDS)
            made = json.loads(self.manage("create_source", "generic", "Benchmark", "--json"))
        except BaseException:
            self._stop()
            raise
        self.path, self.secret = f"/intake/{made['slug']}/", made["secret"]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def connect(self) -> psycopg.Connection:
        """Return a connection outside of transactions: every statement commits by itself."""
        return self.server.connect(DATABASE_NAME)

    def wait_until(self, condition: Callable[[], bool], seconds: float) -> None:
        """Wait, but not for ever."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline or not self._is_running():
                said = self._log.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"waited in vain; the last lines of `up`:\n{said}")
            time.sleep(0.2)

    def count_triaged(self) -> int:
        """Return how many tickets have been read."""
        return int(self._one("SELECT count(*) FROM triage_prediction"))

    def newest_reading(self) -> int:
        """Return the number of the newest reading."""
        return int(self._one("SELECT coalesce(max(id), 0) FROM triage_prediction"))

    def cpu_seconds(self) -> dict[str, float]:
        """Return what each kind of process has used up so far."""
        used: dict[str, float] = {}
        for name, process in self._family():
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                used[name] = used.get(name, 0.0) + times.user + times.system
        return used

    def memory(self) -> dict[str, dict[str, Any]]:
        """Return resident and proportional memory by kind of process."""
        found: dict[str, dict[str, Any]] = {}
        for name, process in self._family():
            with suppress(psutil.NoSuchProcess):
                full = process.memory_full_info()
                row = found.setdefault(name, {"processes": 0, "rss_mib": 0.0, "pss_mib": 0.0})
                row["processes"] += 1
                row["rss_mib"] = round(row["rss_mib"] + full.rss / MEBIBYTE, 1)
                row["pss_mib"] = round(row["pss_mib"] + full.pss / MEBIBYTE, 1)
        return found

    @contextmanager
    def worker_suspended(self) -> Iterator[None]:
        """Let the worker rest, so that only the door is measured."""
        workers = [process for name, process in self._family() if name == "worker"]
        for process in workers:
            process.suspend()
        try:
            yield
        finally:
            for process in workers:
                with suppress(psutil.NoSuchProcess):
                    process.resume()

    def _family(self) -> list[tuple[str, psutil.Process]]:
        assert self._process is not None
        parent = psutil.Process(self._process.pid)
        found = [("supervisor", parent)]
        for process in parent.children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                found.append((_kind(process.cmdline()), process))
        with suppress(OSError, ValueError, psutil.NoSuchProcess):
            pid_file = self.server.data_dir / "postmaster.pid"
            postmaster = psutil.Process(int(pid_file.read_text().splitlines()[0]))
            servers = [postmaster, *postmaster.children(recursive=True)]
            found += [("database", process) for process in servers]
        return found

    def _one(self, query: str) -> Any:
        with self.connect() as connection:
            row = connection.execute(query).fetchone()
        return row[0] if row else None

    def _is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _is_ready(self) -> bool:
        with suppress(OSError):
            url = f"http://127.0.0.1:{self.port}/readyz"
            return bool(urllib.request.urlopen(url, timeout=5).status == 200)
        return False

    def manage(self, *arguments: str) -> str:
        """Return what a command of `manage.py` says."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def _stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            for _, process in self._family():
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            self._process.wait()
        self.server.stop()


def _kind(command: list[str]) -> str:
    words = " ".join(command)
    for word, name in (("granian", "web"), (" beat", "scheduler"), (" worker", "worker")):
        if word in words:
            return name
    return "other"
