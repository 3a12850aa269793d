"""Starts processes, keeps them running, passes on what they say, and ends them in order.

No Django here. One thread per process reads its output; everything else happens in `run`.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import IO

TICK_SECONDS = 0.2
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
# Whoever ran this long has recovered: the next crash is restarted at once again.
HEALTHY_SECONDS = 30.0

Say = Callable[[str, str], None]


def always() -> bool:
    """A program that is always needed."""
    return True


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to run, and how long it may take to end when it is asked to.

    One that is not always ``is_needed`` is started when it is, and ends by itself with exit code 0
    when it is not any more.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    grace_seconds: float = 15.0
    is_needed: Callable[[], bool] = always


def pause_before_restart(crashes: int) -> float:
    """Return the seconds to wait before the next start: doubles from half a second up to 30."""
    return min(FIRST_PAUSE_SECONDS * 2.0 ** max(crashes - 1, 0), LONGEST_PAUSE_SECONDS)


class Child:
    """One program with its current process, if there is one."""

    def __init__(self, program: Program, say: Say) -> None:
        self.program = program
        self._say = say
        self.process: subprocess.Popen[str] | None = None
        self.crashes = 0
        self._started_at = 0.0
        self._start_again_at = 0.0

    def start(self) -> None:
        """Start the program in a session of its own, so that Ctrl-C reaches the supervisor only."""
        self.process = subprocess.Popen(
            self.program.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.program.environment},
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self._started_at = time.monotonic()
        if self.process.stdout is not None:
            threading.Thread(target=self._pass_on, args=(self.process.stdout,), daemon=True).start()

    def keep_running(self) -> None:
        """Start the program again if it ended, after a pause that grows with every crash."""
        now = time.monotonic()
        if self.process is None:
            if now >= self._start_again_at and self.program.is_needed():
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        if code == 0 and not self.program.is_needed():
            self.process = None
            return
        # Its own children (a pool of workers) may have survived it.
        self._signal(signal.SIGKILL)
        self.crashes = 1 if now - self._started_at > HEALTHY_SECONDS else self.crashes + 1
        pause = pause_before_restart(self.crashes)
        self._say(self.program.name, f"ended ({_reason(code)}); starts again in {pause:g} s")
        self.process = None
        self._start_again_at = now + pause

    def stop(self) -> None:
        """Ask the program to end, wait for its grace period, then kill it and all it started."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            self.process.terminate()
        try:
            self.process.wait(self.program.grace_seconds)
        except subprocess.TimeoutExpired:
            self._say(self.program.name, "did not end in time; killed")
        self._signal(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def _signal(self, number: int) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def _pass_on(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                self._say(self.program.name, line.rstrip("\n"))


class Supervisor:
    """Runs programs until it is told to stop, then ends them in the order of the list."""

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        say: Say,
        on_tick: Callable[[], None] | None = None,
        on_change: Callable[[list[int]], None] | None = None,
    ) -> None:
        self.children = [Child(program, say) for program in programs]
        self._on_tick = on_tick
        self._on_change = on_change
        self._pids: list[int] = []
        self.stopping = threading.Event()

    @property
    def is_stopping(self) -> bool:
        """Tell whether somebody asked for the end."""
        return self.stopping.is_set()

    def request_stop(self) -> None:
        """Make `run` return soon. May be called from a signal handler or another thread."""
        self.stopping.set()

    def catch_signals(self) -> None:
        """Stop on Ctrl-C and on SIGTERM; further ones do not cut the clean end short."""

        def stop(_number: int, _frame: FrameType | None) -> None:
            self.request_stop()

        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)

    def run(self) -> None:
        """Start everything, watch it, and end everything before returning."""
        try:
            while not self.stopping.is_set():
                for child in self.children:
                    child.keep_running()
                self._report_changes()
                if self._on_tick is not None:
                    self._on_tick()
                self.stopping.wait(TICK_SECONDS)
        finally:
            for child in self.children:
                child.stop()
            self._report_changes()

    def _report_changes(self) -> None:
        pids = [child.process.pid for child in self.children if child.process is not None]
        if pids != self._pids:
            self._pids = pids
            if self._on_change is not None:
                self._on_change(pids)


def _reason(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
