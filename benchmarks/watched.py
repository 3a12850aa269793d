"""Runs a command and keeps what it says and how much memory all its processes hold. No Django."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

MEBIBYTE = 2**20
LOOK_SECONDS = 0.1
LOOK_AT_DATABASE_SECONDS = 1.0


@dataclass(slots=True)
class Watched:
    """What a command did. Times are seconds since its start, memory is in MiB.

    `database_mb` is the largest private memory of all processes of the database together.
    """

    lines: list[tuple[float, str]] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    database_mb: float = 0.0
    code: int = 0

    @property
    def peak_mb(self) -> float:
        """The most that all processes of the command held at once."""
        return max((held for _, held in self.memory), default=0.0)

    def peak_between(self, start: float, end: float) -> float:
        """The most that they held in this span."""
        return max((held for at, held in self.memory if start <= at <= end), default=0.0)


def watch(
    command: Sequence[str],
    *,
    environment: dict[str, str],
    folder: Path,
    server_pid: int,
    stop_when: Callable[[str], bool] = lambda _line: False,
) -> Watched:
    """Run a command to its end; the first line for which `stop_when` holds is its Ctrl-C."""
    seen = Watched()
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        # A shell that runs this in the background has Ctrl-C ignored, also for what we start.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    looker = threading.Thread(target=_look, args=(process, server_pid, seen, started), daemon=True)
    looker.start()
    assert process.stdout is not None
    has_stopped = False
    for line in process.stdout:
        seen.lines.append((time.perf_counter() - started, line.rstrip()))
        print(f"  {seen.lines[-1][0]:7.1f} s  {line.rstrip()}", flush=True)
        if not has_stopped and stop_when(line):
            has_stopped = True
            process.send_signal(signal.SIGINT)
    seen.code = process.wait()
    seen.seconds = time.perf_counter() - started
    looker.join()
    return seen


def _look(process: "subprocess.Popen[str]", server_pid: int, seen: Watched, started: float) -> None:
    top = psutil.Process(process.pid)
    used: dict[int, float] = {}
    looked_at_database = 0.0
    while process.poll() is None:
        held = 0
        with suppress(psutil.Error):
            for one in [top, *top.children(recursive=True)]:
                with suppress(psutil.Error):
                    times = one.cpu_times()
                    used[one.pid] = times.user + times.system
                    held += one.memory_info().rss
        now = time.perf_counter() - started
        seen.memory.append((now, held / MEBIBYTE))
        if now - looked_at_database > LOOK_AT_DATABASE_SECONDS:
            looked_at_database = now
            seen.database_mb = max(seen.database_mb, _private_mb(server_pid))
        time.sleep(LOOK_SECONDS)
    seen.cpu_seconds = sum(used.values())


def _private_mb(pid: int) -> float:
    held = 0
    with suppress(psutil.Error):
        server = psutil.Process(pid)
        for one in [server, *server.children(recursive=True)]:
            with suppress(psutil.Error):
                held += one.memory_full_info().uss
    return held / MEBIBYTE
